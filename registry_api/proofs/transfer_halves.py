"""Both halves of a transfer between regions, each with its proofs, from one region's ledger alone.

This ledger's own transactions are proved from its log. The other ledger's proofs stand in this one's blocks: somebody
brought each with the order that leaned on it (a lock's with the mint, a mint's with the finalisation), and the contract
judged it. Here it is judged once more, by the anchors that stand in this ledger's state now.
"""

import json
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fabric_protos.common import common_pb2

from tanhui.network.protocol.envelopes import EnvelopeView, parse_envelope, parse_transaction
from tanhui.network.protocol.errors import MessageError
from tanhui.proofs import anchors
from tanhui.proofs.verdicts import Insufficient, Invalid, Verdict
from tanhui.proofs.verify import verify
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.problems import NOT_FOUND, Problem

STEPS: Final = ("lock", "settlement", "closing")
"""A lock at the source; a mint or tombstone at the destination; what closed the transfer at the source."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a transfer.

    Attributes:
        name: one of STEPS.
        source: whether it happened on the ledger that the units left.
        here: whether it is this ledger's own transaction.
        transaction: its id on the ledger where it happened; "" where nobody has said it here.
        carried_by: for the other ledger's, this ledger's transaction whose order brought the proof.
    """

    name: str
    source: bool
    here: bool
    transaction: str
    carried_by: str = ""


def steps_of(transfer: Mapping[str, Any]) -> list[Step]:
    """What this ledger knows of a transfer (recognition:Transfer), source first."""
    found = []
    outgoing, incoming = transfer["outgoing"], transfer["incoming"]
    if outgoing is not None:
        found.append(Step("lock", source=True, here=True, transaction=outgoing["transaction"]))
        if outgoing["settled_in"]:
            carried = outgoing["closed_in"]
            found.append(Step("settlement", False, False, outgoing["settled_in"], carried))
        if outgoing["closed_in"]:
            found.append(Step("closing", source=True, here=True, transaction=outgoing["closed_in"]))
    if incoming is not None:
        if incoming["source_transaction"]:
            locked = incoming["source_transaction"]
            found.append(Step("lock", True, False, locked, incoming["transaction"]))
        found.append(Step("settlement", source=False, here=True, transaction=incoming["transaction"]))
    return found


async def envelope_of(ledger: Ledger, transaction: str) -> EnvelopeView:
    """A committed transaction of this ledger. Raises Problem (404)."""
    block = common_pb2.Block.FromString(await ledger.block_of(transaction))
    for raw in block.data.data:
        try:
            view = parse_envelope(raw)
        except MessageError:
            continue
        if view.transaction_id == transaction:
            return view
    raise Problem(NOT_FOUND, name="transaction", value=transaction[:80])


def proof_in(view: EnvelopeView) -> bytes | None:
    """The bundle that an order carried; None for one that carried none, as an arbiter's ruling needs none."""
    arguments = parse_transaction(view.data).invocation.chaincode_spec.input.args
    try:
        return b64decode(json.loads(arguments[1])["proof"], validate=True)
    except (IndexError, KeyError, TypeError, ValueError, Base64Error):
        return None


def judged(bundle: bytes, anchors_file: str) -> dict[str, Any]:
    """What the other ledger's proof shows by the anchors given: as the verifier answers it."""
    verdict: Verdict = verify(bundle, anchors.parse(anchors_file.encode()))
    if isinstance(verdict, Invalid):
        return {"outcome": "invalid", "reason": verdict.reason}
    if isinstance(verdict, Insufficient):
        return {"outcome": "insufficient", "reason": "; ".join(verdict.missing)}
    return {"outcome": "valid", "log_size": str(verdict.size), "transaction": verdict.leaf.txid}
