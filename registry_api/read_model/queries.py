"""What is asked of the read model: effects by kind, by what they mention, and the life of one serial."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.engine import Connection, RowMapping

from tanhui.registry_api.read_model.tables import EFFECTS, MENTIONS, RANGES

PAGE_MAX = 500


@dataclass(frozen=True, slots=True)
class EffectFilter:
    """Which effects: of these kinds (none: all), naming every one of `mentions` (member → identifier).

    The member "any" asks for an identifier under whatever member names it.
    """

    kinds: tuple[str, ...] = ()
    mentions: Mapping[str, str] = field(default_factory=dict)
    after: int = 0
    limit: int = 100


def effects(connection: Connection, wanted: EffectFilter) -> list[dict[str, Any]]:
    """Effects in the ledger's order, numbered; the last one's number continues the list."""
    query = select(EFFECTS).where(EFFECTS.c.id > wanted.after)
    if wanted.kinds:
        query = query.where(EFFECTS.c.kind.in_(wanted.kinds))
    for name, value in sorted(wanted.mentions.items()):
        named = exists().where((MENTIONS.c.effect == EFFECTS.c.id) & (MENTIONS.c.value == value))
        query = query.where(named if name == "any" else named.where(MENTIONS.c.name == name))
    return _rows(connection, query, wanted.limit)


def serial_life(connection: Connection, batch: str, serial: int) -> list[dict[str, Any]]:
    """Everything that ever happened to one serial, from its issue on."""
    concerned = exists().where(
        (RANGES.c.effect == EFFECTS.c.id)
        & (RANGES.c.batch == batch)
        & (RANGES.c.first <= serial)
        & (RANGES.c.last >= serial)
    )
    return _rows(connection, select(EFFECTS).where(concerned), PAGE_MAX)


def _rows(connection: Connection, query: Select[Any], limit: int) -> list[dict[str, Any]]:
    bounded = query.order_by(EFFECTS.c.id).limit(min(limit, PAGE_MAX))
    return [_effect(row) for row in connection.execute(bounded).mappings()]


def _effect(row: RowMapping) -> dict[str, Any]:
    return {
        "number": str(row["id"]),
        "block": str(row["block"]),
        "transaction": row["transaction"],
        "position": row["position"],
        "effect": json.loads(row["document"]),
    }
