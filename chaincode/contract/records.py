"""How a record becomes a value: one version byte, then its canonical JSON (state.md, State).

Writers write the newest version; readers take every older one through its upcast, so that a new version of
the contract never needs a migration run. Golden bytes of each version stand in the tests.
"""

from collections.abc import Callable, Mapping
from typing import Generic, Protocol, TypeVar

import msgspec

from tanhui.chaincode.contract.canonical import canonical_json, decode_amount

RecordT = TypeVar("RecordT")


class UnreadableRecord(ValueError):  # noqa: N818  says what was found
    """A stored value of a version that this contract does not know, or that is damaged."""


class Codec(Protocol[RecordT]):
    """Turns records into values and back."""

    def encode(self, record: RecordT) -> bytes:
        """The newest version's bytes, never empty."""

    def decode(self, value: bytes) -> RecordT:
        """The record in a value of any version; UnreadableRecord when there is none."""


class JsonCodec(Generic[RecordT]):
    """Version byte and canonical JSON of a msgspec Struct."""

    def __init__(
        self,
        kind: type[RecordT],
        version: int = 1,
        upcasts: Mapping[int, Callable[[bytes], RecordT]] | None = None,
    ) -> None:
        """`upcasts` holds, for each older version, what makes today's record of that version's JSON."""
        older = dict(upcasts or {})
        if set(older) != set(range(1, version)):
            raise ValueError(f"{kind}: version {version} needs an upcast for each of 1..{version - 1}")
        self.kind = kind
        self.version = version
        self._upcasts = older
        self._mark = bytes((version,))
        self._decode = msgspec.json.Decoder(kind, dec_hook=decode_amount).decode

    def encode(self, record: RecordT) -> bytes:
        """The newest version's bytes."""
        return self._mark + canonical_json(record)

    def decode(self, value: bytes) -> RecordT:
        """The record in a value of any version, 1 up to the newest; UnreadableRecord otherwise."""
        try:
            if value[0] == self.version:
                return self._decode(value[1:])
            return self._upcasts[value[0]](value[1:])
        except (IndexError, KeyError, msgspec.DecodeError) as cause:
            raise UnreadableRecord(f"{self.kind} of version {value[:1].hex()}") from cause


def lacking_defaults(kind: type[RecordT]) -> Callable[[bytes], RecordT]:
    """The upcast of a version that only lacked members which have defaults by now."""
    return msgspec.json.Decoder(kind, dec_hook=decode_amount).decode
