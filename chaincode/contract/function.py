"""One function of the contract as it was declared."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any, Literal

import msgspec

from tanhui.chaincode.contract.arguments import ArgumentReader


class Function(msgspec.Struct, frozen=True):
    """Its name, who may call it, what it takes and gives, and the coroutine that runs it."""

    name: str
    """`lane:Verb`, Fabric's `contract:function`."""
    roles: frozenset[str] | None
    """Who may call it, one of these being enough; None: any member of the channel."""
    persons: Literal[1, 2]
    is_query: bool
    handler: Callable[[Any, Any], Awaitable[Any]]
    reads: Callable[[Any, Any], Collection[str]] | None
    argument: ArgumentReader[Any]
    result: Any
    """The annotation of what it returns."""
    doc: str

    @property
    def lane(self) -> str:
        """What stands before the colon."""
        return self.name.partition(":")[0]

    @property
    def verb(self) -> str:
        """What stands after the colon."""
        return self.name.partition(":")[2]
