"""Whose an object is: what the API shows to its organisation, and to supervisors, and to nobody else.

The ledger lets every member of the channel read everything, and its own client would. This is the API's rule for
those who come through it: points of persons are the programme's operator's to see, deals their parties', budgets
their institution's. Batches, projects, retirements, dossiers, prices and rules are open to every key.
"""

import json
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Final

from tanhui.chaincode.rules.roles import Role
from tanhui.registry_api.access.caller import Caller
from tanhui.registry_api.access.programmes import ProgrammeOperators
from tanhui.registry_api.orders import canonical
from tanhui.registry_api.problems import FORBIDDEN, Problem


class Belongs(Enum):
    """Who may see an answer."""

    TO_OPERATOR = "operator"
    """The programme's operator."""
    TO_OPERATOR_OR_NAMED = "operator or named"
    """The programme's operator, and the organisation that the object names: a unit its own account."""
    TO_OPERATORS = "operators"
    """Halves of transfers between regions: points, each to its programme's operator; credits are open to every key."""
    TO_NAMED = "named"
    """An organisation that order or answer name: a party, a holder, an institution."""


_B = Belongs
POLICIES: Final[Mapping[str, Belongs]] = {
    "accounting:Months": _B.TO_NAMED,
    "accounting:Movements": _B.TO_NAMED,
    "accounting:Statement": _B.TO_NAMED,
    "accounts:Get": _B.TO_OPERATOR_OR_NAMED,
    "accounts:List": _B.TO_OPERATOR,
    "accounts:History": _B.TO_OPERATOR,
    "activities:Appeal": _B.TO_OPERATOR,
    "activities:Records": _B.TO_OPERATOR,
    "budgets:AuditDue": _B.TO_NAMED,
    "budgets:Get": _B.TO_NAMED,
    "budgets:Readings": _B.TO_NAMED,
    "disclosures:Get": _B.TO_NAMED,
    "insurance:Get": _B.TO_NAMED,
    "trusts:Get": _B.TO_NAMED,
    "credits:GetOffer": _B.TO_NAMED,
    "credits:Holdings": _B.TO_NAMED,
    "energy_contracts:Get": _B.TO_NAMED,
    "aggregates:ConsentOf": _B.TO_OPERATOR,
    "identity:Bucket": _B.TO_OPERATOR,
    "market:Intent": _B.TO_NAMED,
    "market:Inventory": _B.TO_NAMED,
    "market:Trade": _B.TO_NAMED,
    "pledges:Get": _B.TO_NAMED,
    "recognition:Incoming": _B.TO_OPERATORS,
    "recognition:Outgoing": _B.TO_OPERATORS,
    "recognition:Received": _B.TO_OPERATORS,
    "recognition:Sent": _B.TO_OPERATORS,
    "recognition:Transfer": _B.TO_OPERATORS,
    "rewards:DrawEntries": _B.TO_OPERATOR,
    "rewards:Voucher": _B.TO_OPERATOR_OR_NAMED,
}
"""By function; what is not named is open to every key."""

ALSO: Final[Mapping[str, frozenset[Role]]] = {
    "credits:Holdings": frozenset({Role.EXCHANGE}),
    "identity:Bucket": frozenset({Role.IDENTITY_AUTHORITY}),
    "activities:Appeal": frozenset({Role.VERIFIER}),
    "activities:Records": frozenset({Role.VERIFIER, Role.DATA_SOURCE}),
    "rewards:Voucher": frozenset({Role.MERCHANT}),
}
"""Roles whose work needs others' objects: custody, bindings, checks, opening of vouchers."""


class ObjectGuard:
    """Judges reads by whose the object is."""

    def __init__(self, programmes: ProgrammeOperators) -> None:
        self._programmes = programmes

    async def judge_order(self, caller: Caller, function: str, order: Mapping[str, Any]) -> bool:
        """Before the ledger is asked. Returns whether the answer is still to be judged.

        Raises:
            Problem: 403, the object is another organisation's.
        """
        policy = POLICIES.get(function)
        if (
            policy is None
            or caller.supervises
            or not caller.standing.roles.isdisjoint(ALSO.get(function, ()))
        ):
            return False
        if policy is Belongs.TO_OPERATORS:
            return True
        if policy is Belongs.TO_NAMED:
            return not _names(order, caller.organisation)
        operator = await self._programmes.operator_of(str(order.get("programme", "")))  # or it is not there
        if operator == caller.organisation:
            return False
        if policy is Belongs.TO_OPERATOR_OR_NAMED:
            return True
        raise _foreign(function)

    async def judged_answer(self, caller: Caller, function: str, answer: bytes) -> bytes:
        """What the caller may see of an answer that is still to be judged: a page without others' items, or all of it.

        Raises:
            Problem: 403, the object is another organisation's.
        """
        found = json.loads(answer)
        if POLICIES[function] is not Belongs.TO_OPERATORS:
            if not _names(found, caller.organisation):
                raise _foreign(function)
            return answer
        programmes = await self._programmes.operated_by(caller.organisation)
        if isinstance(found, dict) and "items" in found:
            shown = [one for one in found["items"] if _is_seen(one, programmes)]
            return answer if len(shown) == len(found["items"]) else canonical(found | {"items": shown})
        halves = found.values() if isinstance(found, dict) else found
        if not all(_is_seen(one, programmes) for one in halves):
            raise _foreign(function)
        return answer


def concerns_others(caller: Caller, function: str) -> bool:
    """Whether a supervisor's read is one to be written down."""
    return function in POLICIES and caller.supervises


def _foreign(function: str) -> Problem:
    return Problem(FORBIDDEN, name="organisation", value=function)


def _is_seen(half: Mapping[str, Any] | None, programmes: frozenset[str]) -> bool:
    return half is None or half["lane"] != "points" or half["programme"] in programmes


def _names(document: Mapping[str, Any], organisation: str) -> bool:
    """Whether it names an organisation; where a page begins is its reader's to say, and names nobody."""
    named = (_texts(value) for member, value in document.items() if member != "bookmark")
    return bool(organisation) and any(organisation in texts for texts in named)


def _texts(document: Any) -> Iterator[str]:
    if isinstance(document, str):
        yield document
    elif isinstance(document, list):
        for item in document:
            yield from _texts(item)
    elif isinstance(document, dict):
        for item in document.values():
            yield from _texts(item)
