"""A follower's log, witnesses and replay auditors together: quorums, bundles, snapshots, dissent and forks."""

import asyncio
import dataclasses
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from tanhui.network.protocol.envelopes import parse_envelope
from tanhui.node.follower import AuditLog, Follower, Replay
from tanhui.node.follower.folder import LOG_KEY, Audited, AuditFolder, Basis
from tanhui.node.follower.own_copy import OwnCopy
from tanhui.node.follower.snapshot import load_snapshot, write_snapshot
from tanhui.node.node import Node
from tanhui.node.witness.application import WitnessApplication
from tanhui.node.witness.collect import Collector
from tanhui.node.witness.gossip import compare_checkpoints
from tanhui.node.witness.policy_file import parse_policy
from tanhui.node.witness.replay_auditor import NotReplayedError, ReplayAuditor
from tanhui.proofs import checkpoints, effects, gossip, keys, leaf, merkle, notes
from tanhui.proofs.anchors import Anchors, LogKey
from tanhui.proofs.checkpoints import Checkpoint
from tanhui.proofs.effects.credits import CreditsTransferred
from tanhui.proofs.errors import FormatError, ProofError, SignatureError
from tanhui.proofs.keys import KeyType, NoteSigner
from tanhui.proofs.log_reader import LogReader, folder
from tanhui.proofs.making import NotInLogError
from tanhui.proofs.notes import Note
from tanhui.proofs.policy import Quorum
from tanhui.proofs.tree import Tree
from tanhui.proofs.verdicts import Insufficient, Invalid, ValidAsOf
from tanhui.proofs.verify import verify
from tanhui.proofs.witness import AddCheckpoint, Witness, WitnessRefusal
from tests.support.auditor import ORIGIN, QUICK, SMALL, auditor, genesis_hash, log_signer, source
from tests.support.kv_node import gateway, kv_node
from tests.support.witnesses import served

TRANSFERRED = CreditsTransferred(
    "91510100MA61RLKF4L",
    "91220100MA0Y1A2B3C",
    (effects.SerialRange("510000-P-M-0001-2025-1", 1, 200),),
    200,
    "t1",
)
DOCUMENT = effects.encode([TRANSFERRED])


def cosigner(name: str) -> NoteSigner:
    return keys.signer_from_seed(name, KeyType.COSIGNATURE, sha256(name.encode()).digest())


WITNESS, OTHER, AUDITOR = (cosigner(f"{name}.example") for name in ("witness", "other", "auditor"))
LOG = log_signer()


def anchors_of(genesis: bytes, witnesses: int = 1, auditors: int = 1) -> Anchors:
    return Anchors(
        number=1,
        network="样例",
        channel="credits",
        genesis=genesis,
        origin=ORIGIN,
        logs=(LogKey(LOG.key),),
        witnesses=Quorum(witnesses, (WITNESS.key, OTHER.key)),
        auditors=Quorum(auditors, (AUDITOR.key,)),
    )


def policy(**urls: str) -> bytes:
    def group(*names: str) -> dict[str, object]:
        members = [{"url": urls[name], "key": cosigner(f"{name}.example").key.vkey} for name in names]
        return {"threshold": "1", "members": members}

    parts = {
        "format": "tanhui-cosigners/v1",
        "witnesses": group("witness", "other"),
        "auditors": group("auditor"),
    }
    return json.dumps(parts).encode()


def keep(data: Path, genesis: bytes, basis: Basis | None = None) -> AuditFolder:
    """An auditor's folder with the test's log key."""
    kept = AuditFolder(data)
    kept.write(Audited(genesis, "kv", ORIGIN, basis or Basis()))
    kept.keys.mkdir()
    seed = sha256(ORIGIN.encode()).digest()
    (kept.keys / LOG_KEY).write_text(keys.secret_text(LOG.key, seed))
    return kept


async def transact(node: Node) -> str:
    """One transaction with effects among others; its id."""
    async with gateway(node) as client:
        contract = client.network("credits").contract("kv")
        for number in range(3):
            await contract.submit_transaction("put", f"k{number}", "v")
        await contract.submit_transaction("put", "t1", DOCUMENT.decode(), "tanhui.v1")
    last = node.channel.ledger.block(node.channel.ledger.height - 1)
    return parse_envelope(last.data.data[0]).transaction_id


async def follow(
    node: Node, replay: Replay, log: AuditLog, data: Path, collect: Collector | None = None
) -> None:
    on_published = None if collect is None else collect.collect
    follower = Follower(
        replay, log, source(node), evidence=data / "evidence", settings=QUICK, on_published=on_published
    )
    await follower.run(once=True)


def witness_application(data: Path, signer: NoteSigner) -> WitnessApplication:
    return WitnessApplication(Witness(data, signer, {ORIGIN: [LOG.key]}), (ORIGIN,))


World = Callable[[Node, str, Path], None]


