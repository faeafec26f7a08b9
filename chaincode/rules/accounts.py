"""Accounts: who may do what with one, by its state (domain.md, Accounts and privacy)."""

from enum import IntEnum
from typing import Final

import msgspec

from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.errors import accounts as codes
from tanhui.chaincode.rules.errors import points as points_codes
from tanhui.chaincode.rules.lots import Lots

NO_UNIT: Final = bytes(16)
"""A person who belongs to no unit."""


class Holder(IntEnum):
    """Whose account it is: a person's pseudonym, or an organisation's own."""

    PERSON = 0
    UNIT = 1


class State(IntEnum):
    """What may be done: everything, nothing until who froze it releases it, nothing for good."""

    ACTIVE = 0
    FROZEN_BY_OPERATOR = 1
    FROZEN_BY_REGULATOR = 2
    CLOSED = 3

    @property
    def label(self) -> str:
        """As refusals and queries show it."""
        return self.name.lower()


class Account(msgspec.Struct, frozen=True, gc=False):
    """An account as the ledger holds it; its programme and random id are its key.

    Nothing of a person is in it. `claims` is what the activities lane keeps here, opaque to everybody else.
    """

    state: State
    holder: Holder
    organisation: str
    """The unit whose account it is; empty for a person."""
    unit: bytes
    """The unit account that a person belongs to, for teams and rankings; NO_UNIT otherwise."""
    opened: Day
    debt: int
    """Points of reversed issues that were spent already; the next points repay it."""
    earned_day: Day
    earned: int
    """Points earned on `earned_day`."""
    sent_day: Day
    sent: int
    """Points transferred to others on `sent_day`."""
    lots: Lots
    claims: bytes

    def require_active(self, field: str, account_id: str) -> None:
        """Refuse a frozen or closed account.

        Raises:
            Refusal: accounts.not_active.
        """
        if self.state is not State.ACTIVE:
            raise codes.NOT_ACTIVE.at(field, account_id, state=self.state.label)

    def require_state(self, *allowed: State) -> None:
        """Refuse an account in another state.

        Raises:
            Refusal: accounts.state.
        """
        if self.state not in allowed:
            raise codes.STATE.at(
                "account", self.state.label, allowed=",".join(state.label for state in allowed)
            )

    def earned_with(self, points: int, today: Day, cap: int) -> int:
        """What the account has earned today when `points` are added.

        Raises:
            Refusal: points.day_cap, when `cap` (0: none) is passed.
        """
        earned = points + (self.earned if self.earned_day == today else 0)
        if cap and earned > cap:
            raise points_codes.DAY_CAP.at("points", earned, limit=cap)
        return earned

    def sent_with(self, points: int, today: Day, cap: int) -> int:
        """What the account has sent today when `points` are added.

        Raises:
            Refusal: points.transfer_day_cap, when `cap` (0: none) is passed.
        """
        sent = points + (self.sent if self.sent_day == today else 0)
        if cap and sent > cap:
            raise points_codes.TRANSFER_DAY_CAP.at("points", sent, limit=cap)
        return sent


def opened_account(holder: Holder, organisation: str, unit: bytes, today: Day) -> Account:
    """A new account without points.

    Raises:
        Refusal: accounts.unit_needed.
    """
    if (holder is Holder.UNIT) != bool(organisation):
        raise codes.UNIT_NEEDED.at("organisation", organisation)
    return Account(
        state=State.ACTIVE,
        holder=holder,
        organisation=organisation,
        unit=unit,
        opened=today,
        debt=0,
        earned_day=Day(0),
        earned=0,
        sent_day=Day(0),
        sent=0,
        lots=(),
        claims=b"",
    )
