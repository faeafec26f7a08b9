"""Witnesses, evidence of forks, and how trust anchors change: the cases that one bundle alone cannot show."""

from dataclasses import replace
from pathlib import Path

import pytest

from tanhui.proofs import anchors, gossip, merkle, notes, rotation, witness
from tanhui.proofs.anchors import LogKey
from tanhui.proofs.checkpoints import Checkpoint
from tanhui.proofs.errors import FormatError, ProofError, SignatureError
from tanhui.proofs.notes import Note
from tanhui.proofs.policy import Quorum
from tanhui.proofs.verdicts import Invalid, ValidAsOf
from tanhui.proofs.verify import verify
from tanhui.proofs.witness import AddCheckpoint, Witness, WitnessRefusal
from tests.support import proof_world as w


def signed(size: int, root: bytes | None = None, origin: str = w.ORIGIN) -> Note:
    return Checkpoint(origin, size, w.tree().root(size) if root is None else root).sign(w.LOG)


def request(old: int, new: int) -> AddCheckpoint:
    return AddCheckpoint(old, tuple(w.tree().consistency_proof(old, new)), signed(new))


@pytest.fixture
def one(tmp_path: Path) -> Witness:
    return Witness(tmp_path, w.WITNESSES[0], {w.ORIGIN: [w.LOG.key]})


def refused(one: Witness, what: AddCheckpoint) -> WitnessRefusal:
    with pytest.raises(WitnessRefusal) as refusal:
        one.add_checkpoint(what, w.TIME)
    return refusal.value


def test_a_witness_cosigns_growth_and_remembers_across_a_restart(one: Witness, tmp_path: Path) -> None:
    for old, new in ((0, 7), (7, 13), (13, 13), (13, 21)):
        asked = request(old, new)
        line = one.add_checkpoint(asked, w.TIME)
        verified = notes.verify(asked.checkpoint.with_signatures((line,)), [w.WITNESSES[0].key])
        assert verified[0].time == w.TIME
    again = Witness(tmp_path, w.WITNESSES[0], {w.ORIGIN: [w.LOG.key]})
    assert again.latest(w.ORIGIN).size == 21
    assert refused(again, request(13, 21)).status == 409


def test_a_rollback_is_refused_with_the_size_last_seen(one: Witness) -> None:
    one.add_checkpoint(request(0, 13), w.TIME)
    answer = refused(one, request(0, 7))
    assert (answer.status, answer.size) == (409, 13)
    assert refused(one, AddCheckpoint(13, (), signed(7))).status == 400


def test_a_fork_is_refused(one: Witness) -> None:
    one.add_checkpoint(request(0, 13), w.TIME)
    fork = AddCheckpoint(13, tuple(w.tree().consistency_proof(13, 21)), signed(21, merkle.leaf_hash(b"fork")))
    assert refused(one, fork).status == 422
    assert refused(one, AddCheckpoint(13, (), signed(13, merkle.leaf_hash(b"fork")))).status == 422
    assert one.latest(w.ORIGIN).size == 13


def test_unknown_logs_and_bad_signatures_are_refused(one: Witness) -> None:
    assert refused(one, AddCheckpoint(0, (), signed(7, origin="registry.example/other"))).status == 404
    good = signed(7)
    forged = Note(good.text, (replace(good.signatures[0], signature=bytes(64)),))
    assert refused(one, AddCheckpoint(0, (), forged)).status == 403
    assert (
        refused(
            one, AddCheckpoint(0, (), Note(good.text, (notes.signature(good.text, w.KEEPERS[0]),)))
        ).status
        == 403
    )


