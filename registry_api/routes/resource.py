"""One operation of the API: a path in the field's terms, and the function of the contract behind it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Resource:
    """One operation.

    Attributes:
        method: GET asks the ledger, POST writes to it.
        path: under the API's root, with members of the order in braces.
        function: `lane:Verb`.
    """

    method: Literal["GET", "POST"]
    path: str
    function: str

    @property
    def tag(self) -> str:
        """The lane, by which the documentation is grouped."""
        return self.function.partition(":")[0]


def default_path(function: str, is_query: bool) -> Resource:
    """A function that the map does not name is reachable all the same, under its own name."""
    lane, _, verb = function.partition(":")
    return Resource("GET" if is_query else "POST", f"/v1/functions/{lane}/{verb}", function)


def reads(*pairs: tuple[str, str]) -> tuple[Resource, ...]:
    """Resources that answer queries, from (path, function)."""
    return tuple(Resource("GET", path, function) for path, function in pairs)


def writes(*pairs: tuple[str, str]) -> tuple[Resource, ...]:
    """Resources that write, from (path, function)."""
    return tuple(Resource("POST", path, function) for path, function in pairs)
