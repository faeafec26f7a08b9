"""The published bundle vectors, made from fixed seeds: `python -m tests.support.proof_vectors` writes them.

Each case is what one verifier must answer to one bundle; docs and format stand in tests/vectors/README.md.
"""

import json
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any

from tanhui.proofs import anchors, canonical, certificate, data_integrity, effects, notes
from tanhui.proofs.anchors import LogKey
from tanhui.proofs.bundles import Bundle
from tanhui.proofs.checkpoints import Checkpoint
from tanhui.proofs.ed25519 import MemorySigner
from tanhui.proofs.keys import signer_from_seed
from tanhui.proofs.merkle import EMPTY_ROOT, leaf_hash
from tanhui.proofs.notes import Note, NoteSignature
from tests.support import proof_attacks
from tests.support import proof_world as w
from tests.support.proof_cases import (
    CASES,
    Case,
    case,
    edited,
    flip,
    insufficient,
    invalid,
    saved,
    swapped,
    valid,
    with_checkpoint,
)

FILE = Path(__file__).parents[1] / "vectors" / "bundles.json"


for _name, _build in w.BUNDLES.items():
    CASES[f"valid_{_name}"] = lambda build=_build: valid(build())  # type: ignore[misc]

for _field in ("header", "env", "commit", "events", "txid"):

    def _flipped(name: str = _field) -> Case:
        leaf = json.loads(w.LEAVES[9].encode())
        return invalid(
            edited(w.inclusion(), lambda v: v["leaf"].update({name: flip(leaf[name])})), "merkle.root"
        )

    CASES[f"flipped_byte_in_leaf_{_field}"] = _flipped


@case
def changed_block_number() -> Case:
    return invalid(edited(w.inclusion(), lambda v: v["leaf"].update(block="4")), "merkle.root")


@case
def code_is_not_0() -> Case:
    return invalid(Bundle("inclusion", w.LEAVES[w.INVALID_AT], w.proof(w.INVALID_AT)), "leaf.code")


@case
def code_edited_to_valid() -> Case:
    leaf = replace(w.LEAVES[w.INVALID_AT], code=0)
    return invalid(Bundle("inclusion", leaf, w.proof(w.INVALID_AT)), "merkle.root")


@case
def wrong_genesis() -> Case:
    return invalid(w.inclusion(), "leaf.genesis", replace(w.ANCHORS, genesis=bytes(32)))


@case
def wrong_channel() -> Case:
    return invalid(w.inclusion(), "leaf.channel", replace(w.ANCHORS, channel="points"))


@case
def wrong_log_key() -> Case:
    other = signer_from_seed(w.ORIGIN, w.ED25519, w.seed("thief"))
    return invalid(with_checkpoint(w.inclusion(), w.cosigned(log=other)), "log.unsigned")


@case
def log_signature_by_unknown_keys_only() -> Case:
    other = signer_from_seed(w.ORIGIN, w.ED25519, w.seed("thief"))
    checkpoint = w.cosigned(log=other, witnesses=(), auditors=())
    return invalid(with_checkpoint(w.inclusion(), checkpoint), "note.unknown")


@case
def forged_signature_under_the_log_keys_id() -> Case:
    thief = MemorySigner(w.seed("thief"))
    good = w.cosigned()
    forged = NoteSignature(w.ORIGIN, w.LOG.key.key_id, thief.sign(good.text))
    return invalid(
        with_checkpoint(w.inclusion(), Note(good.text, (forged, *good.signatures[1:]))), "note.signature"
    )


@case
def witness_key_under_a_second_name() -> Case:
    alias = signer_from_seed("witness.example/w2", w.COSIGNATURE, w.seed(w.WITNESSES[0].key.name))
    checkpoint = w.cosigned(witnesses=[w.WITNESSES[0], alias])
    return insufficient(with_checkpoint(w.inclusion(), checkpoint), "witnesses: 1 of 2")


@case
def one_witness_twice() -> Case:
    checkpoint = w.cosigned(witnesses=[w.WITNESSES[0], w.WITNESSES[0]])
    return insufficient(with_checkpoint(w.inclusion(), checkpoint), "witnesses: 1 of 2")


@case
def witness_quorum_minus_one() -> Case:
    return insufficient(
        with_checkpoint(w.inclusion(), w.cosigned(witnesses=w.WITNESSES[:1])), "witnesses: 1 of 2"
    )


