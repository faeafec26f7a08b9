"""Activities for features and tests: a programme in force, open accounts, a signing source, packed claims."""

import base64
from hashlib import sha256
from struct import pack
from typing import Any

from tanhui.chaincode.rules.days import first_second, parse_day
from tanhui.chaincode.transactions.activities.signing import signed_bytes
from tanhui.proofs.ed25519 import MemorySigner
from tests.support import methodologies
from tests.support.registry_world import Outcome, World

KEY_SEED = b"\x07" * 32
KEY = MemorySigner(KEY_SEED)
SALT = b"\x08" * 32

RULES: dict[str, Any] = {
    "scenes": [
        {"scene": "bus", "award": "per_gram", "numerator": 1, "denominator": 1000, "points": 0},
        {"scene": "dining", "award": "flat", "numerator": 0, "denominator": 1, "points": 5},
    ],
    "expiry": {"kind": "year_end", "after": 1},
    "transfer": {"kind": "open", "cap": 0, "cap_per_day": 0},
    "cap_per_day": 0,
    "budget": {"points": 0, "tranches": 1},
}


def account_id(name: str) -> str:
    """The account of a name: sixteen bytes as hex."""
    return sha256(name.encode()).hexdigest()[:32]


def prepare(world: World, *accounts: str, rules: dict[str, Any] | None = None, **filed: Any) -> None:
    """An operator (Ouyang, Ota), a source's owner (Dong, Dai), a filed "bus-trip", and open accounts."""
    world.organisation("operator", "platform_operator", person="Ouyang")
    operator = world.persons["Ouyang"]
    world.person("Ota", "operator", operator.role, operator.msp_id)
    world.organisation("metro", "data_source", person="Dong")
    owner = world.persons["Dong"]
    world.person("Dai", "metro", owner.role, owner.msp_id)
    world.organisation("institute", "methodology_developer", person="Mei")
    world.organisation("verifier", "verifier", person="Fan")
    methodologies.file(world, "Mei", "Fan", "bus-trip", **filed)
    world.done(
        "Rui",
        "programmes:Draft",
        programme="tianfu",
        name="碳惠天府",
        region="510100",
        parent="",
        operator=world.names["operator"],
        rules=RULES | (rules or {}),
    )
    world.by_two("Rui", "Ren", "programmes:PutInForce", programme="tianfu", version=1)
    key = KEY.public_key.hex()
    world.by_two("Dong", "Dai", "activities:RegisterSource", source="gate-1", key=key)
    open_accounts(world, *accounts)


def open_accounts(world: World, *accounts: str) -> None:
    """Open accounts of persons, by name, as the operator."""
    for at in range(0, len(accounts), 1000):
        new = [{"account": account_id(one), "holder": "person"} for one in accounts[at : at + 1000]]
        world.done(
            "Ouyang",
            "accounts:Open",
            programme="tianfu",
            accounts=[one | {"organisation": "", "unit": ""} for one in new],
        )


def moment(day: str, clock: str) -> int:
    """Seconds since 1970 of a time of day in UTC+8."""
    hours, minutes = clock.split(":")
    return first_second(parse_day(day, "day")) + int(hours) * 3600 + int(minutes) * 60


def claim(account: str, seconds: int, *inputs: int) -> bytes:
    """One packed claim, its evidence a hash of the rest."""
    evidence = sha256(f"{account}{seconds}".encode()).digest()
    return pack(f">16sI32s{len(inputs)}q", bytes.fromhex(account_id(account)), seconds, evidence, *inputs)


def order(records: bytes, batch: str = "b-1", key: MemorySigner = KEY, **changes: Any) -> dict[str, Any]:
    """The fields of a signed order."""
    fields: dict[str, Any] = {
        "programme": "tianfu",
        "batch": batch,
        "scene": "bus",
        "methodology": "bus-trip",
        "version": 1,
        "source": "gate-1",
    } | changes
    signature = key.sign(signed_bytes(**fields, records=records))
    return fields | {
        "tranche": 0,
        "salt": base64.b64encode(SALT).decode(),
        "signature": base64.b64encode(signature).decode(),
        "records": base64.b64encode(records).decode(),
    }


def record(world: World, *claims: bytes, **changes: Any) -> Outcome:
    """Send activities:RecordBatch as the operator."""
    return world.submit("Ouyang", "activities:RecordBatch", **order(b"".join(claims), **changes))