def cosigned_world(tmp_path: Path, check: World) -> None:
    """A log that one of two witnesses and a replay auditor cosigned; one witness is away."""

    async def run() -> None:
        async with kv_node(tmp_path / "node") as node:
            txid = await transact(node)
            genesis = genesis_hash(node)
            kept = keep(tmp_path / "auditor", genesis)
            keep(tmp_path / "log", genesis)
            with auditor(tmp_path / "auditor", genesis) as (replay, log):
                await follow(node, replay, log, tmp_path / "auditor")
            vouching = ReplayAuditor(
                Witness(tmp_path / "auditor" / "state", AUDITOR, {ORIGIN: [LOG.key]}),
                kept,
                {ORIGIN: [LOG.key]},
            )
            with (
                served(witness_application(tmp_path / "w1", WITNESS)) as one,
                served(WitnessApplication(vouching, (ORIGIN,))) as two,
                auditor(tmp_path / "log", genesis) as (replay, log),
            ):
                asked = parse_policy(policy(witness=one, auditor=two, other="http://127.0.0.1:9"))
                await follow(node, replay, log, tmp_path / "log", Collector(log, asked))
            await asyncio.to_thread(check, node, txid, tmp_path)

    asyncio.run(run())


def parts(data: Path) -> tuple[Note, LogReader]:
    note = notes.parse((data / "log" / "checkpoint").read_bytes())
    return note, LogReader(folder(data / "log"), checkpoints.parse(note.text).size)


def test_a_bundle_from_the_auditors_own_copy_verifies(tmp_path: Path) -> None:
    def check(node: Node, txid: str, root: Path) -> None:
        genesis = genesis_hash(node)
        # The ledger is open, as a running follower has it: the copy is read beside it.
        with Replay.open(root / "log" / "ledger", genesis, "kv", options=SMALL):
            copy = OwnCopy(AuditFolder(root / "log"))

            def bundle(txid: str, effect: int | None = None) -> bytes:
                return copy.bundle(txid, effect=effect)

            verdict = verify(bundle(txid, 0), anchors_of(genesis), expect="credits.transferred")
            assert isinstance(verdict, ValidAsOf), verdict
            assert (verdict.leaf.txid, verdict.size) == (txid, copy.reader.size)
            assert isinstance(verify(bundle(txid), anchors_of(genesis)), ValidAsOf)
            # One witness was away: whoever asks for both is told so.
            assert isinstance(verify(bundle(txid), anchors_of(genesis, witnesses=2)), Insufficient)
            assert isinstance(verify(bundle(txid), anchors_of(bytes(32))), Invalid)
            with pytest.raises(FormatError, match=r"effect 1 of 1"):
                bundle(txid, 1)
            with pytest.raises(NotInLogError):
                bundle("00" * 32)

    cosigned_world(tmp_path, check)


def test_an_auditor_from_a_snapshot_derives_the_same_root_and_says_so(tmp_path: Path) -> None:
    def check(node: Node, _: str, root: Path) -> None:
        note, reader = parts(root / "log")
        genesis = genesis_hash(node)
        snapshot = root / "snapshot"
        with Replay.open(root / "log" / "ledger", genesis, "kv", options=SMALL) as replay:
            write_snapshot(snapshot, replay.ledger, reader, note, genesis)

        def load(name: str, trusted: Anchors, pinned: bytes = genesis) -> Basis:
            return load_snapshot(
                snapshot, root / name / "ledger", trusted, genesis=pinned, chaincode="kv", options=SMALL
            )

        (root / "late").mkdir()
        basis = load("late", anchors_of(genesis))
        assert (basis.size, basis.root) == (reader.size, reader.root().hex())
        assert AUDITOR.key.vkey in basis.describe()
        with auditor(root / "late", genesis) as (replay, log):
            log.catch_up(replay)
            assert (log.size, log.root()) == (reader.size, reader.root())
            log.publish()
        late = keep(root / "late", genesis, basis)
        assert late.read() == Audited(genesis, "kv", ORIGIN, basis)
        with pytest.raises(NotReplayedError, match="began from a snapshot"):
            ReplayAuditor(Witness(root / "s", AUDITOR, {}), late, {})

        # Nobody's word, a stranger's genesis, and every damaged byte that says something.
        stranger = dataclasses.replace(anchors_of(genesis), auditors=Quorum(1, (cosigner("x.example").key,)))
        with pytest.raises(SignatureError, match="0 of 1 auditors"):
            load("a", stranger)
        with pytest.raises(ProofError, match="genesis"):
            load("a", anchors_of(bytes(32)), bytes(32))
        whole = snapshot.read_bytes()
        for damaged, reason in (
            (whole[:-1], "truncated"),
            (whole + b"\x00", "trailing"),
            (whole.replace(b"\x02k1", b"\x02k9"), "data_hash"),
        ):
            snapshot.write_bytes(damaged)
            with pytest.raises(Exception, match=reason):
                load("a", anchors_of(genesis))
            assert not (root / "a" / "ledger").exists()

    cosigned_world(tmp_path, check)


