"""An order on its way to the ledger, and what a caller is told of what came of it."""

import json
from typing import Any, Final

import rfc8785

from tanhui.registry_api.ledger import Committed
from tanhui.registry_api.problems import MALFORMED, Problem

REQUEST_ID: Final = "request_id"
"""The member of every writing order that the Idempotency-Key becomes."""


def canonical(order: dict[str, Any]) -> bytes:
    """RFC 8785 bytes of an order. Raises Problem for what JSON cannot carry exactly."""
    try:
        return rfc8785.dumps(order)
    except (rfc8785.CanonicalizationError, RecursionError, UnicodeError) as error:
        raise Problem(MALFORMED, name="body", params={"reason": str(error)[:200]}) from error


def told_of(committed: Committed) -> tuple[int, dict[str, Any]]:
    """201 with what the contract answered and where it stands; 200 when it was a repeat.

    The answer names the transaction that had the effect; another id than this one's means that the request
    had been made before, and its block is not known here.
    """
    document = json.loads(committed.answer)
    first = document.get("transaction", committed.transaction_id)
    told = {**document, "transaction": first}
    if first != committed.transaction_id:
        return 200, told
    return 201, told | {"block": str(committed.block)}
