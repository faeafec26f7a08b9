"""How a transfer ends on the ledger that it left."""

from typing import NamedTuple

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recognition.terms import exported_holder
from tanhui.chaincode.rules.serials import Hold, Range, RangeState, release
from tanhui.chaincode.transactions.credits.ledger import as_effect, change_spans
from tanhui.chaincode.transactions.credits.record import Span
from tanhui.chaincode.transactions.recognition.halves import OutgoingStatus, OutgoingTransfer
from tanhui.chaincode.transactions.recognition.lock_credits import hold_of
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsReleased


class Settled(NamedTuple):
    """When a transfer was settled, and in which of the partner's transactions; none for an arbiter's ruling."""

    seconds: int
    transaction: str = ""


class Exported(NamedTuple):
    """Ranges that left for good, and holds that others had on them, which end with it."""

    ranges: list[Range]
    released: tuple[CreditsReleased, ...]


async def locked_transfer(tx: Tx, agreement: str, transfer: str, terms: bytes) -> OutgoingTransfer:
    """A transfer that waits, made under these terms.

    Raises:
        Refusal: contract.record_absent, recognition.transfer_status, recognition.other_terms.
    """
    found = await tx.transfers_out.get(agreement, transfer)
    if found.status != "locked":
        raise codes.TRANSFER_STATUS.at("transfer", transfer, status=found.status)
    if found.terms != terms.hex():
        raise codes.OTHER_TERMS.at("transfer", transfer, terms=found.terms)
    return found


def put_closed(tx: Tx, transfer: OutgoingTransfer, to: OutgoingStatus, settled: Settled) -> None:
    """Write a transfer that no longer waits."""
    closed = msgspec.structs.replace(
        transfer,
        status=to,
        settled_seconds=settled.seconds,
        settled_in=settled.transaction,
        closed_in=tx.transaction_id,
        closed_seconds=tx.seconds,
    )
    tx.transfers_out.put(closed, transfer.agreement, transfer.id)
    tx.transfers_open.delete(transfer.agreement, transfer.id)


def spans_in(transfer: OutgoingTransfer) -> tuple[Span, ...]:
    """Where the transfer's serials lie on this ledger."""
    return tuple(Span(batch=one.batch, first=one.first, last=one.last) for one in transfer.parcels)


async def export_units(tx: Tx, transfer: OutgoingTransfer) -> Exported:
    """Make locked units exported, whatever holds were placed on them since: they count over there now."""
    own = hold_of(transfer.agreement, transfer.id)
    holder = exported_holder(transfer.agreement)
    ended: list[CreditsReleased] = []

    def exported(one: Range) -> Range:
        ended.extend(_released(one, hold) for hold in one.holds if hold != own)
        return msgspec.structs.replace(release(one, own), state=RangeState.EXPORTED, holder=holder, holds=())

    ranges = await change_spans(tx, spans_in(transfer), exported)
    for one in ended:
        if one.hold == "recall":
            await change_held(tx, one.reference, -one.quantity_kg)
    return Exported(ranges, tuple(ended))


async def change_held(tx: Tx, recall: str, kilograms: int) -> None:
    """What stands still for a recall, when marked units left this ledger or came home."""
    found = await tx.recalls.get(recall)
    tx.recalls.put(msgspec.structs.replace(found, held=Amount(found.held + kilograms)), recall)


def _released(one: Range, hold: Hold) -> CreditsReleased:
    return CreditsReleased(
        hold=hold.kind.value,
        reference=hold.reference,
        holder=one.holder,
        ranges=as_effect((one,)),
        quantity_kg=one.quantity,
    )