@case
def auditor_quorum_minus_one() -> Case:
    return insufficient(
        with_checkpoint(w.inclusion(), w.cosigned(auditors=w.AUDITORS[2:])), "auditors: 1 of 2"
    )


@case
def witnesses_do_not_count_as_auditors() -> Case:
    checkpoint = w.cosigned(witnesses=w.WITNESSES, auditors=())
    return insufficient(with_checkpoint(w.inclusion(), checkpoint), "auditors: 0 of 2")


@case
def cosignature_for_another_size() -> Case:
    good, other = w.cosigned(), w.cosigned(w.SIZE - 1)
    moved = Note(good.text, (*good.signatures[:1], other.signatures[1], *good.signatures[2:]))
    return invalid(with_checkpoint(w.inclusion(), moved), "note.signature")


@case
def cosignature_for_another_origin() -> Case:
    good, other = w.cosigned(), w.cosigned(origin="registry.example/other")
    moved = Note(good.text, (*good.signatures[:1], other.signatures[1], *good.signatures[2:]))
    return invalid(with_checkpoint(w.inclusion(), moved), "note.signature")


@case
def cosignature_with_another_time() -> Case:
    good = w.cosigned()
    one = good.signatures[1]
    later = replace(one, signature=(w.TIME + 9).to_bytes(8, "big") + one.signature[8:])
    changed = Note(good.text, (good.signatures[0], later, *good.signatures[2:]))
    return invalid(with_checkpoint(w.inclusion(), changed), "note.signature")


@case
def cosignature_from_the_future() -> Case:
    return invalid(w.inclusion(), "cosignature.future", now=w.TIME - 3600)


@case
def another_logs_checkpoint() -> Case:
    return invalid(
        with_checkpoint(w.inclusion(), w.cosigned(origin="registry.example/other")), "checkpoint.origin"
    )


@case
def extension_line_in_the_checkpoint() -> Case:
    text = Checkpoint(w.ORIGIN, w.SIZE, w.tree().root(), ("extra",)).text()
    return invalid(
        with_checkpoint(w.inclusion(), Note(text, (notes.signature(text, w.LOG),))), "checkpoint.extension"
    )


@case
def stolen_log_key_beyond_its_last_size() -> Case:
    closed = replace(w.ANCHORS, logs=(LogKey(w.LOG.key, until=w.SIZE - 1),))
    return invalid(w.inclusion(), "log.key_span", closed)


@case
def stolen_log_key_without_the_quorums() -> Case:
    forged = w.cosigned(root=leaf_hash(b"forged"), witnesses=(), auditors=())
    return invalid(with_checkpoint(w.inclusion(), forged), "merkle.root")


@case
def proof_for_another_index() -> Case:
    return invalid(replace(w.inclusion(), proof=w.proof(10)), "merkle.root")


@case
def proof_with_an_extra_hash() -> Case:
    good = w.inclusion()
    longer = replace(good.proof, hashes=(*good.proof.hashes, bytes(32)))
    return invalid(replace(good, proof=longer), "merkle.proof_length")


@case
def proof_with_a_missing_hash() -> Case:
    good = w.inclusion()
    return invalid(
        replace(good, proof=replace(good.proof, hashes=good.proof.hashes[:-1])), "merkle.proof_length"
    )


@case
def proof_with_a_flipped_hash() -> Case:
    good = w.inclusion()
    return invalid(
        replace(good, proof=replace(good.proof, hashes=(bytes(32), *good.proof.hashes[1:]))), "merkle.root"
    )


@case
def index_beyond_the_tree() -> Case:
    good = w.inclusion()
    return invalid(replace(good, proof=replace(good.proof, index=w.SIZE)), "merkle.index")


@case
def size_0() -> Case:
    empty = w.cosigned(0, root=EMPTY_ROOT)
    return invalid(with_checkpoint(w.inclusion(), empty), "merkle.index")


@case
def trailing_newline() -> Case:
    return invalid(w.inclusion().encode() + b"\n", "json.not_canonical")


@case
def trailing_bytes() -> Case:
    return invalid(w.inclusion().encode() + b"x", "json.syntax")


@case
def truncated() -> Case:
    return invalid(w.inclusion().encode()[:-1], "json.syntax")


@case
def changed_amount_in_the_effects() -> Case:
    return invalid(swapped(w.transfer(), '"quantity_kg":"200"', '"quantity_kg":"201"'), "effects.hash")


