"""The API over a ledger in memory: what its tests drive, without a node."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import rfc8785
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from tanhui.registry_api.access.authentication import Authenticator
from tanhui.registry_api.access.caller import Standing
from tanhui.registry_api.access.keys import AccessKeys
from tanhui.registry_api.access.oidc import TokenVerifier
from tanhui.registry_api.access.rates import Rates
from tanhui.registry_api.application import Parts, create_application
from tanhui.registry_api.contract_metadata import ContractMetadata
from tanhui.registry_api.database.engine import open_engine, sqlite_url
from tanhui.registry_api.intake.feeder import Feeder
from tanhui.registry_api.intake.queue import Batch, IntakeQueue
from tanhui.registry_api.ledger import (
    Committed,
    LedgerBlock,
    LedgerEvent,
    LedgerTransaction,
    OfflineIdentity,
    PreparedMessage,
)
from tanhui.registry_api.problems import NOT_FOUND, UNAVAILABLE, LedgerRefusal, Problem
from tanhui.registry_api.read_model.projector import Projector
from tanhui.registry_api.read_model.store import ReadStore
from tanhui.registry_api.service.tables import open_service
from tanhui.registry_api.settings import ApiSettings

OPERATOR = Standing("OperatorMSP", "91510100MA6000001R", frozenset({"platform_operator"}), "operator-1")
EXCHANGE = Standing("ExchangeMSP", "91510100MA6000002W", frozenset({"exchange", "holder"}), "exchange-1")
REGULATOR = Standing("RegulatorMSP", "115100000085000013", frozenset({"regulator"}), "regulator-1")
PROGRAMMES = {"pr": OPERATOR.organisation, "theirs": EXCHANGE.organisation}
ACCOUNT = {"account": "aa", "programme": "pr", "organisation": EXCHANGE.organisation, "points": "5"}
METADATA: dict[str, Any] = {
    "contracts": {
        "accounts": {
            "name": "accounts",
            "transactions": [
                {
                    "name": name,
                    "tag": ["EVALUATE", "evaluateTx"],
                    "parameters": [
                        {
                            "name": "order",
                            "description": "Accounts.",
                            "schema": {"$ref": "#/components/schemas/AccountOrder"},
                        }
                    ],
                    "returns": {"type": "object"},
                }
                for name in ("Get", "List")
            ],
        },
        "notes": {
            "name": "notes",
            "transactions": [
                {
                    "name": "Write",
                    "tag": ["SUBMIT", "submitTx"],
                    "parameters": [
                        {
                            "name": "order",
                            "description": "Write a note.\n\nOnce.",
                            "schema": {"$ref": "#/components/schemas/WriteOrder"},
                        }
                    ],
                    "returns": {"type": "object"},
                },
                {
                    "name": "List",
                    "tag": ["EVALUATE", "evaluateTx"],
                    "parameters": [
                        {
                            "name": "order",
                            "description": "List notes.",
                            "schema": {"$ref": "#/components/schemas/ListOrder"},
                        }
                    ],
                    "returns": {"$ref": "#/components/schemas/NotesPage"},
                },
            ],
        },
    },
    "components": {
        "schemas": {
            "AccountOrder": {
                "title": "AccountOrder",
                "type": "object",
                "properties": {"programme": {"type": "string"}, "account": {"type": "string"}},
                "required": ["programme"],
            },
            "WriteOrder": {
                "$id": "WriteOrder",
                "title": "WriteOrder",
                "type": "object",
                "properties": {"request_id": {"type": "string"}, "text": {"type": "string"}},
                "required": ["request_id", "text"],
            },
            "NotesPage": {
                "$id": "NotesPage",
                "title": "NotesPage",
                "type": "object",
                "properties": {"items": {"type": "array"}, "bookmark": {"type": "string"}},
            },
            "ListOrder": {
                "$id": "ListOrder",
                "title": "ListOrder",
                "type": "object",
                "properties": {
                    "page_size": {"type": "integer", "default": 2},
                    "bookmark": {"type": "string"},
                },
            },
        }
    },
}


@dataclass
class MemoryLedger:
    """Answers as the contract would: once for each request id, refusing what it is told to refuse."""

    written: dict[str, dict[str, Any]] = field(default_factory=dict)
    transactions: dict[str, str] = field(default_factory=dict)
    failures: list[Exception] = field(default_factory=list)
    submits: int = 0
    identities: list[str] = field(default_factory=list)
    ledger_events: list[LedgerEvent] = field(default_factory=list)
    block_transactions: dict[int, list[LedgerTransaction]] = field(default_factory=dict)

    @property
    def writes(self) -> int:
        return self.submits

    async def submit(self, function: str, argument: bytes, identity: str) -> Committed:
        self.submits += 1
        self.identities.append(identity)
        order = json.loads(argument)
        assert rfc8785.dumps(order) == argument, "the order is not canonical"
        if self.failures:
            raise self.failures.pop()
        request_id = order["request_id"]
        transaction = f"{self.submits:064x}"
        if request_id in self.written:
            if self.written[request_id] != order:
                raise LedgerRefusal("contract.request_reused", "request_id", request_id, {})
        elif order.get("text") == "forbidden":
            raise LedgerRefusal("value.text_length", "text", "forbidden", {"low": "1", "high": "3"})
        else:
            self.written[request_id] = order
            self.transactions[request_id] = transaction
        await asyncio.sleep(0)
        answer: dict[str, Any] = {"event": {"effects": []}, "transaction": self.transactions[request_id]}
        return Committed(transaction, self.submits, rfc8785.dumps(answer))

    async def evaluate(self, function: str, argument: bytes, identity: str) -> bytes:
        order = json.loads(argument)
        if function == "programmes:List":
            listed = [{"id": one, "name": one, "operator": operator} for one, operator in PROGRAMMES.items()]
            return json.dumps({"items": listed, "bookmark": ""}).encode()
        if function == "programmes:Get":
            if order["programme"] not in PROGRAMMES:
                raise LedgerRefusal("contract.record_absent", "programme", order["programme"], {})
            return json.dumps({"operator": PROGRAMMES[order["programme"]]}).encode()
        if function == "organisations:Get":
            raise LedgerRefusal("contract.record_absent", "organisation", order["organisation"], {})
        if function == "rankings:Tally":
            return b'{"rows": [], "records": 0, "bookmark": ""}'
        if function == "accounting:Statement":
            assert set(order) == {"organisation", "first", "last"}
            entry = {"cost": "0", "amount": "0"}
            return json.dumps(
                {
                    "opening": {"quantity": "1", "cost": "0"},
                    "increases": [{"entry": "purchased", "quantity": "5", **entry}],
                    "decreases": [{"entry": "used", "quantity": "2", **entry}],
                    "closing": {"quantity": "4", "cost": "0"},
                }
            ).encode()
        if function.startswith("accounts:"):
            one = ACCOUNT if order["programme"] == "pr" else ACCOUNT | {"organisation": ""}
            return json.dumps(one if function == "accounts:Get" else {"items": [one]}).encode()
        items = sorted(self.written)
        start = order.get("bookmark", "")
        page = [item for item in items if item >= start][: order.get("page_size", 2)]
        rest = [item for item in items if page and item > page[-1]]
        return json.dumps({"items": page, "bookmark": rest[0] if rest else ""}).encode()

    async def metadata(self) -> bytes:
        return json.dumps(METADATA).encode()

    async def processed_transaction(self, transaction_id: str) -> bytes:
        raise Problem(NOT_FOUND, name="transaction", value=transaction_id)

    async def block_of(self, transaction_id: str) -> bytes:
        raise Problem(NOT_FOUND, name="transaction", value=transaction_id)

    async def height(self) -> int:
        if self.failures:
            raise Problem(UNAVAILABLE, params={"reason": "gone"})
        return 7

    async def events(
        self, start_block: int | None, after_transaction: str | None
    ) -> AsyncIterator[LedgerEvent]:
        for event in self.ledger_events:
            if start_block is None or event.block >= start_block:
                yield event
        await asyncio.Event().wait()

    async def blocks(self, start_block: int) -> AsyncIterator[LedgerBlock]:
        height, number = await self.height(), start_block
        while True:
            while number < max(height, self.submits + 1):
                yield LedgerBlock(number, tuple(self.block_transactions.get(number, ())))
                number += 1
            await asyncio.sleep(0.005)

    @property
    def offline(self) -> "MemoryOffline":
        return MemoryOffline(self)


@dataclass
class MemoryOffline:
    ledger: MemoryLedger

    async def prepare(self, function: str, argument: bytes, identity: OfflineIdentity) -> PreparedMessage:
        return PreparedMessage(argument, b"digest of proposal", "ab" * 32)

    async def endorse(self, proposal: bytes, signature: bytes) -> PreparedMessage:
        if signature != b"good":
            raise LedgerRefusal("value.not_a_hash", "signature", "bad", {})
        return PreparedMessage(proposal, b"digest of transaction", "ab" * 32)

    async def submit(self, transaction: bytes, signature: bytes) -> Committed:
        return await self.ledger.submit("notes:Write", transaction, "offline")


def batch_argument(batch: Batch) -> bytes:
    """The order of one batch: the upload's header, the request id, the activities."""
    order = json.loads(batch.header) | {"request_id": batch.request_id}
    return rfc8785.dumps(order | {"activities": json.loads(batch.activities)})


