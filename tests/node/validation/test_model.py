"""Any interleaving of simulated transactions ends as a plain dictionary says that serial execution ends.

The model knows no versions and no ledger: a transaction is valid exactly when everything that it read, keys and
ranges, is still what it was. One thing is Fabric's own: a key that was touched earlier in the same block fails
whoever read it, even when an absent key was deleted.
"""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from fabric_protos.peer import transaction_pb2
from hypothesis import given, settings
from hypothesis import strategies as st

from tanhui.chaincode.contract.stub import Response, Stub, Timestamp
from tanhui.network.protocol.blocks import build_block
from tanhui.network.protocol.envelopes import parse_envelope, parse_transaction
from tanhui.network.protocol.rwset import parse_rwset
from tanhui.node.ledger import BlockUpdates, Ledger, LedgerOptions, updates_of_block
from tanhui.node.simulation import Invocation, simulate
from tanhui.node.validation.mvcc import check_reads
from tests.support.chain import FILTER, envelope, genesis_block, txid

SMALL = LedgerOptions(write_buffer_bytes=1 << 20, cache_bytes=1 << 20)
Code = transaction_pb2.TxValidationCode
KEYS = [f"k{n}" for n in range(6)]

keys = st.sampled_from(KEYS)
writes = st.dictionaries(keys, st.one_of(st.none(), st.binary(min_size=1, max_size=3)), max_size=3)


@dataclass(frozen=True)
class Plan:
    """What one transaction reads and writes."""

    reads: tuple[str, ...]
    ranges: tuple[tuple[str, str], ...]
    writes: tuple[tuple[str, bytes | None], ...]


plans = st.builds(
    lambda reads, ranges, written: Plan(tuple(reads), tuple(ranges), tuple(written.items())),
    st.lists(keys, max_size=3),
    st.lists(st.tuples(keys, st.one_of(keys, st.just(""))), max_size=2),
    writes,
)


class Runner:
    """Runs a plan as a chaincode."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    async def invoke(self, stub: Stub) -> Response:
        await stub.get_states(self._plan.reads)
        for start, end in self._plan.ranges:
            await stub.get_state_range(start, end)
        for key, value in self._plan.writes:
            if value is None:
                stub.delete_state(key)
            else:
                stub.put_state(key, value)
        return Response(200, "", b"")


def observed(plan: Plan, state: dict[str, tuple[bytes, int]]) -> object:
    """What the plan sees of a model state: values with the number of the write, so that equal rewrites differ."""
    single = [state.get(key) for key in plan.reads]
    ranges = [
        [(key, state[key]) for key in sorted(state) if start <= key and (not end or key < end)]
        for start, end in plan.ranges
    ]
    return single, ranges


@settings(max_examples=60, deadline=None)
@given(blocks=st.lists(st.lists(st.tuples(plans, st.integers(0, 2)), min_size=1, max_size=5), max_size=5))
def test_the_ledger_is_a_dictionary(blocks: list[list[tuple[Plan, int]]]) -> None:
    with TemporaryDirectory() as made, Ledger.open(Path(made) / "ledger", SMALL) as ledger:
        ledger.commit_block(genesis_block())
        model: dict[str, tuple[bytes, int]] = {}
        snapshots = [(ledger.snapshot(), dict(model))]
        serial = 0
        for number, transactions in enumerate(blocks, start=1):
            envelopes, expected = [], bytearray()
            touched: set[str] = set()
            for index, (plan, age) in enumerate(transactions):
                view, seen = snapshots[max(0, len(snapshots) - 1 - age)]
                invocation = Invocation(
                    "credits", txid(number, index), "registry", Timestamp(1, 0), b"c", [b"f"]
                )
                done = simulate(Runner(plan), invocation, view, ledger.history)
                envelopes.append(envelope(txid(number, index), done.results))
                untouched = touched.isdisjoint(plan.reads)
                if untouched and observed(plan, seen) == observed(plan, model):
                    expected.append(Code.VALID)
                    for key, value in plan.writes:
                        serial += 1
                        touched.add(key)
                        model.pop(key, None)
                        if value is not None:
                            model[key] = (value, serial)
                else:
                    expected.append(Code.MVCC_READ_CONFLICT)
            block = build_block(number, ledger.header_hash, envelopes)
            updates = BlockUpdates(number, ledger.state)
            codes = bytearray()
            for index, raw in enumerate(envelopes):
                rwset = parse_rwset(results_of(raw))
                code = check_reads(rwset, updates, ledger.state)
                updates.txids.append(txid(number, index))
                if code == Code.VALID:
                    updates.apply(index, rwset)
                codes.append(code)
            assert [code != 0 for code in codes] == [code != 0 for code in expected]
            block.metadata.metadata[FILTER] = bytes(codes)
            assert updates_of_block(block, ledger.state).spaces == updates.spaces
            ledger.commit_block(block, updates)
            assert {key: found.value for key, found in ledger.state_range("registry", "", "")} == {
                key: value for key, (value, _) in model.items()
            }
            snapshots.append((ledger.snapshot(), dict(model)))
        for view, _ in snapshots:
            view.close()


def results_of(raw: bytes) -> bytes:
    return parse_transaction(parse_envelope(raw).data).results
