"""Recalls: which serials are in question, what becomes of them, and what is owed for them (domain.md, Recall).

A recall names serials of one batch. What is active of them stands still from the moment it is marked and is
then cancelled; what is retired stays retired, and its certificate says that it was recalled. Replacements are
kilogram for kilogram, never more than was recalled.
"""

from collections.abc import Sequence

import msgspec

from tanhui.chaincode.rules.errors import recalls as codes
from tanhui.chaincode.rules.serials import Hold, HoldKind, Range, RangeState, Serial, end, release


class Scope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Serials first..last of the recalled batch, both included."""

    first: Serial
    last: Serial

    @property
    def quantity(self) -> int:
        """Kilograms CO2e."""
        return self.last - self.first + 1


def hold_of(recall: str) -> Hold:
    """What keeps recalled active units still."""
    return Hold(HoldKind.RECALL, recall)


def scope_quantity(scope: Sequence[Scope], quantity: int) -> int:
    """Kilograms in the scope of a recall, over a batch of `quantity`.

    Raises:
        Refusal: recalls.scope, naming the first part that is backwards, outside the batch, or not after the
            part before it.
    """
    before = 0
    for one in scope:
        if not before < one.first <= one.last <= quantity:
            raise codes.SCOPE.at("scope", f"{one.first}-{one.last}", quantity=quantity)
        before = one.last
    return sum(one.quantity for one in scope)


def overlaps(scope: Sequence[Scope], first: int, last: int) -> bool:
    """Whether any serial first..last is in the scope."""
    return any(one.first <= last and first <= one.last for one in scope)


def mark(one: Range, recall: str, scope: Sequence[Scope]) -> Range:
    """The range as recalled; active units are held from now on, beside whatever other holds they have.

    Raises:
        Refusal: recalls.out_of_scope, recalls.recalled_already.
    """
    if not any(part.first <= one.first and one.last <= part.last for part in scope):
        raise codes.OUT_OF_SCOPE.at("range", one.name, recall=recall)
    if one.recall:
        raise codes.RECALLED_ALREADY.at("range", one.name, recall=one.recall)
    holds = one.holds
    if one.state is RangeState.ACTIVE:
        holds = tuple(sorted((*holds, hold_of(recall))))
    return msgspec.structs.replace(one, recall=recall, holds=holds)


def cancel(one: Range, recall: str) -> Range:
    """Recalled units out of use; other holds on them end first, each by who placed it.

    Raises:
        Refusal: credits.hold_absent, credits.held.
    """
    return end(release(one, hold_of(recall)), RangeState.CANCELLED)


def replaced(recalled: int, replaced_before: int, quantity: int) -> int:
    """What is replaced with `quantity` more.

    Raises:
        Refusal: recalls.too_much, when that is more than was recalled.
    """
    now = replaced_before + quantity
    if now > recalled:
        raise codes.TOO_MUCH.at("pieces", quantity, missing=recalled - replaced_before)
    return now


def says(recalled: int, replaced_kg: int) -> str:
    """What a certificate says of itself: valid, recalled, or recalled_and_replaced when nothing is missing."""
    if recalled == 0:
        return "valid"
    return "recalled_and_replaced" if replaced_kg == recalled else "recalled"
