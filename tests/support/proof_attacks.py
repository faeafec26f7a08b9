"""Vectors of a patient forger: parts of valid bundles put together anew, and text that readers read differently.

Nothing here is a random mutation: every part is well formed, and most parts are genuine.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tanhui.proofs import canonical, certificate, data_integrity, effects, notes, records
from tanhui.proofs.bundles import Bundle, NamedOpening
from tanhui.proofs.tlog_proof import TlogProof
from tests.support import proof_world as w
from tests.support.proof_cases import (
    CASES,
    Case,
    edited,
    insufficient,
    invalid,
    swapped,
    valid,
    with_checkpoint,
)

FULLWIDTH_NINE = "\uff19"
ARABIC_ZERO = "\u0660"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
OVERLONG_SLASH = b"\xc0\xaf"


def _nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


def _own_record() -> records.OpenedRecord:
    record = w.own_record().record
    assert record is not None
    return record


def _certified(change: Callable[[dict[str, Any]], None]) -> bytes:
    return edited(w.retirement(), lambda value: change(value["certificate"]))


def _submitted() -> Case:
    opened = records.open_record(w.BLOB[::-1], w.RECORD_BYTES, 4)
    return valid(
        Bundle(
            "inclusion",
            w.LEAVES[w.AT_SUBMITTED],
            w.proof(w.AT_SUBMITTED),
            w.DOCUMENTS[w.AT_SUBMITTED],
            0,
            record=opened,
        )
    )


def _unknown_kind() -> Case:
    at = w.AT_UNKNOWN
    return valid(Bundle("inclusion", w.LEAVES[at], w.proof(at), w.DOCUMENTS[at], 0))


def _unknown_kind_as_transfer() -> Case:
    at = w.AT_UNKNOWN
    return invalid(Bundle("transfer", w.LEAVES[at], w.proof(at), w.DOCUMENTS[at], 0), "bundle.effect_kind")


def _effect_that_is_nothing() -> Case:
    at = w.AT_NOTHING
    return invalid(Bundle("inclusion", w.LEAVES[at], w.proof(at), w.DOCUMENTS[at], 0), "effect.kind")


def _leaf_of_another() -> Case:
    spliced = replace(w.transfer(), leaf=w.LEAVES[5], effects=w.DOCUMENTS[5])
    return invalid(spliced, "merkle.root")


def _whole_but_the_effects() -> Case:
    return invalid(replace(w.transfer(), effects=w.DOCUMENTS[5]), "effects.hash")


def _proof_of_a_smaller_log() -> Case:
    """Genuine path, genuine checkpoint, of two sizes."""
    proof = replace(w.proof(9, 16), checkpoint=w.cosigned())
    return invalid(replace(w.transfer(), proof=proof), "merkle.proof_length")


def _node_shown_as_a_leaf() -> Case:
    """The path of the leaf's parent, at the parent's place, beside the leaf."""
    good = w.transfer()
    parent = replace(good.proof, index=good.proof.index >> 1, hashes=good.proof.hashes[1:])
    return invalid(replace(good, proof=parent), "merkle.proof_length")


def _checkpoint_of_a_smaller_log() -> Case:
    return invalid(with_checkpoint(w.transfer(), w.cosigned(8)), "merkle.index")


def _signatures_of_two_notes() -> Case:
    """The log signed both, the witnesses the smaller one: their lines moved over."""
    lines = [*w.cosigned().signatures[:1], *w.cosigned(20).signatures[1:]]
    return invalid(
        with_checkpoint(w.transfer(), notes.Note(w.cosigned().text, tuple(lines))), "note.signature"
    )


def _witnesses_of_another_registry() -> Case:
    others = [w.signer(f"elsewhere.example/w{n}", w.COSIGNATURE) for n in (1, 2)]
    return insufficient(with_checkpoint(w.transfer(), w.cosigned(witnesses=others)), "witnesses: 0 of 2")


def _everybody_of_another_registry() -> Case:
    """A bundle that is right in every respect, by the anchors of its maker."""
    other = w.signer("elsewhere.example/credits", w.ED25519)
    made = w.cosigned(
        log=other,
        origin="elsewhere.example/credits",
        witnesses=[w.signer("elsewhere.example/w1", w.COSIGNATURE)],
        auditors=[w.signer("elsewhere.example/a1", w.COSIGNATURE)],
    )
    return invalid(with_checkpoint(w.transfer(), made), "note.unknown")


def _witness_key_as_log_key() -> Case:
    """A witness signs the note as if he were the log: the key's type is part of its id."""
    witness = w.signer(w.ORIGIN, w.COSIGNATURE)
    text = w.cosigned().text
    lines = (notes.signature(text, witness, w.TIME), *w.cosigned().signatures[1:])
    return invalid(with_checkpoint(w.transfer(), notes.Note(text, lines)), "log.unsigned")


def _certificate_of_another_retirement() -> Case:
    """Two retirements alike in all but the transaction: the certificate of one beside the proof of the other."""
    issued = certificate.issue(w.LEAVES[9], 1, w.RETIRED, "2026-11-21T04:00:00Z", w.ISSUER)
    return invalid(replace(w.retirement(), certificate=issued), "certificate.field")


