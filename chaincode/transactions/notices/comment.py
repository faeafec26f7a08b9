"""notices:Comment and notices:Answer."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.days import Day, day_text
from tanhui.chaincode.rules.errors import notices as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import OrganisationId, Text
from tanhui.chaincode.transactions.notices.record import NoticeComment, NoticeKind, Subject
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.notices import NoticeCommented

CommentNumber = Annotated[int, msgspec.Meta(ge=1, le=9)]


class CommentOrder(Order, frozen=True, kw_only=True):
    """The caller's `number`-th comment: nine for a notice and organisation."""

    kind: NoticeKind
    subject: Subject
    number: CommentNumber
    text: Text


class AnswerCommentOrder(CommentOrder, frozen=True, kw_only=True):
    """The answer, in `text`, to a comment of an organisation."""

    organisation: OrganisationId


@transaction("notices:Comment", roles=set(Role) - {Role.AUDITOR})
async def comment(tx: Tx, order: CommentOrder) -> NoticeCommented:
    """Comment while the notice runs. Each organisation writes its own keys, so comments never meet."""
    notice = await tx.notices.get(order.kind, order.subject)
    if tx.day > notice.ends:
        raise codes.OVER.at("subject", order.subject, until=day_text(Day(notice.ends)))
    made = NoticeComment(organisation=tx.caller.organisation, number=order.number, text=order.text, answer="")
    place = (order.kind, order.subject, made.organisation, str(made.number))
    if await tx.notice_comments.find(*place) is not None:
        raise codes.COMMENT_EXISTS.at("number", made.name)
    tx.notice_comments.put(made, *place)
    return _effect(order, made.organisation, answered=False)


@transaction("notices:Answer", roles={Role.REGULATOR})
async def answer(tx: Tx, order: AnswerCommentOrder) -> NoticeCommented:
    """Answer a comment, once; without its answer the next step is refused."""
    place = (order.kind, order.subject, order.organisation, str(order.number))
    found = await tx.notice_comments.get(*place)
    if found.answer:
        raise codes.ANSWERED.at("number", found.name)
    tx.notice_comments.put(msgspec.structs.replace(found, answer=order.text), *place)
    return _effect(order, order.organisation, answered=True)


def _effect(order: CommentOrder, organisation: str, *, answered: bool) -> NoticeCommented:
    return NoticeCommented(
        subject_kind=order.kind,
        subject=order.subject,
        organisation=organisation,
        number=order.number,
        step="answered" if answered else "commented",
        text=order.text,
    )
