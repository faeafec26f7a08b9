"""notices:Publish."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.days import day_text
from tanhui.chaincode.rules.errors import notices as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import HexHash
from tanhui.chaincode.transactions.notices.record import DEFAULT_RULES, Notice, NoticeKind, Subject
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.notices import NoticePublished


class PublishNoticeOrder(Order, frozen=True, kw_only=True):
    """What is shown: the subject, and the hash of the document that the public sees."""

    kind: NoticeKind
    subject: Subject
    document: HexHash


@transaction("notices:Publish", roles={Role.REGULATOR})
async def publish(tx: Tx, order: PublishNoticeOrder) -> NoticePublished:
    """Begin a notice, once for a subject; it lasts as many working days as the rules in force say."""
    rules = await tx.notice_rules.find() or DEFAULT_RULES
    if not rules.days_for(order.kind):
        raise codes.NO_RULES.at("kind", order.kind)
    if await tx.notices.find(order.kind, order.subject) is not None:
        raise codes.EXISTS.at("subject", order.subject)
    ends = rules.ends(tx.day, order.kind)
    made = Notice(
        kind=order.kind,
        subject=order.subject,
        document=order.document,
        opened=tx.day,
        ends=ends,
        calendar=rules.calendar,
    )
    tx.notices.put(made, order.kind, order.subject)
    return NoticePublished(
        subject_kind=order.kind,
        subject=order.subject,
        document=bytes.fromhex(order.document),
        ends=day_text(ends),
        calendar=rules.calendar,
    )