def _certificate_without_its_proof() -> Case:
    return invalid(_certified(lambda value: value.pop("proof")), "data_integrity.proof")


def _certificate_with_two_proofs() -> Case:
    def double(value: dict[str, Any]) -> None:
        value["proof"] = [value["proof"], value["proof"]]

    return invalid(_certified(double), "data_integrity.proof")


def _certificate_with_a_context_appended() -> Case:
    """Data Integrity signs the proof's @context; the document's may go on, and would give its words other meanings."""
    return invalid(
        _certified(lambda value: value.update({"@context": [*value["@context"], "https://forger.example/"]})),
        "certificate.field",
    )


def _certificate_with_a_member_that_is_null() -> Case:
    """The registry's own signature: still a second certificate of one retirement."""
    derived = certificate.derive(w.LEAVES[5], 1, w.RETIRED, w.ISSUER.public_key)
    issued = data_integrity.add_proof({**derived, "note": None}, "2026-11-21T04:00:00Z", w.ISSUER)
    return invalid(replace(w.retirement(), certificate=issued), "certificate.field")


def _serials_in_two_ranges() -> Case:
    """What no contract states, in a log that everybody signed: half of the units counted twice."""
    document = canonical.parse(effects.encode([w.RETIRED]), 1 << 20)
    assert isinstance(document, dict)
    stated: dict[str, Any] = document["effects"][0]
    stated["ranges"] = [{**stated["ranges"][0], "last": "500"}] * 2
    data = canonical.encode(document)
    leaf = replace(w.LEAVES[5], events=effects.events_hash(data))
    proof = TlogProof(0, (), w.cosigned(1, root=leaf.hash()))
    derived = certificate.derive(leaf, 0, w.RETIRED, w.ISSUER.public_key)
    derived["credentialSubject"]["ranges"] = stated["ranges"]
    issued = data_integrity.add_proof(derived, "2026-11-21T04:00:00Z", w.ISSUER)
    return invalid(Bundle("retirement", leaf, proof, data, 0, certificate=issued), "effect.range")


def _in_place_of_text(reason: str, *path: str) -> Callable[[], Case]:
    """An object that breaks whoever shows it without looking at it."""

    def put(value: dict[str, Any]) -> None:
        for name in path[:-1]:
            value = value[name]
        value[path[-1]] = {"toString": "x", "valueOf": "y"}

    return lambda: invalid(edited(w.retirement(), put), reason)


def _certificate_for_another_purpose() -> Case:
    """Signed to authenticate, not to assert."""
    return invalid(
        _certified(lambda value: value["proof"].update(proofPurpose="authentication")), "data_integrity.proof"
    )


def _record_of_another_batch() -> Case:
    other = records.open_record(w.BLOB[::-1], w.RECORD_BYTES, 3)
    return invalid(replace(w.own_record(), record=other), "merkle.root")


def _record_about_a_transfer() -> Case:
    bundle = Bundle("inclusion", w.LEAVES[9], w.proof(9), w.DOCUMENTS[9], 0, record=_own_record())
    return invalid(bundle, "record.batch")


def _record_with_a_longer_path() -> Case:
    record = _own_record()
    return invalid(
        replace(w.own_record(), record=replace(record, path=(*record.path, bytes(32)))), "merkle.proof_length"
    )


def _record_beyond_the_batch() -> Case:
    return invalid(replace(w.own_record(), record=replace(_own_record(), position=11)), "merkle.index")


def _opening(field: str) -> Case:
    one: NamedOpening = replace(w.retirement().openings[0], field=field)
    return invalid(replace(w.retirement(), openings=(one,)), "opening.field")


def _opening_twice() -> Case:
    one = w.retirement().openings[0]
    return invalid(replace(w.retirement(), openings=(one, one)), "opening.field")


def _look_alike_name() -> Case:
    """A comma of another width: the same to an eye, other bytes."""
    one = w.retirement().openings[0]
    other = replace(one, opening=effects.Opening(one.opening.salt, w.PERSON.replace("，", ",")))
    return invalid(replace(w.retirement(), openings=(other,)), "commitment.mismatch")


def _text(old: str, new: str, reason: str) -> Callable[[], Case]:
    return lambda: invalid(swapped(w.transfer(), old, new), reason)