@case
def changed_amount_in_the_certificate() -> Case:
    def edit(value: dict[str, Any]) -> None:
        value["certificate"]["credentialSubject"]["quantity_kg"] = "1001"

    return invalid(edited(w.retirement(), edit), "data_integrity.signature")


@case
def certificate_of_a_changed_amount_signed_by_the_registry() -> Case:
    other = replace(
        w.RETIRED, quantity_kg=1001, ranges=(effects.SerialRange("510000-P-M-0001-2025-1", 1, 1001),)
    )
    issued = certificate.issue(w.LEAVES[5], 1, other, "2026-11-21T04:00:00Z", w.ISSUER)
    return invalid(replace(w.retirement(), certificate=issued), "certificate.field")


@case
def certificate_of_another_beneficiary_signed_by_the_registry() -> Case:
    other = replace(w.RETIRED, beneficiary=effects.Party(organisation="91220100MA0Y1A2B3C"))
    issued = certificate.issue(w.LEAVES[5], 1, other, "2026-11-21T04:00:00Z", w.ISSUER)
    return invalid(replace(w.retirement(), certificate=issued), "certificate.field")


@case
def second_certificate_of_one_retirement() -> Case:
    issued = certificate.issue(w.LEAVES[5], 0, w.RETIRED, "2026-11-21T04:00:00Z", w.ISSUER)
    return invalid(replace(w.retirement(), certificate=issued), "certificate.field")


@case
def certificate_of_an_unknown_issuer() -> Case:
    issued = certificate.issue(
        w.LEAVES[5], 1, w.RETIRED, "2026-11-21T04:00:00Z", MemorySigner(w.seed("thief"))
    )
    return invalid(replace(w.retirement(), certificate=issued), "certificate.issuer")


@case
def certificate_with_an_added_field() -> Case:
    derived = certificate.derive(w.LEAVES[5], 1, w.RETIRED, w.ISSUER.public_key)
    issued = data_integrity.add_proof({**derived, "name": "gold"}, "2026-11-21T04:00:00Z", w.ISSUER)
    return invalid(replace(w.retirement(), certificate=issued), "certificate.field")


@case
def retirement_about_a_transfer() -> Case:
    return invalid(replace(w.retirement(), effect=0, openings=()), "bundle.effect_kind")


@case
def transfer_about_a_retirement() -> Case:
    bundle = Bundle("transfer", w.LEAVES[5], w.proof(5), w.DOCUMENTS[5], 1)
    return invalid(bundle, "bundle.effect_kind")


@case
def proof_of_one_kind_used_for_another() -> Case:
    return invalid(w.transfer(), "bundle.effect_kind", expect="recognition.finalized")


@case
def effect_that_does_not_exist() -> Case:
    return invalid(replace(w.transfer(), effect=1), "bundle.effect")


@case
def effects_of_another_transaction() -> Case:
    return invalid(replace(w.inclusion(), effects=w.DOCUMENTS[5]), "effects.hash")


@case
def opening_with_another_salt() -> Case:
    one = w.retirement().openings[0]
    other = replace(one, opening=effects.Opening(effects.salt_at(w.CLIENT_SALT, 1), w.PERSON))
    return invalid(replace(w.retirement(), openings=(other,)), "commitment.mismatch")


@case
def opening_to_another_name() -> Case:
    one = w.retirement().openings[0]
    other = replace(one, opening=effects.Opening(one.opening.salt, "李四"))
    return invalid(replace(w.retirement(), openings=(other,)), "commitment.mismatch")


@case
def opening_of_no_commitment() -> Case:
    one = replace(w.retirement().openings[0], field="holder")
    return invalid(replace(w.retirement(), openings=(one,)), "opening.field")


@case
def record_at_another_position() -> Case:
    record = w.own_record().record
    assert record is not None
    return invalid(replace(w.own_record(), record=replace(record, position=4)), "merkle.root")


@case
def record_with_a_changed_byte() -> Case:
    record = w.own_record().record
    assert record is not None
    changed = replace(record, record=bytes((record.record[0] ^ 1,)) + record.record[1:], opening=None)
    return invalid(replace(w.own_record(), record=changed), "merkle.root")


@case
def record_that_is_an_inner_node() -> Case:
    record = w.own_record().record
    assert record is not None
    node = replace(record, record=bytes(64), opening=None)
    return invalid(replace(w.own_record(), record=node), "record.width")


@case
def record_opened_to_another_value() -> Case:
    record = w.own_record().record
    assert record is not None
    other = replace(record, opening=effects.Opening(w.RECORD_SALT, "person 4712"))
    return invalid(replace(w.own_record(), record=other), "record.opening")