def test_nothing_is_signed_when_the_state_cannot_be_written(
    one: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(witness.os, "fsync", full)  # type: ignore[attr-defined]
        with pytest.raises(OSError, match="No space left"):
            one.add_checkpoint(request(0, 7), w.TIME)
    assert one.latest(w.ORIGIN).size == 0


def test_an_edited_state_stops_the_witness(one: Witness, tmp_path: Path) -> None:
    one.add_checkpoint(request(0, 13), w.TIME)
    state = next(tmp_path.iterdir())
    state.write_bytes(state.read_bytes().replace(b"\n13\n", b"\n12\n"))
    with pytest.raises(SignatureError):
        one.add_checkpoint(request(13, 21), w.TIME)


def test_a_request_reads_back_and_a_malformed_one_is_refused() -> None:
    asked = request(7, 13)
    assert witness.parse_request(asked.encode()) == asked
    assert witness.parse_request(AddCheckpoint(0, (), signed(7)).encode()).proof == ()
    for bad in (
        b"",
        b"old 07\n\n",
        b"new 1\n\n" + signed(7).encode(),
        b"old 1\n" + b"AA==\n" * 64 + b"\n" + signed(7).encode(),
    ):
        with pytest.raises(WitnessRefusal) as refusal:
            witness.parse_request(bad)
        assert refusal.value.status == 400


def test_two_roots_at_one_size_are_evidence_that_convicts_the_log() -> None:
    honest, fork = signed(13), signed(13, merkle.leaf_hash(b"fork"))
    evidence = gossip.compare(honest, fork, [w.LOG.key])
    assert evidence is not None
    gossip.parse(evidence.encode()).check([w.LOG.key])
    assert gossip.compare(honest, honest, [w.LOG.key]) is None
    with pytest.raises(SignatureError):
        evidence.check([w.KEEPERS[0].key])


def test_a_smaller_tree_that_is_no_prefix_is_evidence_too() -> None:
    tree = w.tree()
    older, newer = signed(13, merkle.leaf_hash(b"fork")), signed(21)
    evidence = gossip.convict(older, newer, tree.root(13), tree.consistency_proof(13, 21))
    assert evidence is not None
    gossip.parse(evidence.encode()).check([w.LOG.key])
    assert gossip.convict(signed(13), newer, tree.root(13), tree.consistency_proof(13, 21)) is None


def test_no_evidence_can_be_made_up_against_an_honest_log() -> None:
    tree = w.tree()
    older, newer = signed(13), signed(21)
    for made_up in (
        gossip.ForkEvidence(older, newer, tree.root(13), tuple(tree.consistency_proof(13, 21))),
        gossip.ForkEvidence(older, newer, merkle.leaf_hash(b"x"), tuple(tree.consistency_proof(13, 21))),
        gossip.ForkEvidence(older, older),
        gossip.ForkEvidence(newer, older),
    ):
        with pytest.raises(ProofError):
            made_up.check([w.LOG.key])


def test_the_anchors_file_reads_back_and_refuses_what_contradicts_itself() -> None:
    data = w.ANCHORS.file()
    assert anchors.parse(data) == w.ANCHORS
    assert anchors.parse(data.replace(b"\n", b"\r\n")).fingerprint() == w.ANCHORS.fingerprint()
    with pytest.raises(FormatError, match=r"anchors\.duplicate"):
        replace(w.ANCHORS, witnesses=w.quorum(1, w.AUDITORS))
    alias = replace(w.WITNESSES[0].key, name="witness.example/alias")
    with pytest.raises(FormatError, match=r"quorum\.duplicate"):
        Quorum(2, (w.WITNESSES[0].key, alias))
    with pytest.raises(FormatError, match=r"anchors\.key_type"):
        replace(w.ANCHORS, witnesses=w.quorum(1, [w.signer("x", w.ED25519)]))
    with pytest.raises(FormatError, match=r"quorum\.threshold"):
        w.quorum(4, w.WITNESSES)
    with pytest.raises(FormatError, match=r"json\.duplicate"):
        anchors.parse(data.replace(b'"number": "1"', b'"number": "1", "number": "2"'))


NEW_LOG = w.signer("registry.example/credits-2", w.ED25519)


def rotated(**changes: object) -> anchors.Anchors:
    return replace(w.ANCHORS, number=2, **changes)  # type: ignore[arg-type]


def test_keepers_of_both_files_replace_the_anchors() -> None:
    new = rotated(logs=(LogKey(w.LOG.key, until=30), LogKey(NEW_LOG.key, since=20)))
    approval = rotation.approve(w.ANCHORS, new, w.KEEPERS[:2]).encode()
    assert rotation.accept(w.ANCHORS, new, approval) == new


def test_a_thief_of_every_working_key_cannot_replace_the_anchors() -> None:
    thief = w.signer("thief", w.ED25519)
    new = rotated(keepers=w.quorum(1, [thief]))
    for signers in ([thief], [thief, w.LOG], [thief, w.KEEPERS[0]]):
        with pytest.raises(SignatureError):
            rotation.accept(w.ANCHORS, new, rotation.approve(w.ANCHORS, new, signers).encode())


def test_new_keepers_must_sign_too() -> None:
    fresh = [w.signer(f"keeper.example/new{n}", w.ED25519) for n in (1, 2)]
    new = rotated(keepers=w.quorum(2, fresh))
    with pytest.raises(SignatureError, match="0 of 2 new keepers signed"):
        rotation.accept(w.ANCHORS, new, rotation.approve(w.ANCHORS, new, w.KEEPERS[:2]).encode())
    both = rotation.approve(w.ANCHORS, new, [*w.KEEPERS[:2], *fresh])
    assert rotation.accept(w.ANCHORS, new, both.encode()) == new


def test_an_approval_is_for_one_pair_of_files() -> None:
    new, other = rotated(network="a"), rotated(network="b")
    approval = rotation.approve(w.ANCHORS, new, w.KEEPERS[:2]).encode()
    with pytest.raises(SignatureError, match=r"rotation\.statement"):
        rotation.accept(w.ANCHORS, other, approval)
    with pytest.raises(FormatError, match=r"rotation\.number"):
        rotation.statement(w.ANCHORS, replace(new, number=3))
    with pytest.raises(FormatError, match=r"rotation\.ledger"):
        rotation.statement(w.ANCHORS, rotated(genesis=bytes(32)))


def test_a_stolen_log_key_is_closed_at_the_size_that_auditors_vouch_for() -> None:
    bundle = w.inclusion().encode()
    closed_later = rotated(logs=(LogKey(w.LOG.key, until=w.SIZE), LogKey(NEW_LOG.key, since=w.SIZE)))
    assert isinstance(verify(bundle, closed_later), ValidAsOf)
    closed_before = rotated(logs=(LogKey(w.LOG.key, until=w.SIZE - 1), LogKey(NEW_LOG.key, since=w.SIZE)))
    assert verify(bundle, closed_before) == Invalid(
        "log.key_span", f"the log's key does not hold at size {w.SIZE}"
    )


def test_in_the_overlap_either_key_of_the_log_suffices() -> None:
    overlap = rotated(logs=(LogKey(w.LOG.key), LogKey(NEW_LOG.key)))
    checkpoint = w.cosigned(log=NEW_LOG)
    bundle = replace(w.inclusion(), proof=replace(w.proof(9), checkpoint=checkpoint))
    assert isinstance(verify(bundle.encode(), overlap), ValidAsOf)
    assert isinstance(verify(w.inclusion().encode(), overlap), ValidAsOf)


def test_a_frontier_lets_a_second_auditor_go_on_from_a_snapshot() -> None:
    first = w.tree(13).frontier()
    second = first.copy()
    for leaf in w.LEAVES[13:]:
        second.append(leaf.hash())
    assert second.root() == w.tree().root()
    assert first.size == 13
