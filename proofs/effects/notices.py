"""Effects of public notices."""

from typing import Literal

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Amount, Day, Digest, Id, Note, Quantity

Kind = Literal["methodology", "project", "issuance"]


@effect("notices.rules_set")
class NoticeRulesSet(Effect):
    """Notices last so many working days from now on, by this calendar; 0 is none."""

    calendar: Id
    methodology_days: Amount
    project_days: Amount
    issuance_days: Amount


@effect("notices.published")
class NoticePublished(Effect):
    """A document is on public notice until the end of a day."""

    subject_kind: Kind
    subject: Id
    document: Digest
    ends: Day
    calendar: Id


@effect("notices.commented")
class NoticeCommented(Effect):
    """An organisation's comment on a notice, or its answer."""

    subject_kind: Kind
    subject: Id
    organisation: Id
    number: Quantity
    step: Literal["commented", "answered"]
    text: Note