@case
def non_canonical_base64_in_the_proof() -> Case:
    text = canonical.base64(w.inclusion().proof.hashes[0])
    spare = text[:-2] + chr(ord(text[-2]) + 1) + "="
    return invalid(swapped(w.inclusion(), text, spare), "base64.form")


@case
def json_with_a_space() -> Case:
    return invalid(swapped(w.inclusion(), '"v":"1"}', '"v": "1"}'), "json.not_canonical")


@case
def json_with_keys_out_of_order() -> Case:
    data = w.inclusion().encode()
    return invalid(b'{"v":"1",' + data[1:].removesuffix(b',"v":"1"}') + b"}", "json.not_canonical")


@case
def json_with_a_needless_escape() -> Case:
    return invalid(
        swapped(w.inclusion(), '"kind":"inclusion"', '"kind":"inclusi\\u006fn"'), "json.not_canonical"
    )


@case
def json_with_a_number() -> Case:
    return invalid(swapped(w.inclusion(), '"v":"1"}', '"v":1}'), "json.number")


@case
def bundle_with_an_unknown_member() -> Case:
    return invalid(edited(w.inclusion(), lambda v: v.update(note="trust me")), "json.unknown")


@case
def openings_that_are_null() -> Case:
    """An optional member is left out, never null: found by a million mutated bundles."""
    return invalid(edited(w.retirement(), lambda v: v.update(openings=None)), "json.list")


@case
def certificate_without_its_context() -> Case:
    return invalid(
        edited(w.retirement(), lambda v: v["certificate"].pop("@context")), "data_integrity.context"
    )


@case
def certificate_without_a_proof_value() -> Case:
    return invalid(
        edited(w.retirement(), lambda v: v["certificate"]["proof"].pop("proofValue")), "data_integrity.proof"
    )


@case
def bundle_without_its_certificate() -> Case:
    return invalid(edited(w.retirement(), lambda v: v.pop("certificate")), "json.missing")


@case
def bundle_of_an_unknown_kind() -> Case:
    return invalid(edited(w.inclusion(), lambda v: v.update(kind="gift")), "bundle.kind")


@case
def bundle_of_another_version() -> Case:
    return invalid(edited(w.inclusion(), lambda v: v.update(v="2")), "bundle.version")


@case
def extra_data_in_the_proof() -> Case:
    good = w.inclusion()
    return invalid(replace(good, proof=replace(good.proof, extra=b"x")), "bundle.extra")


@case
def saved_checkpoint_of_the_same_log() -> Case:
    before = Checkpoint(w.ORIGIN, 13, w.tree().root(13))
    return valid(w.inclusion(), saved=saved(before, w.tree().consistency_proof(13)))


@case
def saved_checkpoint_of_a_fork() -> Case:
    before = Checkpoint(w.ORIGIN, 13, leaf_hash(b"fork"))
    return invalid(w.inclusion(), "merkle.old_root", saved=saved(before, w.tree().consistency_proof(13)))


@case
def saved_checkpoint_with_two_roots_at_one_size() -> Case:
    before = Checkpoint(w.ORIGIN, w.SIZE, leaf_hash(b"fork"))
    return invalid(w.inclusion(), "merkle.root", saved=saved(before, []))


@case
def rollback_behind_a_saved_checkpoint_without_proof() -> Case:
    later = Checkpoint(w.ORIGIN, 40, leaf_hash(b"later"))
    return invalid(w.inclusion(), "merkle.proof_length", saved=saved(later, []))


@case
def saved_checkpoint_of_another_log() -> Case:
    before = Checkpoint("registry.example/other", 13, w.tree().root(13))
    return invalid(w.inclusion(), "saved.origin", saved=saved(before, w.tree().consistency_proof(13)))


proof_attacks.add()


def render() -> str:
    """The vector file."""
    files: dict[bytes, str] = {w.ANCHORS.file(): "sample"}
    cases = []
    for name, build in CASES.items():
        made = build()
        key = files.setdefault(made.anchors.file(), f"for_{name}")
        one: dict[str, Any] = {"name": name, "anchors": key, "bundle": b64encode(made.bundle).decode()}
        if made.options:
            one["options"] = made.options
        cases.append({**one, "expect": made.expect})
    named = {name: json.loads(anchors.parse(data).file()) for data, name in files.items()}
    value = {"format": "tanhui-vectors/v1", "anchors": named, "cases": cases}
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(render())
