"""assessments:Attest."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import events as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import ASSESSMENT as MACHINE
from tanhui.chaincode.transactions.assessments.years import YearOrder, put_year
from tanhui.chaincode.transactions.fields import HexHash
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.events import AssessmentChanged


class AttestYearOrder(YearOrder, frozen=True, kw_only=True):
    """The report that was seen."""

    report: HexHash


@transaction("assessments:Attest", roles={Role.VERIFIER})
async def attest(tx: Tx, order: AttestYearOrder) -> AssessmentChanged:
    """Attest what another organisation stated for its year."""
    year = await tx.neutral_years.get(order.organisation, str(order.year))
    if order.organisation == tx.caller.organisation:
        raise codes.VERIFIER.at("organisation", order.organisation)
    if order.report != year.report:
        raise codes.OTHER_ACCOUNTS.at("report", order.report, report=year.report)
    MACHINE.require_move(year.status, "attested")
    return put_year(tx, msgspec.structs.replace(year, status="attested", verifier=tx.caller.organisation))
