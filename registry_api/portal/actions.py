"""Every function of the contract as an action: its form, and the resource of the API behind it. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from tanhui.registry_api.contract_metadata import ContractMetadata, FunctionMetadata
from tanhui.registry_api.portal.forms import REQUEST_ID
from tanhui.registry_api.routes.resource import Resource

_PARAMETER: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Action:
    """One function."""

    function: FunctionMetadata
    resource: Resource

    @property
    def name(self) -> str:
        """`lane:Verb`."""
        return self.function.name

    @property
    def lane(self) -> str:
        """The lane."""
        return self.function.name.partition(":")[0]

    def address(self, order: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """The resource's path for an order, and the members that go into the body.

        Raises:
            KeyError: the order lacks a member that the path needs.
        """
        inside = _PARAMETER.findall(self.resource.path)
        path = _PARAMETER.sub(lambda match: quote(str(order[match[1]]), safe="@"), self.resource.path)
        body = {name: value for name, value in order.items() if name not in inside and name != REQUEST_ID}
        return path, body

    def query(self, order: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
        """The same for a question: what is not in the path goes as the API's reads want it (contract_metadata.py)."""
        path, rest = self.address(order)
        return path, {name: _as_text(value) for name, value in rest.items()}


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(_as_text(one) for one in value) if isinstance(value, list) else str(value)


class Actions:
    """The contract's functions by name: what is done, and what is asked."""

    def __init__(self, metadata: ContractMetadata, resources: Iterable[Resource]) -> None:
        by_function = {one.function: one for one in resources}
        every = {
            name: Action(function, by_function[name]) for name, function in sorted(metadata.functions.items())
        }
        self.known = {name: one for name, one in every.items() if not one.function.is_query}
        self.questions = {name: one for name, one in every.items() if one.function.is_query}


def by_lane(actions: Mapping[str, Action]) -> dict[str, list[Action]]:
    """Actions of each lane, both in order."""
    found: dict[str, list[Action]] = {}
    for action in actions.values():
        found.setdefault(action.lane, []).append(action)
    return found
