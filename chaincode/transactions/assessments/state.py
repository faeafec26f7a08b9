"""assessments:State."""

from tanhui.chaincode.contract.amounts import PositiveAmount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.days import year_of
from tanhui.chaincode.rules.errors import events as codes
from tanhui.chaincode.transactions.assessments.record import NeutralYear
from tanhui.chaincode.transactions.assessments.years import YearOrder, put_year
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES
from tanhui.chaincode.transactions.fields import HexHash
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.events import AssessmentChanged


class StateYearOrder(YearOrder, frozen=True, kw_only=True):
    """Kilograms emitted in the year, and the report behind them."""

    emissions: PositiveAmount
    report: HexHash


@transaction("assessments:State", roles=HOLDING_ROLES)
async def state(tx: Tx, order: StateYearOrder) -> AssessmentChanged:
    """State what the caller emitted in a year that is over; again, until it is attested."""
    tx.require_own(order.organisation, "organisation")
    if order.year >= year_of(tx.day):
        raise codes.DAYS.at("year", order.year, first=f"{order.year}-01-01", last=f"{order.year}-12-31")
    known = await tx.neutral_years.find(order.organisation, str(order.year))
    if known is not None and known.status != "stated":
        raise codes.ATTESTED.at("year", order.year)
    return put_year(
        tx,
        NeutralYear(
            organisation=order.organisation,
            year=order.year,
            emissions_kg=int(order.emissions),
            report=order.report,
            status="stated",
        ),
    )
