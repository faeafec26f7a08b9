"""Tells webhooks what happened: one transaction a message, in the ledger's order, signed (Standard Webhooks 1.0).

A message that is not taken (2xx within ten seconds) is sent again, later and later; nothing behind it is sent before.
So a receiver sees each transaction at least once, and knows it by `webhook-id`.
"""

import asyncio
import json
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any, Final

import httpx2 as httpx
import structlog
from sqlalchemy.engine import Connection
from standardwebhooks import Webhook as Signer

from tanhui.crypto_config.errors import CryptoConfigError
from tanhui.registry_api.access.caller import SUPERVISORS, Standing
from tanhui.registry_api.access.programmes import ProgrammeOperators
from tanhui.registry_api.problems import LedgerRefusal, Problem
from tanhui.registry_api.read_model.queries import TransactionFilter, effects_of, transactions
from tanhui.registry_api.read_model.store import ReadStore
from tanhui.registry_api.read_model.visibility import Sight, is_visible
from tanhui.registry_api.webhooks.address import AddressRefused, address_of, target_of
from tanhui.registry_api.webhooks.store import Webhook, WebhookStore

_log = structlog.get_logger(__name__)

LOOK_S: Final = 0.5
TIMEOUT_S: Final = 10.0
TOGETHER_MAX: Final = 8
TRANSACTIONS_A_TURN: Final = 50


class WebhookSender:
    """Follows the read model for every webhook."""

    def __init__(
        self,
        hooks: WebhookStore,
        store: ReadStore,
        programmes: ProgrammeOperators,
        standing_of: Callable[[str], Standing],
        private_hosts: Collection[str],
    ) -> None:
        self._hooks = hooks
        self._store = store
        self._programmes = programmes
        self._standing_of = standing_of
        self._private_hosts = private_hosts
        self._busy: set[str] = set()

    async def run(self) -> None:
        """Send until cancelled."""
        async with httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client:
            tasks: set[asyncio.Task[None]] = set()
            try:
                while True:
                    await self._start_turns(client, tasks)
                    await asyncio.sleep(LOOK_S)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _start_turns(self, client: httpx.AsyncClient, tasks: set[asyncio.Task[None]]) -> None:
        for hook in await asyncio.to_thread(self._hooks.due, int(time.time())):
            if len(tasks) >= TOGETHER_MAX or hook.id in self._busy:
                continue
            self._busy.add(hook.id)
            task = asyncio.create_task(self._turn(client, hook))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    async def _turn(self, client: httpx.AsyncClient, hook: Webhook) -> None:
        """Tell one webhook some of what it does not know yet."""
        try:
            found = await asyncio.to_thread(self._after, hook.cursor)
            visible = await self._visible(hook)
            current: Webhook | None = hook
            for transaction in found:
                if current is None:
                    return
                current = await self._tell(client, current, transaction, visible)
        except (Problem, LedgerRefusal) as problem:
            _log.info("webhooks.ledger_away", webhook=hook.id, reason=str(problem))
        finally:
            self._busy.discard(hook.id)

    def _after(self, cursor: int) -> list[dict[str, Any]]:
        def read(connection: Connection) -> list[dict[str, Any]]:
            found = transactions(connection, TransactionFilter(after=cursor, limit=TRANSACTIONS_A_TURN))
            return [{**one, "effects": effects_of(connection, one["transaction"])} for one in found]

        with self._store.engine.connect() as connection:
            return read(connection)

    async def _visible(self, hook: Webhook) -> Sight | None:
        if not SUPERVISORS.isdisjoint(self._standing_of(hook.identity).roles):
            return None
        return Sight(await self._programmes.operated_by(hook.organisation), hook.organisation)

    async def _tell(
        self,
        client: httpx.AsyncClient,
        hook: Webhook,
        transaction: dict[str, Any],
        visible: Sight | None,
    ) -> Webhook | None:
        """Send one transaction; the webhook as it stands then, None when its turn is over."""
        number = int(transaction["number"])
        shown = [
            one["effect"]
            for one in transaction["effects"]
            if (not hook.kinds or one["effect"]["kind"] in hook.kinds) and is_visible(one["effect"], visible)
        ]
        status = 0
        if shown:
            status, error = await self._post(client, hook, {**transaction, "effects": shown})
            if error:
                await asyncio.to_thread(self._hooks.failed, hook, status, error)
                return None
        noted = await asyncio.to_thread(self._hooks.taken, hook, number, status, told=bool(shown))
        return await asyncio.to_thread(self._hooks.get, hook.id, hook.organisation) if noted else None

    async def _post(
        self, client: httpx.AsyncClient, hook: Webhook, transaction: dict[str, Any]
    ) -> tuple[int, str]:
        """Status of the answer, and what was wrong, "" for nothing."""
        at = datetime.now(tz=UTC)
        body = json.dumps(
            {"type": "transaction.committed", "timestamp": at.isoformat(), "data": transaction},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        try:
            signer = Signer(self._hooks.secret_of(hook))
            target = target_of(hook.url, self._private_hosts)
            address = await address_of(target, self._private_hosts)
            url = httpx.URL(hook.url)
            headers = {
                "Host": url.netloc.decode("ascii"),
                "Content-Type": "application/json",
                "User-Agent": "tanhui-webhooks",
                "webhook-id": transaction["transaction"],
                "webhook-timestamp": str(int(at.timestamp())),
                "webhook-signature": signer.sign(transaction["transaction"], at, body),
            }
            request = client.build_request(
                "POST",
                url.copy_with(host=address),
                content=body.encode(),
                headers=headers,
                extensions={"sni_hostname": target.host},
            )
            # In all: who sends a byte now and then is not served longer.
            async with asyncio.timeout(TIMEOUT_S):
                response = await client.send(request, stream=True)
                await response.aclose()
        except (AddressRefused, CryptoConfigError) as refused:
            return 0, str(refused)
        except Problem as problem:
            return 0, problem.params.get("reason", problem.code.name)
        except (httpx.HTTPError, OSError) as error:
            return 0, f"{type(error).__name__}: {error}"
        return response.status_code, "" if response.is_success else f"answered {response.status_code}"
