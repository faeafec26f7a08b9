"""Bindings and claim buckets on the ledger, packed.

| key | value, after the version byte 01 |
| --- | --- |
| `binding(programme, account, group, month)` | the account's bucket, 16 bytes |
| `bucket(group, month, bucket)` | slots claimed, 8 bytes each (rules/slots.py) |
| `nullifier_binding(until, programme, account, slot)` | the account's nullifier for that slot, 16 bytes |
| `nullifier(until, group, nullifier)` | nothing: that it stands there says that it is used up |

`group` is the exclusion group's number, eight hex digits; `month` counts from January of year 0, five digits;
`until`, the last day on which a slot can be claimed, from 1970-01-01 in UTC+8, five digits.
"""

from typing import Final

from tanhui.chaincode.contract.records import UnreadableRecord
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.rules.slots import group_number


class PackedCodec:
    """Version byte and bytes as they are."""

    _MARK: Final = b"\x01"

    def encode(self, record: bytes) -> bytes:
        """The stored form, never empty."""
        return self._MARK + record

    def decode(self, value: bytes) -> bytes:
        """The bytes; UnreadableRecord when the version is unknown."""
        if value[:1] != self._MARK:
            raise UnreadableRecord(f"identity record of version {value[:1].hex()}")
        return value[1:]


def group_key(name: str) -> str:
    """An exclusion group as a key's part."""
    return f"{group_number(name):08x}"


def month_key(month: int) -> str:
    """A month as a key's part."""
    return f"{month:05d}"


def until_key(until: int) -> str:
    """A slot's last day as a key's part."""
    return f"{until:05d}"


BINDING: Final = KeyType("binding", ("programme", "account", "group", "month"), PackedCodec())
BUCKET: Final = KeyType("bucket", ("group", "month", "bucket"), PackedCodec())
NULLIFIER: Final = KeyType("nullifier", ("until", "group", "nullifier"), PackedCodec())
NULLIFIER_BINDING: Final = KeyType(
    "nullifier_binding", ("until", "programme", "account", "slot"), PackedCodec()
)
