"""notices:SetRules, by two persons of the regulator."""

from datetime import date

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.notices.record import CalendarDays, NoticeDays, NoticeRules
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.notices import NoticeRulesSet


class SetNoticeRulesOrder(Order, frozen=True, kw_only=True):
    """A version of the working-day calendar, and how many working days each kind is on notice."""

    calendar: Slug
    since: date
    until: date
    holidays: CalendarDays
    worked_weekends: CalendarDays
    methodology: NoticeDays
    project: NoticeDays
    issuance: NoticeDays


@transaction("notices:SetRules", roles={Role.REGULATOR}, persons=2)
async def set_rules(tx: Tx, order: SetNoticeRulesOrder) -> NoticeRulesSet:
    """Set calendar and lengths for notices from now on; those that run keep the end they were given."""
    tx.notice_rules.put(
        NoticeRules(
            calendar=order.calendar,
            since=order.since,
            until=order.until,
            holidays=order.holidays,
            worked_weekends=order.worked_weekends,
            methodology=order.methodology,
            project=order.project,
            issuance=order.issuance,
        )
    )
    return NoticeRulesSet(
        calendar=order.calendar,
        methodology_days=order.methodology,
        project_days=order.project,
        issuance_days=order.issuance,
    )
