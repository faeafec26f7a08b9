"""What a contract reads and writes becomes Fabric's read-write set, byte for byte."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2

from tanhui.chaincode.contract.stub import Response, StateEntry, Stub, Timestamp
from tanhui.node.ledger import Ledger, LedgerOptions
from tanhui.node.simulation import Invocation, Simulation, SimulationError, SimulationLimits, simulate
from tests.support.chain import WriteTx, genesis_block, txid, write_block

SMALL = LedgerOptions(write_buffer_bytes=1 << 20, cache_bytes=1 << 20)
OK = Response(200, "", b"")


class Script:
    """A chaincode that is one function."""

    def __init__(self, run: Callable[[Stub], Awaitable[object]]) -> None:
        self._run = run

    async def invoke(self, stub: Stub) -> Response:
        await self._run(stub)
        return OK


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger", SMALL) as opened:
        opened.commit_block(genesis_block())
        keys = {f"k{n:03d}": b"v%d" % n for n in range(120)} | {"\x00lot\x00a\x00": b"c"}
        opened.commit_block(write_block(1, opened.header_hash, [WriteTx(txid(1), keys)]))
        opened.commit_block(
            write_block(
                2, opened.header_hash, [WriteTx(txid(2), {}), WriteTx(txid(3), {"k001": b"new"}, seconds=9)]
            )
        )
        yield opened


def run(
    ledger: Ledger, script: Callable[[Stub], Awaitable[object]], limits: SimulationLimits | None = None
) -> Simulation:
    invocation = Invocation("credits", txid("t"), "registry", Timestamp(1, 2), b"creator", [b"f"])
    with ledger.snapshot() as snapshot:
        return simulate(Script(script), invocation, snapshot, ledger.history, limits)


def registry_part(simulation: Simulation) -> kv_rwset_pb2.KVRWSet:
    results = rwset_pb2.TxReadWriteSet.FromString(simulation.results)
    assert [one.namespace for one in results.ns_rwset] == ["_lifecycle", "registry"]
    lifecycle = kv_rwset_pb2.KVRWSet.FromString(results.ns_rwset[0].rwset)
    assert [read.key for read in lifecycle.reads] == ["namespaces/fields/registry/Sequence"]
    return kv_rwset_pb2.KVRWSet.FromString(results.ns_rwset[1].rwset)


def test_reads_carry_versions_and_writes_are_sorted(ledger: Ledger) -> None:
    async def script(stub: Stub) -> None:
        assert await stub.get_states(["k001", "nil", "k000"]) == [b"new", None, b"v0"]
        stub.put_state("z", b"1")
        stub.put_state("a", b"1")
        stub.put_state("a", b"2")
        stub.delete_state("m")
        assert await stub.get_states(["a"]) == [None]
        stub.set_event("first", b"1")
        stub.set_event("tanhui.v1", b"2")

    simulation = run(ledger, script)
    part = registry_part(simulation)
    expected = kv_rwset_pb2.KVRWSet(
        reads=[
            kv_rwset_pb2.KVRead(key="a"),
            kv_rwset_pb2.KVRead(key="k000", version=kv_rwset_pb2.Version(block_num=1)),
            kv_rwset_pb2.KVRead(key="k001", version=kv_rwset_pb2.Version(block_num=2, tx_num=1)),
            kv_rwset_pb2.KVRead(key="nil"),
        ],
        writes=[
            kv_rwset_pb2.KVWrite(key="a", value=b"2"),
            kv_rwset_pb2.KVWrite(key="m", is_delete=True),
            kv_rwset_pb2.KVWrite(key="z", value=b"1"),
        ],
    )
    assert part == expected
    assert simulation.event == ("tanhui.v1", b"2")
    assert simulation.wrote
    assert simulation.height == 3


def test_a_short_range_keeps_its_reads_a_long_one_their_hashes(ledger: Ledger) -> None:
    async def script(stub: Stub) -> None:
        assert len(await stub.get_state_range("k000", "k050")) == 50
        assert len(await stub.get_state_range("", "")) == 120
        assert await stub.get_state_range("x", "y") == ()
        assert await stub.get_state_range("\x00lot\x00", "\x00lot\x00\U0010ffff") == (
            StateEntry("\x00lot\x00a\x00", b"c"),
        )

    short, long, empty, composite = registry_part(run(ledger, script)).range_queries_info
    assert (short.start_key, short.end_key, short.itr_exhausted) == ("k000", "k050", True)
    assert len(short.raw_reads.kv_reads) == 50
    assert (long.start_key, long.end_key) == ("\x01", "")
    assert long.WhichOneof("reads_info") == "reads_merkle_hashes"
    assert (long.reads_merkle_hashes.max_degree, long.reads_merkle_hashes.max_level) == (50, 1)
    assert len(long.reads_merkle_hashes.max_level_hashes) == 3
    assert empty.WhichOneof("reads_info") is None
    assert len(composite.raw_reads.kv_reads) == 1


def test_pages_join_to_the_whole_range(ledger: Ledger) -> None:
    seen: list[str] = []

    async def script(stub: Stub) -> None:
        bookmark = ""
        while True:
            page = await stub.get_state_page("k010", "k060", 20, bookmark)
            seen.extend(entry.key for entry in page.entries)
            bookmark = page.bookmark
            if not bookmark:
                break
        with pytest.raises(SimulationError, match="page"):
            stub.put_state("a", b"1")

    queries = registry_part(run(ledger, script)).range_queries_info
    assert seen == [f"k{n:03d}" for n in range(10, 60)]
    assert [(q.start_key, q.end_key, q.itr_exhausted) for q in queries] == [
        ("k010", "k029", False),
        ("k030", "k049", False),
        ("k050", "k060", True),
    ]


def test_a_page_after_a_write_is_refused(ledger: Ledger) -> None:
    async def script(stub: Stub) -> None:
        stub.put_state("a", b"1")
        with pytest.raises(SimulationError, match="read-only"):
            await stub.get_state_page("a", "b", 10, "")

    run(ledger, script)


def test_history_stops_at_the_snapshot(ledger: Ledger) -> None:
    async def script(stub: Stub) -> None:
        ledger.commit_block(write_block(3, ledger.header_hash, [WriteTx(txid(4), {"k001": None})]))
        versions = await stub.get_history("k001")
        assert [(v.transaction_id, v.value) for v in versions] == [(txid(3), b"new"), (txid(1), b"v1")]
        assert versions[0].timestamp == Timestamp(9, 0)

    run(ledger, script)


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda stub: stub.put_state("", b"1"), "key"),
        (lambda stub: stub.put_state("a", b""), "value"),
        (lambda stub: stub.put_state("a" * 5000, b"1"), "key"),
        (lambda stub: stub.put_state("a", bytes(2000)), "writes"),
        (lambda stub: stub.delete_state(""), "key"),
        (lambda stub: stub.set_event("", b""), "event name"),
    ],
)
def test_what_fabric_refuses_is_refused(ledger: Ledger, call: Callable[[Stub], None], field: str) -> None:
    async def script(stub: Stub) -> None:
        with pytest.raises(SimulationError) as caught:
            call(stub)
        assert caught.value.field == field

    run(ledger, script, SimulationLimits(write_bytes_max=1000))


@pytest.mark.parametrize("bounds", [("\x00a", "b"), ("a", "\x00b"), ("\x00a", "")])
def test_simple_and_composite_ranges_do_not_mix(ledger: Ledger, bounds: tuple[str, str]) -> None:
    async def script(stub: Stub) -> None:
        with pytest.raises(SimulationError, match="mixes"):
            await stub.get_state_range(*bounds)

    run(ledger, script)


def test_a_range_beyond_the_limit_is_refused_not_cut(ledger: Ledger) -> None:
    async def script(stub: Stub) -> None:
        with pytest.raises(SimulationError, match="read pages"):
            await stub.get_state_range("", "")

    run(ledger, script, SimulationLimits(query_results_max=100))


def test_a_contract_that_waits_for_something_else_is_stopped(ledger: Ledger) -> None:
    async def script(stub: Stub) -> None:
        await asyncio.sleep(0)

    with pytest.raises(SimulationError, match="nothing but its stub"):
        run(ledger, script)
