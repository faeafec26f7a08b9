"""Lists below something: of a programme, a project, a batch. A list of what is not there is 404, not an empty page.

Which function tells whether it is there follows from the contract's own description: the one that takes exactly the
members that the list takes (beside those of paging) and answers one record.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import rfc8785

from tanhui.registry_api.contract_metadata import ContractMetadata, FunctionMetadata
from tanhui.registry_api.ledger import Ledger

PAGING: Final = frozenset({"bookmark", "page_size"})
KNOWN_MAX: Final = 10_000
"""Parents remembered as being there. Nothing on the ledger ceases to be."""
_HOLDERS: Final[Mapping[str, tuple[str, str, str]]] = {
    "credits:Holdings": ("organisations:Get", "holder", "organisation"),
    "market:Inventory": ("organisations:Get", "holder", "organisation"),
}
"""Lists whose parent is called otherwise: function that tells, member of the list's order, member of its order."""


class Parents:
    """Knows which lists have a parent, and which parents are there."""

    def __init__(self, metadata: ContractMetadata, ledger: Ledger) -> None:
        self._ledger = ledger
        self._telling = _telling(metadata.functions.values())
        self._known: set[tuple[str, bytes]] = set()

    async def require(self, function: str, order: Mapping[str, Any], identity: str) -> None:
        """Raises LedgerRefusal as the ledger does for the parent itself, when a list's parent is not there."""
        telling = self._telling.get(function)
        if telling is None:
            return
        getter, members = telling
        if any(member not in order for member, _ in members):
            return  # the contract names what is missing
        asked = rfc8785.dumps({wanted: order[member] for member, wanted in members})
        if (getter, asked) in self._known:
            return
        await self._ledger.evaluate(getter, asked, identity)
        if len(self._known) >= KNOWN_MAX:
            self._known.clear()
        self._known.add((getter, asked))

    def getter_of(self, function: str) -> str | None:
        """The function that tells whether the list's parent is there."""
        telling = self._telling.get(function)
        return None if telling is None else telling[0]


_Telling = tuple[str, tuple[tuple[str, str], ...]]


def _telling(functions: Iterable[FunctionMetadata]) -> dict[str, _Telling]:
    queries = [function for function in functions if function.is_query]
    names = {function.name for function in queries}
    found: dict[str, _Telling] = {}
    for function in queries:
        members = _members(function)
        if not _is_list(function) or not members:
            continue
        if function.name in _HOLDERS and _HOLDERS[function.name][0] in names:
            getter, member, wanted = _HOLDERS[function.name]
            found[function.name] = (getter, ((member, wanted),))
            continue
        telling = [one for one in queries if _members(one) == members and not _is_list(one)]
        if telling:
            best = min(telling, key=lambda one: _distance(function, one))
            found[function.name] = (best.name, tuple((member, member) for member in sorted(members)))
    return found


def _members(function: FunctionMetadata) -> frozenset[str]:
    return frozenset(function.order.get("properties", {})) - PAGING


def _is_list(function: FunctionMetadata) -> bool:
    return "page_size" in function.order.get("properties", {})


def _distance(wanted: FunctionMetadata, one: FunctionMetadata) -> tuple[bool, bool, str]:
    """Of the same lane first, then one that gets."""
    lane = wanted.name.partition(":")[0]
    verb = one.name.partition(":")[2]
    return (not one.name.startswith(f"{lane}:"), not verb.startswith("Get"), one.name)