@dataclass
class Api:
    """A client and what stands behind it."""

    client: TestClient
    ledger: MemoryLedger
    queue: IntakeQueue
    store: ReadStore
    token: str
    other_token: str
    regulator_token: str
    keys: AccessKeys
    service: Engine

    def close(self) -> None:
        """Release the files."""
        self.queue.close()
        self.store.close()
        self.service.dispose()

    def headers(self, key: str | None = None, *, token: str | None = None, **more: str) -> dict[str, str]:
        found = {"Authorization": f"Bearer {token or self.token}"}
        if key is not None:
            found["Idempotency-Key"] = key
        return found | more


def open_api(
    folder: Path,
    settings: ApiSettings | None = None,
    tokens: TokenVerifier | None = None,
    contract: ContractMetadata | None = None,
    ledger_failure: Callable[[], str] = lambda: "",
    ledger: MemoryLedger | None = None,
) -> Api:
    """An application over a fresh ledger; use its client as a context manager to start the feeder."""
    ledger = ledger or MemoryLedger()
    keys = AccessKeys(folder / "keys.json")
    settings = settings or ApiSettings()
    queue = IntakeQueue(folder / "intake.sqlite")
    feeder = Feeder(queue, ledger, "activities:RecordBatch", batch_argument, settings.intake_in_flight_max)
    store = ReadStore(open_engine(f"sqlite:///{folder / 'read.sqlite'}"))
    service = open_service(sqlite_url(folder / "service.sqlite"))
    standings = {"operator": OPERATOR, "exchange": EXCHANGE, "regulator": REGULATOR}
    rates = Rates(settings.requests_a_second, settings.failures_a_second)
    parts = Parts(
        ledger=ledger,
        authenticator=Authenticator(keys, standings=standings, tokens=tokens, rates=rates),
        metadata=contract or ContractMetadata(json.dumps(METADATA).encode()),
        queue=queue,
        feeder=feeder,
        store=store,
        projector=Projector(store, ledger),
        service=service,
        reader_identity="regulator",
        settings=settings,
        exports_folder=folder / "exports",
        ledger_failure=ledger_failure,
    )
    client = TestClient(create_application(parts), raise_server_exceptions=False)
    return Api(
        client,
        ledger,
        queue,
        store,
        keys.create("operator"),
        keys.create("exchange"),
        keys.create("regulator"),
        keys,
        service,
    )
