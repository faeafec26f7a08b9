"""An account on the ledger: packed, because every issue and transfer reads and writes it.

Version 1, big-endian:

| bytes | field |
| --- | --- |
| 1 | version, 01 |
| 1 | state |
| 1 | holder |
| 18 | organisation of a unit account, else zeros |
| 16 | unit account of a person, else zeros |
| 4 | opened, days since 1970-01-01 in UTC+8, like every day below |
| 8 | debt |
| 4 + 8 | day, and points earned on it |
| 4 + 8 | day, and points sent on it |
| 2 | number of lots |
| 20 each | lots by expiry and issue: expires 4, issue 8, points 8 |
| rest | claims, the activities lane's own |
"""

import struct
from typing import Final

from tanhui.chaincode.contract.records import UnreadableRecord
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.rules.accounts import Account, Holder, State
from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.lots import Lot

VERSION: Final = 1
_HEADER: Final = struct.Struct(">BBB18s16sIQIQIQH")
_LOT: Final = struct.Struct(">I8sQ")
_NO_ORGANISATION: Final = bytes(18)
_STATES: Final = tuple(State)
_HOLDERS: Final = tuple(Holder)


class AccountCodec:
    """Between accounts and their bytes."""

    def encode(self, record: Account) -> bytes:
        """The bytes of version 1."""
        header = _HEADER.pack(
            VERSION,
            record.state,
            record.holder,
            record.organisation.encode() or _NO_ORGANISATION,
            record.unit,
            record.opened,
            record.debt,
            record.earned_day,
            record.earned,
            record.sent_day,
            record.sent,
            len(record.lots),
        )
        return b"".join([header, *[_LOT.pack(*lot) for lot in record.lots], record.claims])

    def decode(self, value: bytes) -> Account:
        """The account in a value of version 1; UnreadableRecord otherwise."""
        try:
            (version, state, holder, organisation, unit, opened, debt, *days, count) = _HEADER.unpack_from(
                value
            )
            end = _HEADER.size + count * _LOT.size
            if version != VERSION or end > len(value):
                raise UnreadableRecord(f"account of version {version} in {len(value)} bytes")
            earned_day, earned, sent_day, sent = days
            return Account(
                _STATES[state],
                _HOLDERS[holder],
                "" if organisation == _NO_ORGANISATION else organisation.decode("ascii"),
                unit,
                Day(opened),
                debt,
                Day(earned_day),
                earned,
                Day(sent_day),
                sent,
                tuple(map(Lot._make, _LOT.iter_unpack(value[_HEADER.size : end]))),
                value[end:],
            )
        except (struct.error, IndexError, UnicodeDecodeError) as cause:
            raise UnreadableRecord(f"account in {len(value)} bytes") from cause


ACCOUNT: Final = KeyType("account", ("programme", "account"), AccountCodec())
