"""Making proofs from a log that is behind, ahead, another ledger's, or waits for its cosigners."""

import asyncio
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import cast

import pytest
from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2

from tanhui.network.protocol.blocks import build_block
from tanhui.network.protocol.envelopes import parse_envelope
from tanhui.proofs import bundles, checkpoints, notes
from tanhui.proofs.errors import FormatError
from tanhui.proofs.leaf import Leaf
from tanhui.proofs.log_writer import LogWriter
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.problems import NOT_FOUND, Problem
from tanhui.registry_api.proofs.prover import Prover, prover_of
from tanhui.registry_api.settings import ApiSettings
from tests.support import proof_world as w
from tests.support.signed_chain import SignedChain

BLOCKS = 3
WRITES = kv_rwset_pb2.KVRWSet(writes=[kv_rwset_pb2.KVWrite(key="k", value=b"v")])


class Blocks:
    """A ledger of blocks with one transaction each, and its log as far as it was written."""

    def __init__(self, log: Path) -> None:
        chain = SignedChain()
        self.log = LogWriter(log, w.ORIGIN, [w.LOG.key])
        self.blocks: dict[str, common_pb2.Block] = {}
        for number in range(BLOCKS):
            block = build_block(number, bytes(32), [chain.transaction(WRITES)])
            self.blocks[parse_envelope(block.data.data[0]).transaction_id] = block
        self.txids = list(self.blocks)

    async def block_of(self, transaction_id: str) -> bytes:
        if transaction_id not in self.blocks:
            raise Problem(NOT_FOUND, name="transaction", value=transaction_id)
        return self.blocks[transaction_id].SerializeToString()

    def write(self, txid: str, code: int = 0, env: bytes | None = None) -> None:
        block = self.blocks[txid]
        raw = env or block.data.data[0]
        self.log.append(
            Leaf(
                genesis=w.GENESIS,
                channel="credits",
                block=block.header.number,
                tx=0,
                header=bytes(32),
                txid=txid,
                env=sha256(raw).digest(),
                code=code,
                commit=bytes(32),
            ).encode()
        )

    def publish(self, *, cosigned: bool) -> None:
        note = self.log.publish([w.LOG])
        if cosigned:
            lines = [notes.signature(note.text, one, w.TIME) for one in w.WITNESSES[:2]]
            self.log.add_signatures(lines, [one.key for one in w.WITNESSES])


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Blocks]:
    made = Blocks(tmp_path / "log")
    with made.log:
        yield made


def prove(ledger: Blocks, tmp_path: Path, txid: str) -> bundles.Bundle:
    prover = Prover(cast("Ledger", ledger), tmp_path / "log")
    return bundles.parse(asyncio.run(prover.bundle(txid)))


def refused(ledger: Blocks, tmp_path: Path, txid: str) -> str:
    with pytest.raises(Problem) as problem:
        prove(ledger, tmp_path, txid)
    return problem.value.code.name


def size_of(bundle: bundles.Bundle) -> int:
    return checkpoints.parse(bundle.proof.checkpoint.text).size


def test_before_the_first_checkpoint_and_beyond_it_the_caller_is_asked_to_wait(
    ledger: Blocks, tmp_path: Path
) -> None:
    assert refused(ledger, tmp_path, ledger.txids[0]) == "api.proof_pending"
    ledger.write(ledger.txids[0])
    ledger.publish(cosigned=False)
    assert prove(ledger, tmp_path, ledger.txids[0]).leaf.txid == ledger.txids[0]
    assert refused(ledger, tmp_path, ledger.txids[1]) == "api.proof_pending"
    assert refused(ledger, tmp_path, "00" * 32) == "api.not_found"
    assert refused(ledger, tmp_path, "../checkpoint") == "api.not_found"


def test_while_the_newest_checkpoint_waits_for_its_cosigners_the_one_before_it_serves(
    ledger: Blocks, tmp_path: Path
) -> None:
    ledger.write(ledger.txids[0])
    ledger.publish(cosigned=True)
    ledger.write(ledger.txids[1])
    ledger.publish(cosigned=False)
    older, newer = (prove(ledger, tmp_path, txid) for txid in ledger.txids[:2])
    assert (size_of(older), len(older.proof.checkpoint.signatures)) == (1, 3)
    assert (size_of(newer), len(newer.proof.checkpoint.signatures)) == (2, 1)
    ledger.write(ledger.txids[2])
    ledger.publish(cosigned=True)
    assert {size_of(prove(ledger, tmp_path, txid)) for txid in ledger.txids} == {3}


def test_nothing_is_proved_of_a_transaction_that_did_not_take_effect(ledger: Blocks, tmp_path: Path) -> None:
    ledger.write(ledger.txids[0], code=11)
    ledger.publish(cosigned=False)
    assert refused(ledger, tmp_path, ledger.txids[0]) == "api.proof_not_valid"


def test_a_log_of_another_ledger_makes_no_bundle(ledger: Blocks, tmp_path: Path) -> None:
    ledger.write(ledger.txids[0], env=b"another envelope")
    ledger.publish(cosigned=False)
    assert refused(ledger, tmp_path, ledger.txids[0]) == "api.proof_disagrees"


def test_settings_say_whether_there_are_proofs_and_who_signs(ledger: Blocks, tmp_path: Path) -> None:
    port = cast("Ledger", ledger)
    assert prover_of(port, ApiSettings()) is None
    key = tmp_path / "issuer.key"
    key.write_text("PRIVATE+KEY+nonsense")
    with pytest.raises(FormatError, match=r"key\.form"):
        prover_of(port, ApiSettings(log_folder=tmp_path, issuer_key_file=key))
    made = prover_of(port, ApiSettings(log_folder=tmp_path, anchors_file=tmp_path / "none.json"))
    assert made is not None
    assert made.anchors() is None
