"""Every write of the contract as an action: its form, and the resource of the API behind it. Pure."""

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
    """One function that writes."""

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


class Actions:
    """The contract's writes by name."""

    def __init__(self, metadata: ContractMetadata, resources: Iterable[Resource]) -> None:
        by_function = {one.function: one for one in resources}
        self.known: dict[str, Action] = {
            name: Action(function, by_function[name])
            for name, function in sorted(metadata.functions.items())
            if not function.is_query
        }

    def by_lane(self) -> dict[str, list[Action]]:
        """Actions of each lane, both in order."""
        found: dict[str, list[Action]] = {}
        for action in self.known.values():
            found.setdefault(action.lane, []).append(action)
        return found
