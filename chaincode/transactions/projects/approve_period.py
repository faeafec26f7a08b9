"""projects:ApprovePeriod."""

from typing import Literal

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.conflicts.standing import require_unclaimed
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.projects.record import period_key
from tanhui.chaincode.transactions.projects.status import put_period
from tanhui.chaincode.transactions.projects.verify_period import PeriodNumber
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.projects import MonitoringPeriodChanged


class ApprovePeriodOrder(Order, frozen=True, kw_only=True):
    """The regulator's decision on a verified period."""

    project: Slug
    number: PeriodNumber
    verdict: Literal["approved", "returned"]


@transaction("projects:ApprovePeriod", roles={Role.REGULATOR})
async def approve_period(tx: Tx, order: ApprovePeriodOrder) -> MonitoringPeriodChanged:
    """Approve a verified period for issuance, or return it to its owner, approved already or not.

    What another scheme counts on any of its days is not approved.
    """
    project = await tx.projects.get(order.project)
    period = await tx.periods.get(order.project, period_key(order.number))
    if order.verdict == "approved":
        await require_unclaimed(tx, project, period.first_day, period.last_day)
    return put_period(tx, period, order.verdict)
