"""The orders that a relay brings, as JSON. What they mean is the contract's (docs/recognition.md)."""

import hashlib
import json
import time
from base64 import b64encode
from collections.abc import Iterable, Sequence
from typing import Any

UTC8_S = 8 * 3_600
PIECES_MAX = 200


def with_request_id(function: str, order: dict[str, Any], now: int) -> dict[str, Any]:
    """The order under an id made of its own bytes: whichever relay sends it again, it takes effect once."""
    body = json.dumps(order, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    day = time.strftime("%Y%m%d", time.gmtime(now + UTC8_S))
    digest = hashlib.sha256(function.encode() + b"\n" + body).hexdigest()[:32]
    return {**order, "request_id": f"{day}-relay-{digest}"}


def proof_text(bundle: bytes) -> str:
    """A bundle as orders carry it."""
    return b64encode(bundle).decode()


def mint_item(
    sent: dict[str, Any], destination: str, ranges: dict[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    """One transfer of a mint, from what the source recorded of it.

    Args:
        sent: the outgoing transfer.
        destination: genesis hash of the ledger that mints, hex.
        ranges: recorded ranges of the destination's own batches that come home, by batch.
    """
    item: dict[str, Any] = {"transfer": sent["id"]}
    if sent["binding"]:
        item["binding"] = sent["binding"]
    home = [one for one in sent["parcels"] if one["origin"] == destination]
    if home:
        item["pieces"] = [
            piece for one in home for piece in pieces_of(one, ranges.get(one["origin_batch"], ()))
        ]
    return item


def pieces_of(parcel: dict[str, Any], ranges: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """The parcel's serials, cut along the recorded ranges in which they lie."""
    first, last = int(parcel["first"]), int(parcel["last"])
    found = []
    for one in ranges:
        low, high = max(first, int(one["first"])), min(last, int(one["last"]))
        if low <= high:
            found.append(
                {
                    "batch": parcel["origin_batch"],
                    "range": str(one["first"]),
                    "first": str(low),
                    "last": str(high),
                }
            )
    return found


def chunks(items: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    """Parts of at most `size` items, in order."""
    return (items[at : at + size] for at in range(0, len(items), size))
