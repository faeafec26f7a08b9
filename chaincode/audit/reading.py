"""What an audit reads: the committed state of the registry, and its valid transactions in order.

Both are ports. The ledger in memory, an embedded node's folder and a follower's copy satisfy them alike.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import msgspec

from tanhui.chaincode.contract.caller import Caller
from tanhui.chaincode.contract.keys import prefix_range, split_key
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.rules.days import Day, day_of
from tanhui.proofs.effects import Effect

RecordT = TypeVar("RecordT")


class State(Protocol):
    """Committed state of the registry's namespace, at one height."""

    def scan(self, start: str, end: str) -> Iterable[tuple[str, bytes]]:
        """Entries with start <= key < end, in key order."""

    def get(self, key: str) -> bytes | None:
        """The value under one key."""


class Records:
    """The state as typed records."""

    def __init__(self, state: State) -> None:
        self._state = state

    def all(self, key_type: KeyType[RecordT], *under: str) -> Iterator[tuple[tuple[str, ...], RecordT]]:
        """Every record of one type whose ids begin with `under`, with its ids, in key order."""
        start, end = prefix_range(key_type.name, under)
        for key, value in self._state.scan(start, end):
            yield split_key(key)[1], key_type.codec.decode(value)

    def find(self, key_type: KeyType[RecordT], *ids: str) -> RecordT | None:
        """The record under these ids, or None."""
        value = self._state.get(key_type.key(*ids))
        return None if value is None else key_type.codec.decode(value)


@dataclass(frozen=True, slots=True)
class Transaction:
    """One valid transaction of the registry: who sent what, when, and what it says that it did."""

    id: str
    seconds: int
    """The proposal's timestamp."""
    function: str
    argument: bytes
    caller: Caller
    effects: tuple[Effect, ...]
    """Empty for a repeat, which changes nothing."""

    @property
    def day(self) -> Day:
        """The day of the timestamp, in UTC+8."""
        return day_of(self.seconds)

    def field(self, name: str) -> Any:
        """A member of the order; None when it has none of that name."""
        order = msgspec.json.decode(self.argument)
        return order.get(name) if isinstance(order, dict) else None
