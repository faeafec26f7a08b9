"""Golden bytes of every record on the ledger: `python -m tests.support.golden_records` adds what is new.

tests/vectors/records.json holds, for each type of key, the bytes of one record in every version that was ever written.
What stands there is never changed: a record that is written otherwise gets another version, and its own line.
"""

import json
import struct
import sys
from pathlib import Path
from typing import Any

import msgspec

from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.chaincode.contract.metadata import _amount_schema
from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.contract.requests import Request
from tanhui.chaincode.rules.accounts import NO_UNIT, Holder, opened_account
from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.formula import load
from tanhui.chaincode.rules.lots import Lot
from tanhui.chaincode.transactions.keys import KEY_TYPES
from tanhui.registry_api.openapi_examples import example_of
from tests.support.methodologies import distance_formula

GOLDEN = Path(__file__).parents[1] / "vectors" / "records.json"
_PACKED: dict[str, Any] = {
    "account": msgspec.structs.replace(
        opened_account(Holder.PERSON, "", NO_UNIT, Day(20_778)),
        debt=7,
        lots=(Lot(Day(20_800), b"issue--1", 10),),
        claims=b"\x01" + struct.pack(">II", 700, 3) + struct.pack(">HIH", 20_781, 0x01020304, 5),
    ),
    "activity_records": struct.pack(
        ">16sI32sqBIQ16s", bytes(range(16)), 1_795_219_200, bytes(range(32)), 10_000, 0, 18, 1_871, bytes(16)
    ),
    "binding": bytes(range(16)),
    "bucket": struct.pack(">HIH", 20_781, 0x01020304, 5),
    "formula": load(distance_formula()),
    "nullifier": b"",
    "nullifier_binding": bytes(range(16)),
    "request": Request(bytes(range(32)), b'{"event":{}}'),
}
"""Records that are not JSON, by the name of their key type."""


def sample(key_type: KeyType[Any]) -> Any:
    """A record of this type, always the same."""
    codec = key_type.codec
    if not isinstance(codec, JsonCodec):
        return _PACKED[key_type.name]
    kind = codec.kind
    (schema,), components = msgspec.json.schema_components(
        [kind], schema_hook=_amount_schema, ref_template="#/components/schemas/{name}"
    )
    return codec.decode(bytes((codec.version,)) + canonical_json(example_of(schema, components)))


def known() -> dict[str, dict[str, str]]:
    """Type → version → bytes, hex."""
    found: dict[str, dict[str, str]] = json.loads(GOLDEN.read_text("utf-8")) if GOLDEN.is_file() else {}
    return found


def main() -> int:
    """Add types and versions that have no golden bytes yet; changes none that have."""
    golden = known()
    for key_type in KEY_TYPES:
        value = key_type.codec.encode(sample(key_type))
        golden.setdefault(key_type.name, {}).setdefault(str(value[0]), value.hex())
    GOLDEN.write_text(json.dumps(golden, indent=1, sort_keys=True) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