def test_a_replay_auditor_does_not_vouch_for_another_root(tmp_path: Path) -> None:
    """A log that rewrote one leaf: its own signature stands on it, and the auditor keeps it beside his."""

    def check(node: Node, _: str, root: Path) -> None:
        note, reader = parts(root / "log")
        entries = list(reader.entries())
        told = leaf.parse(entries[2])
        lie = leaf.Leaf(
            **{name: getattr(told, name) for name in told.__slots__}
            | {"code": 11, "events": effects.NO_EVENTS}
        )
        tree = Tree(merkle.leaf_hash(one) for one in [*entries[:2], lie.encode(), *entries[3:]])
        text = Checkpoint(ORIGIN, reader.size, tree.root()).text()
        forged = Note(text, (notes.signature(text, LOG),))
        data = AuditFolder(root / "auditor")
        vouching = ReplayAuditor(
            Witness(root / "fresh", AUDITOR, {ORIGIN: [LOG.key]}), data, {ORIGIN: [LOG.key]}
        )
        with pytest.raises(WitnessRefusal, match="root") as refusal:
            vouching.add_checkpoint(AddCheckpoint(0, (), forged), 1)
        assert refusal.value.status == 422
        (kept,) = data.evidence.glob("dissent-*.json")
        assert json.loads(kept.read_bytes())["log"].encode() == forged.encode()
        beyond = Checkpoint(ORIGIN, reader.size + 1, bytes(32)).text()
        with pytest.raises(WitnessRefusal, match="replayed") as refusal:
            vouching.add_checkpoint(AddCheckpoint(0, (), Note(beyond, (notes.signature(beyond, LOG),))), 1)
        assert refusal.value.status == 503
        unsigned = Note(text, (notes.signature(text, log_signer("other.example")),))
        with pytest.raises(WitnessRefusal) as refusal:
            vouching.add_checkpoint(AddCheckpoint(0, (), unsigned), 1)
        assert refusal.value.status == 403
        assert vouching.add_checkpoint(AddCheckpoint(0, (), note), 1).name == AUDITOR.key.name

        # Whoever holds both checkpoints holds evidence that anybody can check.
        evidence = compare_checkpoints(note, forged, [LOG.key])
        assert evidence is not None
        gossip.parse(evidence.encode()).check([LOG.key])
        small = Checkpoint(ORIGIN, 4, tree.root(4)).text()
        older = Note(small, (notes.signature(small, LOG),))
        with pytest.raises(FormatError, match="files"):
            compare_checkpoints(older, note, [LOG.key])
        forked = compare_checkpoints(older, note, [LOG.key], folder(root / "log" / "log"))
        assert forked is not None
        gossip.parse(forked.encode()).check([LOG.key])
        true = Checkpoint(ORIGIN, 2, tree.root(2)).text()
        agreeing = Note(true, (notes.signature(true, LOG),))
        assert compare_checkpoints(agreeing, note, [LOG.key], folder(root / "log" / "log")) is None

    cosigned_world(tmp_path, check)


def test_a_ledger_that_nobody_accounts_for_is_not_taken_up(tmp_path: Path) -> None:
    """A snapshot that was loaded when the process ended, before it was noted where the verdicts come from."""
    (tmp_path / "ledger").mkdir()
    with pytest.raises(FormatError, match="remove it"):
        keep(tmp_path, bytes(32))


def test_a_log_that_was_rolled_back_gets_no_cosignature(tmp_path: Path) -> None:
    witness = Witness(tmp_path / "w", WITNESS, {ORIGIN: [LOG.key]})
    tree = Tree(merkle.leaf_hash(b"%d" % n) for n in range(8))

    def signed(size: int) -> Note:
        text = Checkpoint(ORIGIN, size, tree.root(size)).text()
        return Note(text, (notes.signature(text, LOG),))

    witness.add_checkpoint(AddCheckpoint(0, (), signed(8)), 1)
    with pytest.raises(WitnessRefusal) as refusal:
        witness.add_checkpoint(AddCheckpoint(0, (), signed(5)), 2)
    assert (refusal.value.status, refusal.value.size) == (409, 8)


@pytest.mark.parametrize(
    "edit",
    [
        lambda value: value | {"format": "x"},
        lambda value: value | {"witnesses": {"threshold": "3", "members": value["witnesses"]["members"]}},
        lambda value: value | {"auditors": value["witnesses"]},
        lambda value: (
            value | {"auditors": {"threshold": "1", "members": [{"url": "ftp://x", "key": AUDITOR.key.vkey}]}}
        ),
        lambda value: (
            value | {"auditors": {"threshold": "1", "members": [{"url": "http://x", "key": LOG.key.vkey}]}}
        ),
    ],
)
def test_policy_files_are_strict(edit: Callable[[dict[str, dict[str, object]]], object]) -> None:
    good = policy(witness="http://a", other="http://b", auditor="https://c/auditor")
    assert len(parse_policy(good).members) == 3
    with pytest.raises(FormatError):
        parse_policy(json.dumps(edit(json.loads(good))).encode())
