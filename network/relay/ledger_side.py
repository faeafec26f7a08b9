"""A region behind a Gateway, and the files of its log: any peer, any web server.

Proofs are made here, from the block that the peer gives (qscc) and the log's static files, so that a relay needs
no service that makes them. What either lies about makes a proof that the other region's contract refuses.
"""

import asyncio
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPResponse
from pathlib import Path
from typing import Any, Final

from fabric_protos.common import common_pb2

from tanhui.network.gateway import CommitError, Contract, GatewayError, Network, ProposalOptions
from tanhui.network.protocol.envelopes import parse_envelope, parse_transaction
from tanhui.network.protocol.errors import MessageError
from tanhui.network.relay.side import Order, Refused, Unavailable
from tanhui.proofs import checkpoints, effects, notes
from tanhui.proofs.errors import ProofError
from tanhui.proofs.log_reader import CHECKPOINT_PATH, COSIGNED_PATH, LogReader, folder
from tanhui.proofs.making import NotInLogError, Stated, find, make_bundle
from tanhui.proofs.notes import Note

Read = Callable[[str], bytes | None]

HTTP_S_MAX: Final = 10.0
HTTP_BYTES_MAX: Final = 16 * 1024 * 1024
ATTEMPTS_MAX: Final = 5
"""How often an order that lost a race for a key is sent again at once; the next round does it after that."""
_REFUSAL: Final = re.compile(r"\{\"code\":.*\}", re.DOTALL)


class LedgerSide:
    """One region.

    Args:
        name: for people.
        network: the channel, opened for the relay's identity.
        chaincode: the registry's.
        log: reads the log's files: bytes, or None where there are none.
    """

    def __init__(self, name: str, network: Network, chaincode: str, log: Read) -> None:
        self._name = name
        self._contract: Contract = network.contract(chaincode)
        self._blocks: Contract = network.contract("qscc")
        self._channel = network.name
        self._log = log
        self._reader = LogReader(log, 0)

    @property
    def name(self) -> str:
        """As given."""
        return self._name

    async def ask(self, function: str, order: Order) -> Any:
        """The answer of a query. Raises Refused, Unavailable."""
        try:
            return json.loads(await self._contract.evaluate(function, _options(order)))
        except GatewayError as error:
            raise self._failure(error) from error

    async def send(self, function: str, order: Order) -> None:
        """Submit and wait for the block. What lost a race is sent again: its request id keeps it single.

        Raises:
            Refused, Unavailable.
        """
        for _ in range(ATTEMPTS_MAX):
            try:
                await self._contract.submit(function, _options(order))
            except GatewayError as error:
                raise self._failure(error) from error
            except CommitError as invalid:
                reason = str(invalid)
            else:
                return
        raise Unavailable(f"{self._name}: {reason}")

    async def prove(self, transaction: str) -> bytes | None:
        """A bundle against the checkpoint with the most signatures; None while none covers it.

        Raises:
            Unavailable: the peer or the log cannot be read, or they are of different ledgers.
        """
        try:
            raw = await self._blocks.evaluate(
                "GetBlockByTxID", ProposalOptions((self._channel.encode(), transaction.encode()))
            )
            return await asyncio.to_thread(self._bundle, stated_in(raw, transaction))
        except GatewayError as error:
            raise self._failure(error) from error
        except NotInLogError:
            return None
        except (ProofError, MessageError, OSError) as error:
            raise Unavailable(f"{self._name}: no proof of {transaction}: {error}") from error

    def _bundle(self, stated: Stated) -> bytes:
        found: NotInLogError | None = None
        for checkpoint in self._checkpoints():
            reader = self._reader.at_size(checkpoints.parse(checkpoint.text).size)
            try:
                return make_bundle(find(stated, reader), reader, checkpoint)
            except NotInLogError as missing:
                found = missing
        raise found or NotInLogError("bundle.log", "no checkpoint is published")

    def _checkpoints(self) -> list[Note]:
        """The published checkpoints, the one with more signatures first."""
        read = (self._log(path) for path in (COSIGNED_PATH, CHECKPOINT_PATH))
        parsed = [notes.parse(data) for data in read if data is not None]
        return sorted(parsed, key=lambda note: -len(note.signatures))

    def _failure(self, error: GatewayError) -> Exception:
        for text in (*(detail.message for detail in error.details), str(error)):
            found = _REFUSAL.search(text)
            if found is None:
                continue
            try:
                parts, _ = json.JSONDecoder().raw_decode(found.group())
                return Refused(parts["code"], parts["field"], parts["value"], parts["params"])
            except (ValueError, KeyError, TypeError):
                continue
        return Unavailable(f"{self._name}: {error}")


def stated_in(block: bytes, transaction: str) -> Stated:
    """What a transaction's envelope states, in the block that holds it.

    Raises:
        MessageError: no such transaction in it, or one that cannot be read.
    """
    parsed = common_pb2.Block.FromString(block)
    for tx, raw in enumerate(parsed.data.data):
        envelope = parse_envelope(raw)
        if envelope.transaction_id == transaction:
            event = parse_transaction(envelope.data).event
            document = event.payload if event is not None and event.event_name == effects.EVENT_NAME else b""
            return Stated(transaction, parsed.header.number, tx, raw, document)
    raise MessageError("block", f"block {parsed.header.number} does not hold transaction {transaction}")


def log_files(place: str) -> Read:
    """Reads a log's files below a folder, or below an http(s) address."""
    if not place.startswith(("http://", "https://")):
        return folder(Path(place))
    base = place.rstrip("/") + "/"

    def read(path: str) -> bytes | None:
        request = urllib.request.Request(base + path)  # noqa: S310  only http and https come here
        try:
            with urllib.request.urlopen(request, timeout=HTTP_S_MAX) as answer:  # noqa: S310
                return _whole(answer)
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise

    return read


def _whole(answer: HTTPResponse) -> bytes:
    """A file, in HTTP_S_MAX all in all: who sends a byte now and then does not hold up a round.

    Raises:
        OSError: too slow, or longer than HTTP_BYTES_MAX.
    """
    until = time.monotonic() + HTTP_S_MAX
    data = bytearray()
    while part := answer.read1(1 << 16):
        data += part
        if time.monotonic() > until or len(data) > HTTP_BYTES_MAX:
            raise OSError(f"{answer.url}: not whole after {HTTP_S_MAX} s and {len(data)} bytes")
    return bytes(data)


def _options(order: Order) -> ProposalOptions:
    text = json.dumps(dict(order), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return ProposalOptions((text.encode(),))
