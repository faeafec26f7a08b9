"""Row 6 through the contract: a transfer of points, and an offer of credits, at 10⁴ and at 10⁶ accounts or ranges.

The whole contract runs over a state database with the node's own settings; what a block of transactions wrote goes out
in one synced batch. Signatures, ordering and validation are other rows: they do not know how large the state is.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Final

import msgspec

from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.chaincode.contract.stub import KeyModification, StateEntry, StatePage, Timestamp
from tanhui.chaincode.rules.accounts import NO_UNIT, Holder, opened_account
from tanhui.chaincode.rules.days import Day, day_of
from tanhui.chaincode.rules.lots import Lot
from tanhui.chaincode.rules.serials import Range, Serial
from tanhui.chaincode.transactions.accounts.record import ACCOUNT
from tanhui.chaincode.transactions.credits.record import HOLDING, RANGE, Holding, serial_key
from tanhui.chaincode.transactions.registry import registry_contract
from tanhui.node.ledger import encoding
from tanhui.node.ledger.options import LedgerOptions
from tanhui.node.ledger.state import StateStore
from tests.bench.measure import Ratio, Target, compare
from tests.support import points
from tests.support.callers import creator
from tests.support.memory_ledger import drive
from tests.support.registry_world import MemoryBackend, World

SMALL, LARGE, LARGE_QUICK = 10_000, 1_000_000, 50_000
TRANSACTIONS: Final = 600
BLOCK: Final = 50
LOAD_BATCH: Final = 20_000
RANGE_KG: Final = 10
NAMESPACE: Final = "registry"
FOREST: Final = "510100-forests-restored-grove-2026-001"


@dataclass
class StoreStub:
    """One transaction over the database as it is, plus what its block has written so far."""

    store: StateStore
    pending: dict[str, bytes | None]
    creator: bytes
    arguments: Sequence[bytes]
    timestamp: Timestamp
    transaction_id: str
    channel_id: str = "credits"
    transient: dict[str, bytes] = field(default_factory=dict)
    event: tuple[str, bytes] | None = None

    async def get_states(self, keys: Sequence[str]) -> list[bytes | None]:
        found = self.store.get_many(NAMESPACE, keys)
        return [
            self.pending.get(key, None if one is None else one.value)
            for key, one in zip(keys, found, strict=True)
        ]

    async def get_state_range(self, start: str, end: str) -> tuple[StateEntry, ...]:
        return tuple(StateEntry(key, one.value) for key, one in self.store.range(NAMESPACE, start, end))

    async def get_state_page(self, start: str, end: str, page_size: int, bookmark: str) -> StatePage:
        raise NotImplementedError("no query is measured")

    async def get_history(self, key: str) -> tuple[KeyModification, ...]:
        raise NotImplementedError("no query is measured")

    def put_state(self, key: str, value: bytes) -> None:
        self.pending[key] = value

    def delete_state(self, key: str) -> None:
        self.pending[key] = None

    def set_event(self, name: str, payload: bytes) -> None:
        self.event = (name, payload)


class Registry:
    """A founded registry in a database, with `size` accounts of one programme and as many ranges of one holder."""

    def __init__(self, folder: Path, size: int) -> None:
        self.size = size
        self._contract = registry_contract()
        self._store = StateStore(folder / "state", LedgerOptions())
        self._made = 0
        self.world = world = World(MemoryBackend())
        world.found()
        world.organisation("operator", "platform_operator", person="Ouyang")
        world.organisation("holder", "holder", person="Hu")
        world.organisation("broker", "broker", person="Bo")
        points.put_in_force(world, "tianfu", "operator", {})
        backend = world.backend
        assert isinstance(backend, MemoryBackend)
        self._load((key, value) for key, (value, _) in backend.ledger.state.items())
        self._load(self._accounts())
        self._load(self._ranges())
        self._store.compact()

    def close(self) -> None:
        self._store.close()

    def account(self, number: int) -> str:
        """Random ids: neighbours in time are none in the database."""
        return f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}{number:016x}"

    def _accounts(self) -> Iterator[tuple[str, bytes]]:
        today = day_of(self.world.seconds)
        lot = Lot(Day(today + 400), b"issue--1", 1_000_000)
        account = opened_account(Holder.PERSON, "", NO_UNIT, today)

        value = ACCOUNT.codec.encode(msgspec.structs.replace(account, lots=(lot,)))
        for number in range(self.size):
            yield ACCOUNT.key("tianfu", self.account(number)), value

    def _ranges(self) -> Iterator[tuple[str, bytes]]:
        holder = self.world.names["holder"]
        for number in range(self.size):
            first = number * RANGE_KG + 1
            one = Range(batch=FOREST, first=Serial(first), last=Serial(first + RANGE_KG - 1), holder=holder)
            yield RANGE.key(FOREST, serial_key(first)), RANGE.codec.encode(one)
            held = Holding(batch=FOREST, first=Serial(first))
            yield HOLDING.key(holder, FOREST, serial_key(first)), HOLDING.codec.encode(held)

    def _load(self, entries: Iterator[tuple[str, bytes]]) -> None:
        puts: list[tuple[bytes, bytes]] = []
        for key, value in entries:
            puts.append((encoding.state_key(NAMESPACE, key), encoding.encode_value(value, 1, 0, b"")))
            if len(puts) >= LOAD_BATCH:
                self._store.write(puts, [], sync=False)
                puts = []
        self._store.write(puts, [], sync=False)

    def cost_us(self, who: str, function: str, order: Callable[[int], dict[str, object]]) -> float:
        """Microseconds for one transaction, over TRANSACTIONS of them in blocks of BLOCK."""
        person = self.world.persons[who]
        caller = creator(person.msp_id, person.organisation, person.role, person.person)
        began = time.perf_counter()
        for _ in range(TRANSACTIONS // BLOCK):
            pending: dict[str, bytes | None] = {}
            for _ in range(BLOCK):
                self._made += 1
                fields = {"request_id": f"{self.world.day_digits()}-{self._made:08d}", **order(self._made)}
                arguments = (function.encode(), canonical_json(fields))
                now = Timestamp(self.world.seconds, 0)
                stub = StoreStub(self._store, pending, caller, arguments, now, f"{self._made:064x}")
                done = drive(self._contract.invoke(stub))
                assert done.status == 200, done.message
            puts = [
                (encoding.state_key(NAMESPACE, key), encoding.encode_value(value, 2, 0, b""))
                for key, value in pending.items()
                if value is not None
            ]
            gone = [encoding.state_key(NAMESPACE, key) for key, value in pending.items() if value is None]
            self._store.write(puts, gone, sync=True)
        return (time.perf_counter() - began) / TRANSACTIONS * 1e6


@contextmanager
def filled(size: int) -> Iterator[Registry]:
    """A registry of that size."""
    folder = Path(mkdtemp(prefix="tanhui-bench-"))
    registry = Registry(folder, size)
    try:
        yield registry
    finally:
        registry.close()
        rmtree(folder)


def transfer_us(registry: Registry, seed: random.Random) -> float:
    """A transfer of a point between two random accounts."""

    def order(_: int) -> dict[str, object]:
        sender, receiver = seed.sample(range(registry.size), 2)
        accounts = {"sender": registry.account(sender), "receiver": registry.account(receiver)}
        return {"programme": "tianfu", **accounts, "points": "1"}

    return registry.cost_us("Ouyang", "points:Transfer", order)


def offer_us(registry: Registry, seed: random.Random, used: set[int]) -> float:
    """An offer of four kilograms out of the middle of a random range: it is cut in three."""

    def order(made: int) -> dict[str, object]:
        number = seed.randrange(registry.size)
        while number in used:
            number = seed.randrange(registry.size)
        used.add(number)
        first = number * RANGE_KG + 1
        piece = {"batch": FOREST, "range": str(first), "first": str(first + 3), "last": str(first + 6)}
        return {"offer": f"o-{made}", "receiver": registry.world.names["broker"], "pieces": [piece]}

    return registry.cost_us("Hu", "credits:Offer", order)


def measure(quick: bool) -> list[Ratio]:
    """Row 6, its balances and serials through the contract."""
    large = LARGE_QUICK if quick else LARGE
    seed = random.Random(6)
    notes = (
        "the whole contract over the state database: parse, admit, rules, write set, one synced batch of 50",
        "ranges of 10 kg of one holder in one batch; accounts with one lot",
    )
    bound = "the contract's own work, which does not grow; then table blocks outside the cache"
    with filled(SMALL) as few, filled(large) as many:
        used: dict[int, set[int]] = {few.size: set(), many.size: set()}
        return [
            compare(
                "6",
                "points:Transfer through the contract, cost as accounts grow",
                (f"{large:,} accounts", "µs", lambda: transfer_us(many, seed)),
                (f"{SMALL:,} accounts", "µs", lambda: transfer_us(few, seed)),
                Target(8, 4, at_most=True),
                notes=notes,
                bound_by=bound,
            ),
            compare(
                "6",
                "credits:Offer through the contract, cost as ranges grow",
                (f"{large:,} ranges", "µs", lambda: offer_us(many, seed, used[many.size])),
                (f"{SMALL:,} ranges", "µs", lambda: offer_us(few, seed, used[few.size])),
                Target(8, 4, at_most=True),
                notes=notes,
                bound_by=bound,
            ),
        ]