ATTACKS: dict[str, Callable[[], Case]] = {
    "valid_record_of_a_batch_under_review": _submitted,
    "valid_effect_of_an_unknown_kind": _unknown_kind,
    "unknown_kind_as_a_transfer": _unknown_kind_as_transfer,
    "effect_that_is_nothing": _effect_that_is_nothing,
    "leaf_and_effects_of_another_bundle": _leaf_of_another,
    "effects_of_another_bundle": _whole_but_the_effects,
    "proof_of_a_smaller_log_under_a_larger_checkpoint": _proof_of_a_smaller_log,
    "node_shown_as_a_leaf": _node_shown_as_a_leaf,
    "checkpoint_from_before_the_transaction": _checkpoint_of_a_smaller_log,
    "cosignatures_moved_from_an_older_checkpoint": _signatures_of_two_notes,
    "witnesses_of_another_registry": _witnesses_of_another_registry,
    "everybody_of_another_registry": _everybody_of_another_registry,
    "cosigning_key_named_as_the_log": _witness_key_as_log_key,
    "certificate_of_another_retirement": _certificate_of_another_retirement,
    "certificate_without_its_proof": _certificate_without_its_proof,
    "certificate_with_two_proofs": _certificate_with_two_proofs,
    "certificate_for_another_purpose": _certificate_for_another_purpose,
    "certificate_with_a_context_appended": _certificate_with_a_context_appended,
    "certificate_with_a_member_that_is_null": _certificate_with_a_member_that_is_null,
    "serials_in_two_ranges": _serials_in_two_ranges,
    "object_as_version": _in_place_of_text("bundle.version", "v"),
    "object_as_block_number": _in_place_of_text("decimal.form", "leaf", "block"),
    "object_as_version_of_the_leaf": _in_place_of_text("leaf.version", "leaf", "v"),
    "object_as_issuer": _in_place_of_text("certificate.issuer", "certificate", "issuer"),
    "record_of_another_batch": _record_of_another_batch,
    "record_about_a_transfer": _record_about_a_transfer,
    "record_with_a_longer_path": _record_with_a_longer_path,
    "record_beyond_the_batch": _record_beyond_the_batch,
    "opening_into_the_language": lambda: _opening("constructor.name"),
    "opening_of_a_text": lambda: _opening("retirement"),
    "opening_below_a_commitment": lambda: _opening("beneficiary.person.0"),
    "opening_twice": _opening_twice,
    "opening_to_a_look_alike_name": _look_alike_name,
    "json_with_a_name_twice": _text('"v":"1"}', '"v":"1","v":"1"}', "json.duplicate"),
    "json_with_a_name_twice_inside_the_leaf": _text('"code":"0"', '"code":"0","code":"0"', "json.duplicate"),
    "json_with_a_huge_number": _text('"v":"1"}', '"v":1e400}', "json.number"),
    "json_with_not_a_number": _text('"v":"1"}', '"v":NaN}', "json.number"),
    "json_with_a_lone_surrogate": _text('"kind":"transfer"', '"kind":"\\ud800"', "json.surrogate"),
    "json_with_a_control_character": _text('"kind":"transfer"', '"kind":"trans\x01fer"', "json.syntax"),
    "json_with_single_quotes": _text('"v":"1"}', "'v':'1'}", "json.syntax"),
    "json_with_a_trailing_comma": _text('"v":"1"}', '"v":"1",}', "json.syntax"),
    "json_with_a_comment": _text('"v":"1"}', '"v":"1"/**/}', "json.syntax"),
    "json_nested_too_deep": lambda: invalid(
        _certified(lambda v: v.update(deep=_nested(40))), "json.too_deep"
    ),
    "json_with_a_byte_order_mark": lambda: invalid(BYTE_ORDER_MARK + w.transfer().encode(), "json.syntax"),
    "json_with_an_overlong_character": lambda: invalid(
        w.transfer().encode().replace(b"transfer", OVERLONG_SLASH + b"nsfer", 1), "json.utf8"
    ),
    "json_that_is_a_list": lambda: invalid(canonical.encode([{}]), "bundle.kind"),
    "kind_in_a_list": lambda: invalid(
        edited(w.transfer(), lambda v: v.update(kind=["transfer"])), "bundle.kind"
    ),
    "kind_that_every_object_has": lambda: invalid(
        edited(w.transfer(), lambda v: v.update(kind="constructor")), "bundle.kind"
    ),
    "member_named_as_the_prototype": lambda: invalid(
        edited(w.transfer(), lambda v: v.update({"__proto__": {"kind": "inclusion"}})), "json.unknown"
    ),
    "digits_of_another_script": _text('"effect":"0"', f'"effect":"{ARABIC_ZERO}"', "decimal.form"),
    "digits_of_another_width": _text('"tx":"0"', f'"tx":"{FULLWIDTH_NINE}"', "decimal.form"),
    "index_beyond_64_bits": _text("index 9\\n", "index 18446744073709551625\\n", "decimal.range"),
    "index_of_a_thousand_digits": _text("index 9\\n", f"index {'9' * 1000}\\n", "decimal.form"),
    "index_with_a_sign": _text("index 9\\n", "index +9\\n", "decimal.form"),
    "effect_beyond_every_list": _text('"effect":"0"', '"effect":"10001"', "decimal.range"),
    "hex_in_capitals": lambda: invalid(
        edited(w.transfer(), lambda v: v["leaf"].update(env=v["leaf"]["env"].upper())), "hex.form"
    ),
    "base64_for_addresses": lambda: invalid(
        edited(w.transfer(), lambda v: v.update(proof=v["proof"].replace("+", "-").replace("/", "_"))),
        "tlog_proof.header",
    ),
}


def add() -> None:
    """Put them among the published cases."""
    CASES.update(ATTACKS)
