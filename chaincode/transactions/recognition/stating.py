"""What a statement of a period must satisfy before a regulator can file it."""

from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.proofs.errors import ProofError
from tanhui.proofs.statements.lines import Flow
from tanhui.proofs.statements.periods import Period, Settlement, parse_period


def ended_period(name: str, settlement: Settlement, seconds: int) -> Period:
    """The period of this name, when the agreement settles by such periods and it is over.

    Raises:
        Refusal: recognition.statement_period, recognition.statement_early.
    """
    try:
        period = parse_period(name)
    except ProofError:
        raise codes.STATEMENT_PERIOD.at("period", name, settlement=settlement) from None
    if period.settlement != settlement:
        raise codes.STATEMENT_PERIOD.at("period", name, settlement=settlement)
    if seconds < period.end:
        raise codes.STATEMENT_EARLY.at("period", name)
    return period


def require_flow(flow: Flow, period: str, closing_before: int | None) -> None:
    """Refuse figures in which something appears or vanishes, in the period or between it and the one before.

    `closing_before` is what both sides signed for the period before, None where they signed none.

    Raises:
        Refusal: recognition.statement_unbalanced, recognition.statement_opening.
    """
    if not flow.balanced:
        raise codes.STATEMENT_UNBALANCED.at(
            "opening",
            period,
            gone=flow.opening + flow.out,
            came=flow.minted + flow.aborted + flow.closing,
        )
    if closing_before is not None and flow.opening != closing_before:
        raise codes.STATEMENT_OPENING.at("opening", flow.opening, expected=closing_before)
