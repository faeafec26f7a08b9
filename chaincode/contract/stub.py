"""What a transaction may ask of the ledger: the port that the embedded node and Fabric's shim both satisfy.

Semantics are Fabric's (core/chaincode/handler.go, fabric-chaincode-go/shim/interfaces.go): reads see the
committed state only, never the transaction's own writes; a write is visible once its transaction commits.

Reads are coroutines because over Fabric's chaincode stream they wait for the peer. The embedded node resolves
them at once, without an event loop: a contract may therefore await nothing but the methods of this port.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

COMPOSITE_KEY_NAMESPACE = "\x00"
"""First character of every composite key: keeps them out of ranges over simple keys."""

MAX_UNICODE_RUNE = "\U0010ffff"
"""Ends a range over all composite keys with one prefix, as Fabric's shim does."""


class Timestamp(NamedTuple):
    """The proposal's timestamp, UTC: seconds since 1970 and nanoseconds within the second."""

    seconds: int
    nanos: int


@dataclass(frozen=True, slots=True)
class StateEntry:
    """One key with its committed value, never empty."""

    key: str
    value: bytes


@dataclass(frozen=True, slots=True)
class StatePage:
    """Part of a range, in key order, and the bookmark that continues it: "" when the range is exhausted."""

    entries: tuple[StateEntry, ...]
    bookmark: str


@dataclass(frozen=True, slots=True)
class KeyModification:
    """One committed version of a key; `value` is b"" when the transaction deleted it."""

    transaction_id: str
    timestamp: Timestamp
    value: bytes
    is_delete: bool


class Stub(Protocol):
    """One transaction's view of the ledger and of its own proposal."""

    @property
    def channel_id(self) -> str:
        """The channel on which the transaction was proposed."""

    @property
    def transaction_id(self) -> str:
        """64 lowercase hex digits."""

    @property
    def timestamp(self) -> Timestamp:
        """The time the client put into the proposal; endorsers refuse one beyond ±15 minutes of theirs."""

    @property
    def creator(self) -> bytes:
        """msp.SerializedIdentity of the client, whose signature the endorser has verified."""

    @property
    def arguments(self) -> Sequence[bytes]:
        """The chaincode input: function name first."""

    @property
    def transient(self) -> Mapping[str, bytes]:
        """Input that endorsers see and the ledger never does."""

    async def get_states(self, keys: Sequence[str]) -> list[bytes | None]:
        """Committed values in the order of `keys`, None where absent; recorded as reads. One multi-get."""

    async def get_state_range(self, start: str, end: str) -> tuple[StateEntry, ...]:
        """Entries with start <= key < end, recorded for the phantom check; for bounded ranges."""

    async def get_state_page(self, start: str, end: str, page_size: int, bookmark: str) -> StatePage:
        """One page of a range. Fabric forbids writes in a transaction that read a page."""

    async def get_history(self, key: str) -> tuple[KeyModification, ...]:
        """Committed versions of a key, newest first; not protected against phantoms."""

    def put_state(self, key: str, value: bytes) -> None:
        """Write `value`, which must not be empty: Fabric reads an empty value as a delete."""

    def delete_state(self, key: str) -> None:
        """Delete a key; a no-op at commit when it is absent."""

    def set_event(self, name: str, payload: bytes) -> None:
        """The transaction's one chaincode event; a second call replaces the first."""


class Response(NamedTuple):
    """What a chaincode answers: 200 with a payload, or 400 and above with the refusal in `message`."""

    status: int
    message: str
    payload: bytes


class Chaincode(Protocol):
    """What the shim and the embedded node run: a contract, or any other chaincode."""

    async def invoke(self, stub: Stub) -> Response:
        """Run one transaction. Never raises: a fault inside becomes a 500 without inner detail."""
