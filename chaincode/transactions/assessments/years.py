"""What the functions about an organisation's year have in common."""

from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.transactions.assessments.record import NeutralYear, Year
from tanhui.chaincode.transactions.fields import OrganisationId
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.events import AssessmentChanged


class YearOrder(Order, frozen=True, kw_only=True):
    """One organisation's year."""

    organisation: OrganisationId
    year: Year


def put_year(tx: Tx, one: NeutralYear) -> AssessmentChanged:
    """Write the year as it is."""
    tx.neutral_years.put(one, one.organisation, str(one.year))
    return AssessmentChanged(
        organisation=one.organisation,
        year=str(one.year),
        status=one.status,
        emissions_kg=one.emissions_kg,
        subscribed_kg=one.subscribed_kg,
        report=bytes.fromhex(one.report),
        verifier=one.assessor or one.verifier or None,
    )
