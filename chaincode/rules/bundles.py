"""Bundles: several owners' sites developed as one project, its units shared by parts (打捆开发、收益分享).

A bundle has a fixed whole of parts. What no member has belongs to the project's owner, so who joins takes from
the owner and nobody else, and what a leaver had goes back there.
"""

from collections.abc import Sequence
from typing import Annotated, Final, Literal

import msgspec

from tanhui.chaincode.rules.errors import bundles as codes

PARTS_MAX: Final = 1_000_000
"""The whole of a bundle, at most: shares down to a millionth."""
MEMBERS_MAX: Final = 500

Parts = Annotated[int, msgspec.Meta(ge=1, le=PARTS_MAX)]


class BundleMember(msgspec.Struct, frozen=True, kw_only=True):
    """One organisation's part of a bundle."""

    organisation: str
    parts: int
    boundary: str
    """SHA-256 of the document that draws its site."""
    status: Literal["invited", "member"]


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """Who shares a project's units; members in the order of their ids."""

    project: str
    whole: int
    members: tuple[BundleMember, ...]

    @property
    def parts_left(self) -> int:
        """Parts that nobody has or is invited to: they stay with the owner."""
        return self.whole - sum(one.parts for one in self.members)

    def find(self, organisation: str) -> BundleMember | None:
        """What an organisation has or is invited to."""
        return next((one for one in self.members if one.organisation == organisation), None)

    def with_invited(self, invited: BundleMember) -> "Bundle":
        """The bundle with one more invited organisation.

        Raises:
            Refusal: bundles.member_exists, bundles.members_many, bundles.boundary_twice, bundles.parts_left.
        """
        if self.find(invited.organisation) is not None:
            raise codes.MEMBER_EXISTS.at("organisation", invited.organisation)
        if len(self.members) >= MEMBERS_MAX:
            raise codes.MEMBERS_MANY.at("organisation", invited.organisation, limit=MEMBERS_MAX)
        if any(one.boundary == invited.boundary for one in self.members):
            raise codes.BOUNDARY_TWICE.at("boundary", invited.boundary)
        if invited.parts > self.parts_left:
            raise codes.PARTS_LEFT.at("parts", invited.parts, left=self.parts_left)
        members = sorted((*self.members, invited), key=lambda one: one.organisation)
        return msgspec.structs.replace(self, members=tuple(members))

    def with_joined(self, organisation: str) -> "Bundle":
        """The bundle where an invited organisation is a member.

        Raises:
            Refusal: bundles.not_invited.
        """
        found = self.find(organisation)
        if found is None or found.status != "invited":
            raise codes.NOT_INVITED.at("organisation", organisation)
        joined = msgspec.structs.replace(found, status="member")
        return msgspec.structs.replace(
            self, members=tuple(joined if one is found else one for one in self.members)
        )

    def without(self, organisation: str) -> "Bundle":
        """The bundle without an organisation; its parts are the owner's again.

        Raises:
            Refusal: bundles.not_member.
        """
        found = self.find(organisation)
        if found is None:
            raise codes.NOT_MEMBER.at("organisation", organisation)
        return msgspec.structs.replace(self, members=tuple(one for one in self.members if one is not found))

    def shared(self, owner: str, quantity: int) -> tuple[tuple[str, int], ...]:
        """(organisation, units) of an issued quantity: the owner first, then members; who gets none is left out.

        An invitation that was not taken up counts for the owner.
        """
        joined = [one for one in self.members if one.status == "member"]
        rest = self.whole - sum(one.parts for one in joined)
        units = split(quantity, (rest, *(one.parts for one in joined)))
        whose = (owner, *(one.organisation for one in joined))
        return tuple((who, part) for who, part in zip(whose, units, strict=True) if part)


def split(quantity: int, parts: Sequence[int]) -> tuple[int, ...]:
    """`quantity` whole units by parts: everybody's share rounded down, then one more to the largest remainders.

    Equal remainders are served in order. The units add up to `quantity`, and each differs from its exact share
    by less than one.
    """
    whole = sum(parts)
    shares = [divmod(quantity * one, whole) for one in parts]
    left = quantity - sum(units for units, _ in shares)
    first = sorted(range(len(parts)), key=lambda at: (-shares[at][1], at))[:left]
    more = set(first)
    return tuple(units + (at in more) for at, (units, _) in enumerate(shares))
