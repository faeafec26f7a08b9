"""What locking points and locking credits have in common."""

from collections.abc import Sequence

from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recognition.terms import Terms
from tanhui.chaincode.transactions.recognition.halves import OpenTransfer, OutgoingTransfer
from tanhui.chaincode.transactions.tx import Tx

SECONDS_PER_HOUR = 3_600


async def require_new(tx: Tx, agreement: str, transfers: Sequence[str]) -> None:
    """Refuse transfers that exist already, or are named twice.

    Raises:
        Refusal: recognition.twice, recognition.exists.
    """
    seen: set[str] = set()
    for at, transfer in enumerate(transfers):
        if transfer in seen:
            raise codes.TWICE.at("transfers", transfer)
        seen.add(transfer)
        if await tx.transfers_out.find(agreement, transfer) is not None:
            raise codes.EXISTS.at(f"transfers[{at}].transfer", transfer)


def deadline_of(terms: Terms, seconds: int) -> int:
    """When anybody may have a lock of `seconds` aborted."""
    return seconds + terms.lock_hours * SECONDS_PER_HOUR


def put_locked(tx: Tx, transfer: OutgoingTransfer) -> None:
    """Write a transfer that is locked, and that it waits."""
    tx.transfers_out.put(transfer, transfer.agreement, transfer.id)
    waits = OpenTransfer(
        transfer=transfer.id,
        transaction=transfer.transaction,
        seconds=transfer.seconds,
        deadline=transfer.deadline,
    )
    tx.transfers_open.put(waits, transfer.agreement, transfer.id)
