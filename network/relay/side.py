"""One region as the relay sees it: questions, orders, and proofs. The port that ledgers and tests satisfy."""

from collections.abc import Mapping
from typing import Any, Protocol

Order = Mapping[str, Any]
"""Members of an order, JSON values; amounts are decimal strings."""


class Refused(Exception):  # noqa: N818  a refusal is an answer, not a fault
    """The contract said no: the four parts that cross Fabric."""

    def __init__(self, code: str, field: str, value: str, params: Mapping[str, str]) -> None:
        super().__init__(f"{code}: {field}={value} {dict(params)}")
        self.code = code
        self.field = field
        self.value = value
        self.params = dict(params)


class Unavailable(Exception):  # noqa: N818  says what was found
    """The region cannot be reached, or the outcome is not known: ask again later, nothing is lost."""


class Side(Protocol):
    """A region's ledger and its log."""

    @property
    def name(self) -> str:
        """For people and the journal."""

    async def ask(self, function: str, order: Order) -> Any:
        """The answer of a query. Raises Refused, Unavailable."""

    async def send(self, function: str, order: Order) -> None:
        """Submit an order and wait until it is committed. Raises Refused, Unavailable."""

    async def prove(self, transaction: str) -> bytes | None:
        """A bundle about a committed transaction; None while the log does not cover it. Raises Unavailable."""
