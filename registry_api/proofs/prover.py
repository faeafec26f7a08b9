"""Bundles and certificates on request.

What goes into one: the transaction's block, asked of the ledger; its leaf and inclusion proof, read from the
files of the log that a follower beside the API writes; the checkpoint with its cosignatures. The API adds
nothing but a certificate's signature, and whoever gets a bundle needs to trust none of the three.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from fabric_protos.common import common_pb2

from tanhui.network.protocol.envelopes import parse_envelope
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.stated import event_payload, written_values
from tanhui.proofs import anchors, canonical, checkpoints, keys, leaf, making, notes
from tanhui.proofs.effects import EVENT_NAME
from tanhui.proofs.effects.retirements import CreditsRetired
from tanhui.proofs.errors import FormatError, MerkleError, ProofError
from tanhui.proofs.keys import KeyType, NoteSigner
from tanhui.proofs.log_reader import CHECKPOINT_PATH, COSIGNED_PATH, LogReader, folder
from tanhui.proofs.making import Found, NotInLogError, Stated
from tanhui.proofs.notes import Note
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.problems import NOT_FOUND, Problem
from tanhui.registry_api.proofs.problems import DISAGREES, NO_ISSUER, NOT_VALID, NOTHING, PENDING
from tanhui.registry_api.settings import ApiSettings

R = TypeVar("R")

RETRY_AFTER_S = 2


@dataclass(frozen=True, slots=True)
class _Published:
    """The log as it is published now: the newest checkpoint, and the newest that cosigners joined."""

    reader: LogReader
    newest: Note
    cosigned: Note | None

    def checkpoint_for(self, index: int) -> Note:
        """The one with most signatures among those that cover a leaf; the newest where they have as many."""
        best = self.newest
        if self.cosigned is not None and len(self.cosigned.signatures) > len(best.signatures):
            best = self.cosigned if checkpoints.parse(self.cosigned.text).size > index else best
        return best


class Prover:
    """Makes proofs for one ledger.

    Args:
        ledger: where blocks are asked for.
        log: the log's folder, which a follower writes.
        issuer: who signs certificates; None: retirements get inclusion bundles, and no certificate.
        anchors_file: the registry's own anchors, for readers who compare their fingerprint by another way.
    """

    def __init__(
        self, ledger: Ledger, log: Path, issuer: NoteSigner | None = None, anchors_file: Path | None = None
    ) -> None:
        self._ledger = ledger
        self._read = folder(log)
        self._issuer = issuer
        self._anchors_file = anchors_file
        self._reader: LogReader | None = None
        self._reading = Lock()

    async def bundle(self, txid: str, effect: int | None = None, record: int | None = None) -> bytes:
        """The bundle about a transaction, see proofs.making.make_bundle.

        A retirement's comes with its certificate.

        Raises:
            Problem: unknown, not covered by the log yet, or nothing to prove.
        """
        return await self.bundle_of(await self.stated(txid), effect, record)

    async def bundle_of(self, stated: Stated, effect: int | None = None, record: int | None = None) -> bytes:
        """The bundle about a transaction that was looked up. Raises Problem."""
        return await asyncio.to_thread(self._alone, self._bundle, stated, effect, record)

    async def certificate(self, txid: str, effect: int) -> dict[str, Any]:
        """The certificate of a retirement: the same bytes whenever it is asked for. Raises Problem."""
        return await self.certificate_of(await self.stated(txid), effect)

    async def certificate_of(self, stated: Stated, effect: int) -> dict[str, Any]:
        """The certificate of a retirement that was looked up. Raises Problem."""
        return await asyncio.to_thread(self._alone, self._certified, stated, effect)

    def anchors(self) -> tuple[bytes, str] | None:
        """The registry's anchors file and its fingerprint, hex; None when it has none. Raises FormatError."""
        if self._anchors_file is None or not self._anchors_file.is_file():
            return None
        data = self._anchors_file.read_bytes()
        return data, anchors.parse(data).fingerprint().hex()

    async def stated(self, txid: str) -> Stated:
        """What a committed transaction states of itself. Raises Problem (404)."""
        if not leaf.is_txid(txid):
            raise Problem(NOT_FOUND, name="transaction", value=txid[:80])
        raw = await self._ledger.block_of(txid)
        return await asyncio.to_thread(stated_in, common_pb2.Block.FromString(raw), txid)

    def _alone(self, work: Callable[..., R], *args: object) -> R:
        """One proof at a time: they share the reader's cache."""
        with self._reading:
            return work(*args)

    def _bundle(self, stated: Stated, effect: int | None, record: int | None) -> bytes:
        if record is not None and effect is None:
            raise Problem(NOTHING, name="record", params={"reason": "name the effect whose batch it is in"})
        published, found = self._find(stated)
        try:
            about = None if effect is None else found.effect(effect)
            certificate = None
            if effect is not None and isinstance(about, CreditsRetired) and self._issuer is not None:
                certificate = making.issue_certificate(found, effect, self._issuer.signer)
            return making.make_bundle(
                found,
                published.reader,
                published.checkpoint_for(found.index),
                effect=effect,
                certificate=certificate,
                record=record,
            )
        except (FormatError, MerkleError) as error:
            field = "effect" if record is None else "record"
            raise Problem(NOTHING, name=field, params={"reason": error.detail}) from error

    def _certified(self, stated: Stated, effect: int) -> dict[str, Any]:
        if self._issuer is None:
            raise Problem(NO_ISSUER)
        _, found = self._find(stated)
        try:
            return making.issue_certificate(found, effect, self._issuer.signer)
        except FormatError as error:
            raise Problem(NOTHING, name="effect", params={"reason": error.detail}) from error

    def _find(self, stated: Stated) -> tuple[_Published, Found]:
        published = self._published(stated.txid)
        try:
            found = making.find(stated, published.reader)
        except NotInLogError as error:
            raise _pending(stated.txid) from error
        except ProofError as error:
            raise Problem(DISAGREES, params={"reason": str(error)}) from error
        if found.leaf.code != leaf.CODE_VALID:
            raise Problem(NOT_VALID, value=stated.txid, params={"reason": str(found.leaf.code)})
        return published, found

    def _published(self, txid: str) -> _Published:
        data = self._read(CHECKPOINT_PATH)
        if data is None:
            raise _pending(txid)
        newest = notes.parse(data)
        size = checkpoints.parse(newest.text).size
        # The cache of full tiles serves every size, so it outlives the checkpoints.
        self._reader = (self._reader or LogReader(self._read, size)).at_size(size)
        cosigned = self._read(COSIGNED_PATH)
        return _Published(self._reader, newest, None if cosigned is None else notes.parse(cosigned))


