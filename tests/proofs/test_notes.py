"""Signed notes, checkpoints, inclusion proofs as text: the one accepted form of each."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.proofs import canonical, checkpoints, keys, leaf, merkle, notes, tlog_proof
from tanhui.proofs.checkpoints import Checkpoint
from tanhui.proofs.errors import FormatError, ProofError, SignatureError
from tanhui.proofs.leaf import Leaf
from tests.support import proof_world as w

CHECKPOINT = w.cosigned()
DATA = CHECKPOINT.encode()


def test_the_text_ends_at_the_last_blank_line() -> None:
    text = b"a\n\nb\n"
    signed = notes.Note(text, (notes.signature(text, w.LOG),)).encode()
    note, _ = notes.open_note(signed, [w.LOG.key])
    assert note.text == text


def test_a_known_key_that_fails_rejects_the_note_whatever_else_signed() -> None:
    bad = notes.NoteSignature(w.WITNESSES[0].key.name, w.WITNESSES[0].key.key_id, bytes(72))
    note = notes.Note(CHECKPOINT.text, (*CHECKPOINT.signatures, bad))
    with pytest.raises(SignatureError, match=r"note\.signature: the signature of witness\.example/w1"):
        notes.verify(note, [w.LOG.key, w.WITNESSES[0].key])


def test_unknown_keys_are_ignored_even_with_a_known_name_or_a_known_id() -> None:
    same_name = notes.NoteSignature(w.LOG.key.name, b"\0\0\0\1", b"x" * 64)
    same_id = notes.NoteSignature("other.example", w.LOG.key.key_id, b"x" * 64)
    note = notes.Note(CHECKPOINT.text, (same_name, same_id, *CHECKPOINT.signatures))
    assert [one.key for one in notes.verify(note, [w.LOG.key])] == [w.LOG.key]
    with pytest.raises(SignatureError, match=r"note\.unknown"):
        notes.verify(notes.Note(CHECKPOINT.text, (same_name, same_id)), [w.LOG.key])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"text\n", "note.unsigned"),
        (b"text\n\n", "note.signature_line"),
        (b"text\n\n- name AAAAAAA=\n", "note.signature_line"),
        ("text\n\n— name AAAAAAA=".encode(), "note.signature_line"),
        ("text\n\n— name AAAAAA==\n".encode(), "note.signature_line"),
        ("text\n\n— na+me AAAAAAA=\n".encode(), "key.name"),
        ("text\n\n— na\u3000me AAAAAAA=\n".encode(), "key.name"),
        ("text\n\n— name AAAAAAB=\n".encode(), "base64.form"),
        ("te\txt\n\n— name AAAAAAA=\n".encode(), "note.control"),
        (b"te\xff\n\n", "note.utf8"),
        (b"x" * (notes.NOTE_BYTES_MAX + 1), "note.too_long"),
        (b"text\n\n" + "— name AAAAAAA=\n".encode() * 65, "note.signatures"),
    ],
)
def test_a_malformed_note_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(FormatError) as refusal:
        notes.parse(data)
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    "text",
    [
        b"o\n1\n",
        b"o\n01\nAA==\n",
        b"o\n1\n\nAA==\n",
        b"o\n-1\n" + DATA.split(b"\n")[2] + b"\n",
        b"o\n1\nAA==\n",
        b"\n1\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text: bytes) -> None:
    with pytest.raises(FormatError):
        checkpoints.parse(text)


def test_size_0_has_the_empty_root() -> None:
    assert checkpoints.parse(Checkpoint("o", 0, merkle.EMPTY_ROOT).text()).size == 0
    with pytest.raises(FormatError, match="an empty log with root"):
        Checkpoint("o", 0, bytes(32))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"c2sp.org/tlog-proof@v1", b"c2sp.org/tlog-proof@v2", "tlog_proof.header"),
        (b"index 9", b"index 09", "decimal.form"),
        (b"index 9\n", b"", "tlog_proof.index"),
        (b"index 9\n", b"index 9\n\n", "note.unsigned"),
        (b"index 9\n", b"extra AB==\nindex 9\n", "base64.form"),
    ],
)
def test_a_malformed_proof_is_refused(old: bytes, new: bytes, reason: str) -> None:
    data = w.proof(9).encode()
    if reason == "note.unsigned":
        data = data.split(b"\n\n")[0] + b"\n\n" + b"origin\n"
        old = new = b""
    with pytest.raises(ProofError) as refusal:
        tlog_proof.parse(data.replace(old, new) if old else data)
    assert refusal.value.reason == reason


def test_a_proof_with_extra_data_reads_back() -> None:
    proof = tlog_proof.TlogProof(9, w.proof(9).hashes, CHECKPOINT, b"context")
    assert tlog_proof.parse(proof.encode()) == proof
    assert proof.check_inclusion(w.LEAVES[9].hash()).size == w.SIZE


def test_a_leaf_reads_back_and_only_from_its_one_form() -> None:
    for one in w.LEAVES:
        assert leaf.parse(one.encode()) == one
    for old, new in (
        (b'"v":"1"', b'"v":"2"'),
        (b'"code":"0"', b'"code":"00"'),
        (b'"code":"0"', b'"code":"256"'),
    ):
        with pytest.raises(FormatError):
            leaf.parse(w.LEAVES[9].encode().replace(old, new))
    with pytest.raises(FormatError, match=r"leaf\.events"):
        replace(w.LEAVES[9], code=11)


def test_a_key_that_does_not_match_its_id_is_refused() -> None:
    vkey = w.LOG.key.vkey
    with pytest.raises(FormatError, match=r"key\.id"):
        keys.parse_vkey(vkey.replace(w.LOG.key.key_id.hex(), "00000000"))
    with pytest.raises(FormatError, match=r"key\.form"):
        keys.parse_vkey("name only")


@given(
    st.text(min_size=1, max_size=20).filter(lambda one: one.isprintable()),
    st.integers(0, 2**63 - 1),
    st.integers(0, 255),
    st.binary(min_size=32, max_size=32),
)
def test_a_leaf_is_the_canonical_json_of_its_members(
    channel: str, number: int, code: int, some: bytes
) -> None:
    """It is written by hand, for speed."""
    for made in (
        Leaf(some, channel, number, number, some, some.hex(), some, 0, some, some),
        Leaf(some, channel, number, 0, some, "", some, code or 1, b""),
    ):
        assert made.encode() == canonical.encode(made.to_json())
