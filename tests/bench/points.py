"""Rows 3 and 3b: activity records from the intake to a durable block, against a bare loop and against databases.

Ours: JSON lines → intake queue (durable) → packed claims, signed by their source → gateway in process → contract
→ ordered, validated, one synced commit on the embedded node. A batch holds 5,000 records of 2,500 accounts, two
trips each; every round opens fresh accounts, which is not timed.
"""

import asyncio
import itertools
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

import msgspec

from tanhui.chaincode.rules.days import day_of, day_text
from tanhui.cli.activity_batches import RECORD_BATCH, ClaimReader, SourceKeys, batch_argument_with
from tanhui.node.collector import settle_collector
from tanhui.registry_api.gateway_ledger import GatewayLedger
from tanhui.registry_api.intake.feeder import Feeder
from tanhui.registry_api.intake.queue import IntakeQueue
from tanhui.registry_api.intake.receive import Limits, UploadRequest, receive
from tanhui.registry_api.settings import ApiSettings
from tests.bench.measure import ROUNDS, Ratio, Target, compare
from tests.support import activities
from tests.support.points_others import (
    core_loop,
    postgres_row_by_row,
    postgres_set_based,
    running_postgres,
    sqlite,
)
from tests.support.registry_node import NodeBackend, registry_node
from tests.support.registry_world import World

RECORDS_A_BATCH = 5_000
ACCOUNTS_A_BATCH = 2_500
BATCHES = 8
SOURCE = "gate-1"
SLOT_S = 1800
HEADER = {
    "programme": "tianfu",
    "scene": "bus",
    "methodology": "bus-trip",
    "version": "1",
    "source": SOURCE,
    "tranche": "0",
}
LOOP_BOUND_BY = (
    "Python at some 29 µs a record on one core (the loop: 2 µs): by samples 40 % simulation, 25 % validation and "
    "commit, 11 % intake, the rest gateway and event loop; much of the first two goes per account, of which the loop "
    "keeps none"
)
BOUND_BY = (
    "Python at some 29 µs a record on one core: every account is read, judged, packed, put into the read-write set, "
    "checked again at commit, hashed into the commit hash and the block, and every record is salted and hashed into "
    "the batch's tree, none of which the database does"
)
NOTES = (
    (
        f"batches of {RECORDS_A_BATCH} records of {ACCOUNTS_A_BATCH} accounts: a batch reads and writes half as many "
        "accounts as it has records; the bare loop keeps no accounts"
    ),
)


def measure(quick: bool) -> list[Ratio]:
    """Row 3; row 3b against SQLite, and against PostgreSQL where it is installed."""
    rounds = 1 if quick else ROUNDS
    batches = 2 if quick else BATCHES
    with tempfile.TemporaryDirectory() as name, registry_node(Path(name)) as backend:
        registry = Registry(backend, Path(name), batches)
        settle_collector()  # as `tanhui up` does
        rows = [
            compare(
                "3",
                "Activity records, intake to durable, against a bare loop over the same lines",
                ("registry", "records/CPU-s", lambda: registry.run()[1]),
                ("loop", "records/CPU-s", lambda: core_loop(lines_of(range(ACCOUNTS_A_BATCH)))),
                Target(0.3, 0.6),
                rounds=rounds,
                notes=NOTES,
                bound_by=LOOP_BOUND_BY,
            ),
            compare(
                "3b",
                "The same against SQLite, synced, in batches",
                ("registry", "records/s", lambda: registry.run()[0]),
                ("SQLite", "records/s", lambda: sqlite(lines_of(range(ACCOUNTS_A_BATCH)), batches)),
                Target(1, 1.5),
                rounds=rounds,
                notes=NOTES,
                bound_by=BOUND_BY,
            ),
        ]
        with running_postgres() as postgres:
            if postgres is None:
                print("  3b: not measured against PostgreSQL, which is not installed", file=sys.stderr)
                return rows
            lines = lines_of(range(ACCOUNTS_A_BATCH))
            rows += [
                compare(
                    "3b",
                    f"The same against PostgreSQL {kind}",
                    ("registry", "records/s", lambda: registry.run()[0]),
                    ("PostgreSQL", "records/s", partial(other, postgres, lines)),
                    target,
                    rounds=rounds,
                    notes=NOTES,
                    bound_by=BOUND_BY,
                )
                for kind, other, target in (
                    ("row by row", postgres_row_by_row, Target(50, 80)),
                    ("set-based", postgres_set_based, Target(4, 7)),
                )
            ]
    return rows


