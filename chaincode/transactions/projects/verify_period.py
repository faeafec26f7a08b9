"""projects:VerifyPeriod."""

from typing import Annotated, Literal

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import projects as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import HexHash, Slug
from tanhui.chaincode.transactions.projects.record import PERIODS_MAX, period_key
from tanhui.chaincode.transactions.projects.status import put_period, require_uninvolved
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.projects import MonitoringPeriodChanged

PeriodNumber = Annotated[int, msgspec.Meta(ge=1, le=PERIODS_MAX)]


class VerifyPeriodOrder(Order, frozen=True, kw_only=True):
    """A verifier's opinion of a submitted period."""

    project: Slug
    number: PeriodNumber
    evidence: HexHash
    """Of the report that was verified: another one submitted meanwhile is not verified by this."""
    verdict: Literal["verified", "returned"]
    report: HexHash


@transaction("projects:VerifyPeriod", roles={Role.VERIFIER})
async def verify_period(tx: Tx, order: VerifyPeriodOrder) -> MonitoringPeriodChanged:
    """Verify (核证) or return a submitted period; nobody verifies a project of their own."""
    project = await tx.projects.get(order.project)
    await require_uninvolved(tx, project)
    period = await tx.periods.get(order.project, period_key(order.number))
    if period.evidence != order.evidence:
        raise codes.EVIDENCE_DIFFERS.at("evidence", order.evidence, expected=period.evidence)
    opinion = msgspec.structs.replace(period, verifier=tx.caller.organisation, report=order.report)
    return put_period(tx, opinion, order.verdict)
