"""The rows that blocks become. Pure: numbers go on from where the tables stand."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from tanhui.registry_api.ledger import LedgerBlock, LedgerTransaction
from tanhui.registry_api.read_model.mentions import mentions_of
from tanhui.registry_api.read_model.words import readable_text, terms_of

ARGUMENT_BYTES_READ_MAX: Final = 64 << 10
"""A larger order is a batch of records, in which nobody wrote prose."""

Row = dict[str, Any]


@dataclass(slots=True)
class Rows:
    """Rows by table, in the order in which they are inserted."""

    transactions: list[Row] = field(default_factory=list)
    effects: list[Row] = field(default_factory=list)
    mentions: list[Row] = field(default_factory=list)
    ranges: list[Row] = field(default_factory=list)
    words: list[Row] = field(default_factory=list)


def rows_of(blocks: Iterable[LedgerBlock], transactions: int, effects: int) -> Rows:
    """Rows of blocks, numbered after so many transactions and effects.

    Raises:
        KeyError, ValueError: effects that are none.
    """
    rows = Rows()
    for block in blocks:
        for position, one in enumerate(block.transactions):
            _add_transaction(rows, block.number, position, one, transactions + len(rows.transactions) + 1)
            _add_effects(rows, block.number, one, effects)
    return rows


def _add_transaction(rows: Rows, block: int, position: int, one: LedgerTransaction, number: int) -> None:
    listed = _effects(one)
    text = readable_text([_order(one), listed])
    rows.transactions.append(
        {
            "id": number,
            "block": block,
            "position": position,
            "transaction": one.id,
            "function": one.function[:128],
            "organisation": one.organisation[:128],
            "person": one.person,
            "msp": one.msp_id[:128],
            "at": one.at,
            "text": _storable(text),
        }
    )
    rows.words += [{"term": _storable(term), "transaction": number} for term in terms_of(text)]


def _add_effects(rows: Rows, block: int, one: LedgerTransaction, before: int) -> None:
    for position, effect in enumerate(_effects(one)):
        number = before + len(rows.effects) + 1
        rows.effects.append(
            {
                "id": number,
                "block": block,
                "transaction": one.id,
                "position": position,
                "kind": effect["kind"],
                "at": one.at,
                "document": _storable(json.dumps(effect, ensure_ascii=False, separators=(",", ":"))),
            }
        )
        found = mentions_of(effect)
        rows.mentions += [{"name": n, "value": v, "effect": number} for n, v in found.identifiers]
        rows.ranges += [{"effect": number, "batch": b, "first": f, "last": e} for b, f, e in found.ranges]


def _effects(one: LedgerTransaction) -> list[dict[str, Any]]:
    if not one.payload:
        return []
    listed: list[dict[str, Any]] = json.loads(one.payload)["effects"]
    return listed


def _order(one: LedgerTransaction) -> Any:
    if len(one.argument) > ARGUMENT_BYTES_READ_MAX:
        return None
    try:
        return json.loads(one.argument or b"null")
    except (ValueError, RecursionError):
        return None


def _storable(text: str) -> str:
    """What no UTF-8 can carry, half a surrogate pair, shows as a question mark."""
    return text.encode("utf-8", "replace").decode()
