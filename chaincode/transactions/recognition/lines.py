"""A transfer's record as a line of a statement: both sides' records of one transfer give the same line."""

from typing import Final

from tanhui.chaincode.transactions.recognition.halves import (
    IncomingTransfer,
    OutgoingStatus,
    OutgoingTransfer,
)
from tanhui.proofs.statements.lines import Line, Outcome

_OUTCOMES: Final[dict[OutgoingStatus, Outcome]] = {
    "locked": "open",
    "finalised": "minted",
    "unlocked": "aborted",
}


def line_of_outgoing(sent: OutgoingTransfer) -> Line:
    """What the source knows: open until the destination's proof, or a ruling, came."""
    return Line(
        sent.id, sent.terms, int(sent.quantity), sent.seconds, _OUTCOMES[sent.status], sent.settled_seconds
    )


def line_of_incoming(received: IncomingTransfer) -> Line:
    """What the destination knows of a transfer that it minted or will never mint."""
    return Line(
        received.id,
        received.terms,
        int(received.quantity),
        received.locked_seconds,
        received.status,
        received.seconds,
    )
