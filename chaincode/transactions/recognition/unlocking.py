"""Giving back what the other region will never mint."""

import msgspec

from tanhui.chaincode.rules.days import parse_day
from tanhui.chaincode.rules.lots import Lot, receive
from tanhui.chaincode.rules.recognition.terms import Terms
from tanhui.chaincode.rules.serials import Hold, Range, RangeState, release
from tanhui.chaincode.transactions.credits.ledger import as_effect, change_spans
from tanhui.chaincode.transactions.points.operating import effect_lots
from tanhui.chaincode.transactions.recognition.closing import Settled, put_closed, spans_in
from tanhui.chaincode.transactions.recognition.counting import give_back
from tanhui.chaincode.transactions.recognition.halves import OutgoingTransfer
from tanhui.chaincode.transactions.recognition.lock_credits import hold_of
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.transfers import CreditsUnlocked, PointsUnlocked

Unlocked = PointsUnlocked | CreditsUnlocked


async def unlock_transfer(
    tx: Tx,
    own: int,
    terms: Terms,
    transfer: OutgoingTransfer,
    *,
    settled: Settled,
    ruling: bytes | None = None,
) -> Unlocked:
    """Points go back to their account in whatever state it is, with issue and expiry; units are free again."""
    put_closed(tx, transfer, "unlocked", settled)
    await give_back(tx, terms, own, transfer)
    if transfer.lane == "points":
        return await _points(tx, transfer, ruling)
    hold = hold_of(transfer.agreement, transfer.id)
    ranges = await change_spans(tx, spans_in(transfer), lambda one: _released(one, hold))
    return CreditsUnlocked(
        terms=bytes.fromhex(transfer.terms),
        agreement=transfer.agreement,
        transfer=transfer.id,
        holder=transfer.holder,
        ranges=as_effect(ranges),
        quantity=int(transfer.quantity),
        ruling=ruling,
    )


def _released(one: Range, hold: Hold) -> Range:
    """Free of the lock; a mirror on its way home that a ruling cancelled meanwhile lost it with all holds."""
    return one if one.state is RangeState.CANCELLED else release(one, hold)


async def _points(tx: Tx, transfer: OutgoingTransfer, ruling: bytes | None) -> PointsUnlocked:
    account = await tx.accounts.get(transfer.programme, transfer.holder)
    lots = tuple(
        Lot(parse_day(one.expires, "expires"), bytes.fromhex(one.issue), int(one.points))
        for one in transfer.portions
    )
    received = receive(account.lots, lots, account.debt)
    tx.accounts.put(
        msgspec.structs.replace(account, lots=received.lots, debt=received.debt),
        transfer.programme,
        transfer.holder,
    )
    return PointsUnlocked(
        terms=bytes.fromhex(transfer.terms),
        agreement=transfer.agreement,
        transfer=transfer.id,
        programme=transfer.programme,
        account=transfer.holder,
        lots=effect_lots(lots),
        quantity=int(transfer.quantity),
        debt_repaid=received.repaid,
        ruling=ruling,
    )
