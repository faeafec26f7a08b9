"""assessments:Assign."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import events as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import ASSESSMENT as MACHINE
from tanhui.chaincode.transactions.assessments.years import YearOrder, put_year
from tanhui.chaincode.transactions.fields import OrganisationId
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.events import AssessmentChanged


class AssignAssessorOrder(YearOrder, frozen=True, kw_only=True):
    """The verifier that makes the free assessment."""

    assessor: OrganisationId


@transaction("assessments:Assign", roles={Role.REGULATOR})
async def assign(tx: Tx, order: AssignAssessorOrder) -> AssessmentChanged:
    """Name who assesses for free: an active verifier, another than the one who attested the emissions."""
    year = await tx.neutral_years.get(order.organisation, str(order.year))
    MACHINE.require_move(year.status, "assigned")
    assessor = await tx.organisations.get(order.assessor)
    if assessor.status != "active" or Role.VERIFIER not in assessor.roles or assessor.id == year.verifier:
        raise codes.ASSESSOR.at("assessor", order.assessor)
    return put_year(tx, msgspec.structs.replace(year, status="assigned", assessor=assessor.id))
