"""Webhooks in the API's own database. Calls block on the disk: use them from a thread."""

import json
import secrets
import time
from base64 import b64encode
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from tanhui.crypto_config.errors import CryptoConfigError
from tanhui.crypto_config.sealing import Sealer, is_sealed
from tanhui.registry_api.problems import IDEMPOTENCY_REUSED, Problem
from tanhui.registry_api.service.tables import WEBHOOKS

HOOKS_A_ORGANISATION_MAX: Final = 20
SECRET_BYTES: Final = 32
FAILURES_MAX: Final = 24
"""So many attempts in a row may fail; then it is left alone until it is replayed. With the pauses: a day and a half."""
PAUSE_FIRST_S: Final = 5
PAUSE_LAST_S: Final = 7_200

WebhookState = Literal["active", "failed"]


@dataclass(frozen=True, slots=True)
class Webhook:
    """Who is told, and how far they were told.

    Attributes:
        secret: as it is kept, perhaps sealed (`WebhookStore.secret_of`); plain in one that is new.
        kinds: of effects; none for all.
        cursor: number of the last transaction (read model) that they took, or that did not concern them.
        failures: attempts that failed since the last that did not.
    """

    id: str
    organisation: str
    identity: str
    url: str
    secret: str
    kinds: tuple[str, ...]
    state: WebhookState
    cursor: int
    failures: int
    next_attempt: int
    last_status: int
    last_error: str
    delivered: int
    created: int


def new_secret() -> str:
    """A fresh signing secret in the form of Standard Webhooks."""
    return "whsec_" + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def pause_s(failures: int) -> int:
    """How long to wait after so many failures: doubling, bounded."""
    return int(min(PAUSE_FIRST_S * 2 ** min(failures - 1, 20), PAUSE_LAST_S))


class WebhookStore:
    """The table of webhooks.

    Args:
        sealer: encrypts signing secrets, with the custody's passphrase; None leaves them as they are.
    """

    def __init__(self, engine: Engine, sealer: Sealer | None = None) -> None:
        self._engine = engine
        self._sealer = sealer

    def protect(self) -> int:
        """Seal every secret that is plain, where there is a passphrase; how many there were."""
        if self._sealer is None:
            return 0
        with self._engine.begin() as connection:
            rows = connection.execute(select(WEBHOOKS.c.id, WEBHOOKS.c.secret)).all()
            plain = [(row.id, row.secret) for row in rows if not is_sealed(row.secret)]
            for hook_id, secret in plain:
                values = {"secret": self._sealer.seal(secret, hook_id)}
                connection.execute(update(WEBHOOKS).where(WEBHOOKS.c.id == hook_id).values(values))
        return len(plain)

    def secret_of(self, hook: Webhook) -> str:
        """What its deliveries are signed with. Raises CryptoConfigError when it cannot be opened."""
        if not is_sealed(hook.secret):
            return hook.secret
        if self._sealer is None:
            raise CryptoConfigError("webhook", hook.id, "its secret is sealed: the passphrase is needed")
        return self._sealer.open(hook.secret, hook.id)

    def add(self, hook: Webhook, key: str) -> tuple[Webhook, bool]:
        """Keep a webhook, its secret sealed; the one that is there when it is asked for again, and False.

        Raises:
            Problem: 409, the id stands for another webhook.
        """
        try:
            with self._engine.begin() as connection:
                row = _row(hook)
                if self._sealer is not None:
                    row["secret"] = self._sealer.seal(hook.secret, hook.id)
                connection.execute(insert(WEBHOOKS).values(row))
        except IntegrityError:
            with self._engine.connect() as connection:
                found = connection.execute(select(WEBHOOKS).where(WEBHOOKS.c.id == hook.id)).mappings().one()
        else:
            return hook, True
        known = _hook(dict(found))
        if (known.url, known.kinds) != (hook.url, hook.kinds):
            raise Problem(IDEMPOTENCY_REUSED, name="Idempotency-Key", value=key)
        return known, False

    def count(self, organisation: str) -> int:
        """How many an organisation has."""
        query = select(func.count()).where(WEBHOOKS.c.organisation == organisation)
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def of(self, organisation: str) -> list[Webhook]:
        """An organisation's webhooks, by id."""
        query = select(WEBHOOKS).where(WEBHOOKS.c.organisation == organisation).order_by(WEBHOOKS.c.id)
        with self._engine.connect() as connection:
            return [_hook(dict(row)) for row in connection.execute(query).mappings()]

    def get(self, hook_id: str, organisation: str) -> Webhook | None:
        """One of an organisation's webhooks."""
        query = select(WEBHOOKS).where((WEBHOOKS.c.id == hook_id) & (WEBHOOKS.c.organisation == organisation))
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else _hook(dict(row))

    def remove(self, hook_id: str) -> None:
        """Forget a webhook."""
        with self._engine.begin() as connection:
            connection.execute(delete(WEBHOOKS).where(WEBHOOKS.c.id == hook_id))

    def replay(self, hook_id: str, cursor: int) -> None:
        """Tell everything after `cursor` (again), from now on."""
        values = {"cursor": cursor, "state": "active", "failures": 0, "next_attempt": 0}
        with self._engine.begin() as connection:
            connection.execute(update(WEBHOOKS).where(WEBHOOKS.c.id == hook_id).values(values))

    def rewind(self, transactions: int) -> int:
        """Nobody has been told of more than the ledger's transactions; how many cursors were further."""
        further = WEBHOOKS.c.cursor > transactions
        with self._engine.begin() as connection:
            return connection.execute(update(WEBHOOKS).where(further).values(cursor=transactions)).rowcount

    def due(self, now: int) -> list[Webhook]:
        """Those that may be told now."""
        query = select(WEBHOOKS).where((WEBHOOKS.c.state == "active") & (WEBHOOKS.c.next_attempt <= now))
        with self._engine.connect() as connection:
            return [_hook(dict(row)) for row in connection.execute(query).mappings()]

    def taken(self, hook: Webhook, cursor: int, status: int, *, told: bool) -> bool:
        """It has come so far. False when it was replayed or removed meanwhile, and nothing was noted."""
        values = {
            "cursor": cursor,
            "failures": 0,
            "next_attempt": 0,
            "last_status": status or WEBHOOKS.c.last_status,
            "last_error": "",
            "delivered": WEBHOOKS.c.delivered + int(told),
        }
        return self._note(hook, values)

    def failed(self, hook: Webhook, status: int, error: str) -> bool:
        """An attempt failed: wait longer, or leave it alone."""
        failures = hook.failures + 1
        values = {
            "failures": failures,
            "next_attempt": int(time.time()) + pause_s(failures),
            "state": "failed" if failures >= FAILURES_MAX else "active",
            "last_status": status,
            "last_error": error.replace("\x00", "")[:300],
        }
        return self._note(hook, values)

    def _note(self, hook: Webhook, values: dict[str, Any]) -> bool:
        unchanged = (WEBHOOKS.c.id == hook.id) & (WEBHOOKS.c.cursor == hook.cursor)
        with self._engine.begin() as connection:
            return connection.execute(update(WEBHOOKS).where(unchanged).values(values)).rowcount == 1


def _row(hook: Webhook) -> dict[str, Any]:
    return {
        name: json.dumps(hook.kinds) if name == "kinds" else getattr(hook, name)
        for name in Webhook.__dataclass_fields__
    }


def _hook(row: dict[str, Any]) -> Webhook:
    return Webhook(**{**row, "kinds": tuple(json.loads(row["kinds"]))})
