"""Which resource is which function: the whole map of the API onto the contract, in the field's terms.

A path parameter becomes the member of the same name in the function's order; a query parameter or a member of
the JSON body becomes any other. What the order looks like is the contract's to say, not repeated here.
"""

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


RESOURCES: tuple[Resource, ...] = ()