@dataclass
class Registry:
    """The registry on its node; each run records fresh batches."""

    backend: NodeBackend
    folder: Path
    batches: int

    def __post_init__(self) -> None:
        """Found it, with a programme, a methodology and a source that the intake signs for."""
        self.world = World(self.backend, int(time.time()))
        self.world.found()
        activities.prepare(self.world)
        sources = self.folder / "sources"
        sources.mkdir()
        (sources / SOURCE).write_text(activities.KEY_SEED.hex())
        self.keys = SourceKeys(sources)
        self._runs = itertools.count()
        self._accounts = itertools.count(step=ACCOUNTS_A_BATCH)

    def run(self) -> tuple[float, float]:
        """Records a second and a CPU-second."""
        body = []
        for _ in range(self.batches):
            first = next(self._accounts)
            numbers = range(first, first + ACCOUNTS_A_BATCH)
            activities.open_accounts(self.world, *[f"a{number}" for number in numbers])
            body += lines_of(numbers)
        return self.backend.loop.run(self._feed(b"\n".join(body), len(body)))

    async def _feed(self, body: bytes, records: int) -> tuple[float, float]:
        number = next(self._runs)
        settings = ApiSettings()
        owner = self.world.persons["Ouyang"]
        ledger = GatewayLedger(
            self.backend.node.transport,
            channel="credits",
            chaincode="registry",
            identities={"operator": self.backend.identity(owner)},
            reader="operator",
            settings=settings,
        )
        queue = IntakeQueue(self.folder / f"intake{number}.sqlite")
        feeder = Feeder(
            queue, ledger, RECORD_BATCH, batch_argument_with(self.keys), settings.intake_in_flight_max
        )
        async with ledger:
            began_s, began_cpu_s = time.perf_counter(), time.process_time()
            key = f"{day_text(day_of(self.world.seconds)).replace('-', '')}-run-{number}"
            source_owner = self.world.persons["Dong"].organisation
            request = UploadRequest(
                upload=key,
                key=key,
                identity="operator",
                header=msgspec.json.encode(HEADER),
                media="jsonl",
                received=self.world.seconds,
                read=await ClaimReader(ledger, self.keys).reader_for(HEADER, "operator", source_owner),
            )
            await receive(queue, request, _chunks(body), Limits(len(body), 8192, RECORDS_A_BATCH))
            feeding = asyncio.create_task(feeder.run())
            while feeder.counts.committed_lines < records:
                assert not feeding.done(), feeding.result()
                assert not feeder.counts.refused_lines, "the contract refused a batch"
                await asyncio.sleep(0.002)
            wall_s, used_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
            feeding.cancel()
            await asyncio.gather(feeding, return_exceptions=True)
        queue.close()
        return records / wall_s, records / used_s


def lines_of(accounts: range) -> list[bytes]:
    """Two trips of each account today, a slot apart, as JSON lines."""
    now = int(time.time()) - 2 * SLOT_S
    return [
        b'{"account":"%s","when":%d,"inputs":{"distance":1800},"evidence":"%s"}'
        % (
            activities.account_id(f"a{number}").encode(),
            now - trip * SLOT_S,
            sha256(b"%d %d" % (number, trip)).hexdigest().encode(),
        )
        for trip in range(RECORDS_A_BATCH // ACCOUNTS_A_BATCH)
        for number in accounts
    ]


async def _chunks(body: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(body), 65_536):
        yield body[at : at + 65_536]
