"""Row 9: mutual recognition: transfers end to end, what a proof costs inside the contract, statements of 10^6 lines.

End to end is on two embedded nodes: lock, the auditor's replay and cosignature, the relay, mint, the other
auditor's replay, finalise. Many transfers under one lock cross under one proof; one transfer a lock is the
other side.
"""

import asyncio
import tempfile
import time
from base64 import b64encode
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from tanhui.cli.demo.clerk import ORGANISER, OWNER, today
from tanhui.cli.recognition.agreeing import begin
from tanhui.cli.recognition.embedded import open_region
from tanhui.cli.recognition.pair import Pair, piece
from tanhui.cli.recognition.places import PLACES
from tanhui.node.collector import settle_collector
from tanhui.proofs.statements.lines import Line, lines_of
from tanhui.proofs.statements.periods import parse_period
from tanhui.proofs.statements.sum_tree import SumTree
from tests.bench.measure import ROUNDS, Ratio, Side, Target, compare
from tests.support import projects
from tests.support.recognising import Two, two_regions
from tests.support.regions import follow

BATCH = 200
SINGLES = 10
STATEMENT_SMALL, STATEMENT_LARGE, STATEMENT_QUICK = 10_000, 1_000_000, 50_000
START = 1_793_462_400
"""2026-11-01 00:00 in UTC+8, or close to it: any time in the period does."""


class EndToEnd:
    """Two regions on embedded nodes; each call moves new serials."""

    def __init__(self, pair: Pair) -> None:
        self._pair = pair
        self._next = 1

    async def cross(self, locks: int, each: int) -> float:
        """Transfers a second, from the first lock to the last finalisation."""
        pair = self._pair
        batch, receiver = pair.batch_of(pair.first), pair.second.organisation(ORGANISER)
        began = time.perf_counter()
        for _ in range(locks):
            first = self._next
            self._next += each
            await pair.first.clerk.send(
                OWNER,
                "recognition:LockCredits",
                f"bench-{first}",
                agreement=pair.credits,
                shard=0,
                transfers=[
                    {"transfer": f"b-{at}", "receiver": receiver, "pieces": [piece(batch, first, at, at)]}
                    for at in range(first, first + each)
                ],
            )
        made = await pair.carry(pair.credits)
        assert made.waiting == []
        return locks * each / (time.perf_counter() - began)


def end_to_end(quick: bool) -> Ratio:
    """Row 9."""
    rounds = 1 if quick else ROUNDS
    loop = asyncio.new_event_loop()
    with tempfile.TemporaryDirectory(prefix="tanhui-bench-") as folder:
        stack = AsyncExitStack()

        async def opened() -> EndToEnd:
            data = Path(folder)
            regions = [
                await stack.enter_async_context(open_region(place, data, today())) for place in PLACES[:2]
            ]
            pair = Pair(regions, data, 2)
            stack.callback(pair.close)
            await begin(pair)
            return EndToEnd(pair)

        crossing = loop.run_until_complete(opened())
        try:
            return compare(
                "9",
                "transfers end to end on two embedded nodes, auditors and relay included",
                (
                    f"{BATCH} under one proof",
                    "transfers/s",
                    lambda: loop.run_until_complete(crossing.cross(1, BATCH)),
                ),
                (
                    "one under each proof",
                    "transfers/s",
                    lambda: loop.run_until_complete(crossing.cross(SINGLES, 1)),
                ),
                Target(10, 20),
                rounds=rounds,
                bound_by="what each round of auditors and relay costs, whatever it carries",
            )
        finally:
            loop.run_until_complete(stack.aclose())
            loop.close()


@dataclass
class Minting:
    """Two regions in memory; each call mints serials that none minted before."""

    two: Two
    minted: int = 0


def mint_rate(minting: Minting, transfers: int) -> float:
    """Transfers judged a CPU second by one simulated mint: proof, terms, caps, mirrors and all."""
    two = minting.two
    first, last = minting.minted + 1, minting.minted + transfers
    minting.minted = last
    names = [f"b-{at}" for at in range(first, last + 1)]
    locked = two.lock_credits(
        two.sichuan,
        [(name, "holder", projects.pieces((first, at, at))) for at, name in enumerate(names, first)],
    )
    assert locked.refusal is None, locked.refusal
    follow(two.sichuan)
    shown = b64encode(two.sichuan.bundle(locked.transaction_id)).decode()
    order = {"agreement": "sc-jl", "proof": shown, "items": [{"transfer": name} for name in names]}
    began = time.process_time()
    outcome = two.jilin.world.submit("Cai", "recognition:Mint", **order)
    took = time.process_time() - began
    assert outcome.refusal is None, outcome.refusal
    return transfers / took


def in_contract(quick: bool) -> Ratio:
    """Row 9b."""
    minting = Minting(two_regions())
    return compare(
        "9b",
        "transfers judged inside the contract, proof included, a CPU second",
        ("20 under one proof", "transfers/s", lambda: mint_rate(minting, 20)),
        ("one under each proof", "transfers/s", lambda: mint_rate(minting, 1)),
        Target(3, 6),
        rounds=1 if quick else ROUNDS,
        bound_by="each transfer's own mirror, range and nullifier, which no proof can spare",
    )


def statement_cost(lines: int) -> float:
    """Microseconds of CPU a line: places, hashes, sums and the root."""
    period = parse_period("2026-11")
    made = [
        Line(f"t-{at}", "ab" * 32, 1 + at % 97, START + at % 2_000_000, "minted", START + at % 2_000_000 + 60)
        for at in range(lines)
    ]
    began = time.process_time()
    tree = SumTree(lines_of(period, made))
    assert tree.label.flow.lines == lines
    return (time.process_time() - began) / lines * 1e6


def statement(quick: bool) -> Ratio:
    """Row 9c: n log n would be log(10^6)/log(10^4) = 1.5 times the cost a line."""
    settle_collector()  # as `tanhui reconcile` does
    large = STATEMENT_QUICK if quick else STATEMENT_LARGE
    rounds = 1 if quick else 3
    pairs = [(statement_cost(large), statement_cost(STATEMENT_SMALL)) for _ in range(rounds)]
    return Ratio(
        "9c",
        f"statement of {large:,} transfers: cost a line against {STATEMENT_SMALL:,}",
        Side(f"{large:,} lines", "µs/line", tuple(one for one, _ in pairs)),
        Side(f"{STATEMENT_SMALL:,} lines", "µs/line", tuple(other for _, other in pairs)),
        Target(1.5, 1.25, at_most=True),
        ("n log n would give 1.5",),
        "",
        tuple(one / other for one, other in pairs),
    )


def measure(quick: bool) -> list[Ratio]:
    """Row 9 with its parts."""
    return [end_to_end(quick), in_contract(quick), statement(quick)]
