"""A former registry for features and tests: its key, its signed manifest, and the parts that it lists."""

import base64
from hashlib import sha256
from typing import Any

from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.chaincode.rules.days import parse_day
from tanhui.chaincode.rules.opening import LINE
from tanhui.proofs.ed25519 import MemorySigner
from tests.support.registry_world import World

SIGNER = MemorySigner(sha256(b"former registry").digest())
Balance = tuple[str, str, int]
"""An account's name, the last day of its points, and how many."""


def lines(world: World, balances: list[Balance]) -> bytes:
    return b"".join(
        LINE.pack(bytes.fromhex(world.names[name]), parse_day(day, "day"), points)
        for name, day, points in balances
    )


def batch(world: World, name: str, ranges: list[tuple[int, int, str, str]], **changes: Any) -> dict[str, Any]:
    """A former batch whose serial 1 was 501 there; ranges are (first, last, holder's name, state)."""
    fields: dict[str, Any] = {
        "batch": name,
        "first_serial": "501",
        "project": "old-grove",
        "methodology": "restored",
        "version": 1,
        "vintage": 2024,
        "first_day": "2024-01-01",
        "last_day": "2024-12-31",
        "owner": world.names["owner"],
        "quantity": str(max(last for _, last, _, _ in ranges)),
        "ranges": [
            {"first": str(first), "last": str(last), "holder": world.names[holder], "state": state}
            for first, last, holder, state in ranges
        ],
    }
    return fields | changes


def manifest(
    programme: str,
    chunks: list[bytes],
    batches: list[dict[str, Any]],
    points: int,
    kilograms: int,
    **changes: Any,
) -> dict[str, Any]:
    """The order that announces these parts, signed."""
    content: dict[str, Any] = {
        "registry": "old",
        "cut_off": "2026-10-31",
        "document": "ab" * 32,
        "programme": programme,
        "balances": [sha256(chunk).hexdigest() for chunk in chunks],
        "batches": [sha256(canonical_json(one)).hexdigest() for one in batches],
        "points": str(points),
        "kilograms": str(kilograms),
    }
    signature = SIGNER.sign(b"tanhui opening v1\n" + canonical_json(content))
    order = content | {
        "name": "某市碳普惠登记簿",
        "import_until": "2026-12-31",
        "key": SIGNER.public_key.hex(),
        "signature": base64.b64encode(signature).decode(),
    }
    return order | changes
