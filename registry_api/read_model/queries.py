"""What is asked of the read model: effects, transactions, one serial's life, and what one organisation did."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.engine import Connection, RowMapping

from tanhui.registry_api.read_model.tables import EFFECTS, MENTIONS, RANGES, TRANSACTIONS, WORDS
from tanhui.registry_api.read_model.visibility import (
    NAMED_KINDS,
    PERSONAL_FUNCTIONS,
    PERSONAL_KINDS,
    PROGRAMME_MEMBERS,
    Sight,
)
from tanhui.registry_api.read_model.words import query_runs, query_terms

PAGE_MAX = 500
TERM_AFTER_ALL = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class EffectFilter:
    """Which effects: of these kinds (none: all), naming every one of `mentions` (member → identifier).

    The member "any" asks for an identifier under whatever member names it. Times are seconds since 1970,
    `since` included, `until` not. `sight` None: everything; else what it shows (visibility.py).
    """

    kinds: tuple[str, ...] = ()
    mentions: Mapping[str, str] = field(default_factory=dict)
    after: int = 0
    limit: int = 100
    since: int | None = None
    until: int | None = None
    sight: Sight | None = None


@dataclass(frozen=True, slots=True)
class TransactionFilter:
    """Which transactions: made by an organisation, of a function, whose text has every word of `words`.

    `sight` None: all of them; else its organisation's own, and those of which it sees every effect: the words of a
    transaction may stand in any of them.
    """

    organisation: str | None = None
    function: str | None = None
    words: str = ""
    after: int = 0
    limit: int = 100
    since: int | None = None
    until: int | None = None
    sight: Sight | None = None


def effects(connection: Connection, wanted: EffectFilter) -> list[dict[str, Any]]:
    """Effects in the ledger's order, numbered; the last one's number continues the list."""
    query = select(EFFECTS).where(EFFECTS.c.id > wanted.after, *_between(EFFECTS.c.at, wanted))
    if wanted.kinds:
        query = query.where(EFFECTS.c.kind.in_(wanted.kinds))
    for name, value in sorted(wanted.mentions.items()):
        named = exists().where((MENTIONS.c.effect == EFFECTS.c.id) & (MENTIONS.c.value == value))
        query = query.where(named if name == "any" else named.where(MENTIONS.c.name == name))
    if wanted.sight is not None:
        query = query.where(_seen_by(wanted.sight))
    return _rows(connection, query, wanted.limit)


def _seen_by(sight: Sight) -> ColumnElement[bool]:
    """`visibility.is_visible`, as SQL."""
    personal = or_(*(EFFECTS.c.kind.startswith(begins, autoescape=True) for begins in PERSONAL_KINDS))
    named = EFFECTS.c.kind.in_(sorted(NAMED_KINDS))
    mentioned = MENTIONS.c.effect == EFFECTS.c.id
    operated = exists().where(
        mentioned & MENTIONS.c.name.in_(PROGRAMME_MEMBERS) & MENTIONS.c.value.in_(sorted(sight.programmes))
    )
    concerned = exists().where(mentioned & (MENTIONS.c.value == sight.organisation))
    return or_(~personal & ~named, operated, named & concerned)


def _transaction_seen_by(sight: Sight) -> ColumnElement[bool]:
    """Nothing of it is hidden; what left no effect is judged by its function."""
    own = TRANSACTIONS.c.organisation == sight.organisation if sight.organisation else false()
    of_it = EFFECTS.c.transaction == TRANSACTIONS.c.transaction
    personal = or_(
        *(TRANSACTIONS.c.function.startswith(begins, autoescape=True) for begins in PERSONAL_FUNCTIONS)
    )
    hidden = exists().where(of_it & ~_seen_by(sight))
    return or_(own, ~hidden & (exists().where(of_it) | ~personal))


def serial_life(
    connection: Connection,
    batch: str,
    serial: int,
    *,
    after: int = 0,
    limit: int = PAGE_MAX,
    sight: Sight | None = None,
) -> list[dict[str, Any]]:
    """Everything that ever happened to one serial, from its issue on."""
    concerned = exists().where(
        (RANGES.c.effect == EFFECTS.c.id)
        & (RANGES.c.batch == batch)
        & (RANGES.c.first <= serial)
        & (RANGES.c.last >= serial)
    )
    query = select(EFFECTS).where(EFFECTS.c.id > after, concerned)
    if sight is not None:
        query = query.where(_seen_by(sight))
    return _rows(connection, query, limit)


def effects_of(connection: Connection, transaction: str) -> list[dict[str, Any]]:
    """Every effect of one transaction, in its order."""
    return _rows(connection, select(EFFECTS).where(EFFECTS.c.transaction == transaction), PAGE_MAX)


def transactions(connection: Connection, wanted: TransactionFilter) -> list[dict[str, Any]]:
    """Transactions in the ledger's order, numbered; the last one's number continues the list."""
    table = TRANSACTIONS
    query = select(table).where(table.c.id > wanted.after, *_between(table.c.at, wanted))
    if wanted.organisation is not None:
        query = query.where(table.c.organisation == wanted.organisation)
    if wanted.function is not None:
        query = query.where(table.c.function == wanted.function)
    if wanted.sight is not None:
        query = query.where(_transaction_seen_by(wanted.sight))
    for run in query_runs(wanted.words):
        for term, may_begin in query_terms(run):
            query = query.where(exists().where(_has_term(term, may_begin=may_begin)))
        query = query.where(table.c.text.contains(run, autoescape=True))
    bounded = query.order_by(table.c.id).limit(min(wanted.limit, PAGE_MAX))
    return [_transaction(row) for row in connection.execute(bounded).mappings()]


def _has_term(term: str, *, may_begin: bool) -> ColumnElement[bool]:
    of_it = WORDS.c.transaction == TRANSACTIONS.c.id
    if not may_begin:
        return and_(of_it, WORDS.c.term == term)
    return and_(of_it, WORDS.c.term >= term, WORDS.c.term < term + TERM_AFTER_ALL)


def _between(
    column: ColumnElement[int], wanted: EffectFilter | TransactionFilter
) -> list[ColumnElement[bool]]:
    bounds = []
    if wanted.since is not None:
        bounds.append(column >= wanted.since)
    if wanted.until is not None:
        bounds.append(column < wanted.until)
    return bounds


def _rows(connection: Connection, query: Select[Any], limit: int) -> list[dict[str, Any]]:
    bounded = query.order_by(EFFECTS.c.id).limit(min(limit, PAGE_MAX))
    return [_effect(row) for row in connection.execute(bounded).mappings()]


def _effect(row: RowMapping) -> dict[str, Any]:
    return {
        "number": str(row["id"]),
        "block": str(row["block"]),
        "transaction": row["transaction"],
        "position": row["position"],
        "at": row["at"],
        "effect": json.loads(row["document"]),
    }


def _transaction(row: RowMapping) -> dict[str, Any]:
    return {
        "number": str(row["id"]),
        "block": str(row["block"]),
        "transaction": row["transaction"],
        "function": row["function"],
        "organisation": row["organisation"],
        "person": row["person"],
        "msp_id": row["msp"],
        "at": row["at"],
    }