def stated_in(block: common_pb2.Block, txid: str) -> Stated:
    """What the transaction's envelope states, from its block. Raises Problem (404) when it is not there."""
    for at, raw in enumerate(block.data.data):
        try:
            envelope = parse_envelope(raw)
        except MessageError:
            continue
        if envelope.transaction_id == txid:
            return Stated(
                txid=txid,
                block=block.header.number,
                tx=at,
                envelope=raw,
                document=event_payload(envelope, EVENT_NAME),
                values=written_values(envelope),
                seconds=envelope.channel_header.timestamp.seconds,
            )
    raise Problem(NOT_FOUND, name="transaction", value=txid)


def prover_of(ledger: Ledger, settings: ApiSettings) -> Prover | None:
    """The prover that the settings ask for; None when the registry keeps no log. Raises FormatError, OSError."""
    if settings.log_folder is None:
        return None
    issuer = None
    if settings.issuer_key_file is not None:
        issuer = keys.parse_secret(settings.issuer_key_file.read_text("utf-8").strip())
        if issuer.key.key_type is not KeyType.ED25519:
            raise FormatError(
                "issuer.key", f"{settings.issuer_key_file}: a key of type 01 signs certificates"
            )
    return Prover(ledger, settings.log_folder, issuer, settings.anchors_file)


def certificate_bytes(certificate: dict[str, Any]) -> bytes:
    """The certificate as it is sent: RFC 8785."""
    return canonical.jcs(certificate)


def _pending(txid: str) -> Problem:
    return Problem(PENDING, value=txid, headers={"Retry-After": str(RETRY_AFTER_S)})
