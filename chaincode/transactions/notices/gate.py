"""The step after a notice is refused before the notice is over and every comment is answered."""

from tanhui.chaincode.contract.keys import prefix_range
from tanhui.chaincode.rules.days import Day, day_text
from tanhui.chaincode.rules.errors import notices as codes
from tanhui.chaincode.transactions.notices.record import DEFAULT_RULES, NOTICE_COMMENT, NoticeKind
from tanhui.chaincode.transactions.tx import Tx


async def require_noticed(tx: Tx, kind: NoticeKind, subject: str) -> None:
    """Refuse a subject whose notice is still due, open or unanswered; the rules say which kinds need one.

    Comments are read as one range, so that one which comes meanwhile invalidates this transaction.

    Raises:
        Refusal: notices.not_published, notices.still_open, notices.unanswered.
    """
    rules = await tx.notice_rules.find() or DEFAULT_RULES
    if not rules.days_for(kind):
        return
    notice = await tx.notices.find(kind, subject)
    if notice is None:
        raise codes.NOT_PUBLISHED.at(kind, subject)
    if tx.day <= notice.ends:
        raise codes.STILL_OPEN.at(kind, subject, until=day_text(Day(notice.ends)))
    for entry in await tx.unit.range(*prefix_range(NOTICE_COMMENT.name, (kind, subject))):
        comment = NOTICE_COMMENT.codec.decode(entry.value)
        if not comment.answer:
            raise codes.UNANSWERED.at(kind, comment.name)
