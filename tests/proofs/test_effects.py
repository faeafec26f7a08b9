"""Effects: one encoding, read back strictly, with every field within its bounds."""

from dataclasses import fields
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.proofs import canonical, effects
from tanhui.proofs.effects.codec import object_codec
from tanhui.proofs.effects.points import PointsTransferred
from tanhui.proofs.effects.retirements import CreditsRetired, Purpose
from tanhui.proofs.errors import FormatError, ProofError

MOVED = PointsTransferred("chengdu", "a1", "b2", (effects.PointsLot("i1", "2027-01-31", 60),), 0)
RETIRED = CreditsRetired(
    retirement="r1",
    holder="91510100MA61RLKF4L",
    beneficiary=effects.Party(person=effects.commit(bytes(32), "张三")),
    purpose=Purpose.EVENT,
    day="2026-11-21",
    ranges=(effects.SerialRange("b1", 1, 10), effects.SerialRange("b1", 21, 30)),
    quantity_kg=20,
)


def test_the_document_is_written_one_way() -> None:
    assert effects.encode([MOVED]) == (
        b'{"effects":[{"debt_repaid":"0","kind":"points.transferred","lots":[{"expires":"2027-01-31","issue":"i1",'
        b'"points":"60"}],"programme":"chengdu","receiver":"b2","sender":"a1"}],"v":"1"}'
    )


def test_what_is_written_reads_back() -> None:
    data = effects.encode([MOVED, RETIRED])
    assert effects.parse(data) == (MOVED, RETIRED)
    assert effects.events_hash(data) == sha256(data).digest()
    assert effects.events_hash(b"") == effects.NO_EVENTS


@pytest.mark.parametrize("kind", sorted(effects.KINDS))
def test_every_kind_is_documented_and_its_fields_are_known(kind: str) -> None:
    cls = effects.KINDS[kind]
    assert cls.__doc__
    assert callable(object_codec(cls).encode)
    assert "kind" not in {one.name for one in fields(cls)}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b'"60"', b'"060"', "decimal.form"),
        (b'"60"', b'"-60"', "decimal.form"),
        (b'"60"', b'"0"', "effect.amount"),
        (b'"60"', b"60", "json.number"),
        (b'"60"', b'"9223372036854775808"', "decimal.range"),
        (b'"a1"', b'"a 1"', "effect.text"),
        (b'"a1"', b'""', "effect.text"),
        (b"2027-01-31", b"2027-02-31", "effect.day"),
        (b"points.transferred", b"points.teleported", "effect.kind"),
        (b'"v":"1"', b'"v":"2"', "effects.version"),
        (b'"v":"1"', b'"v": "1"', "json.not_canonical"),
        (b'"sender":"a1"', b'"sender":"a1","sender":"a1"', "json.duplicate"),
        (b'"sender":"a1"', b'"sender":"a1","zeal":"a1"', "json.unknown"),
        (b',"sender":"a1"', b"", "json.missing"),
        (b'{"debt_repaid"', b'{"v":"1"},{"debt_repaid"', "effect.kind"),
    ],
)
def test_a_changed_document_is_refused(old: bytes, new: bytes, reason: str) -> None:
    data = effects.encode([MOVED])
    assert old in data
    with pytest.raises(FormatError) as refusal:
        effects.parse(data.replace(old, new))
    assert refusal.value.reason == reason


def test_a_transaction_cannot_write_what_a_verifier_refuses() -> None:
    with pytest.raises(FormatError, match=r"effect\.amount: points\.transferred\.debt_repaid -1 is outside"):
        effects.encode([PointsTransferred("chengdu", "a1", "b2", (), -1)])
    with pytest.raises(FormatError, match=r"effects\.count"):
        effects.encode([])


def test_ranges_add_up_and_share_no_serial() -> None:
    with pytest.raises(FormatError, match=r"effect\.quantity: ranges hold 10 kg, the effect states 9"):
        CreditsRetired(
            "r", "h", effects.Party("o"), Purpose.EVENT, "2026-01-01", (effects.SerialRange("b", 1, 10),), 9
        )
    overlapping = (effects.SerialRange("b", 1, 10), effects.SerialRange("b", 10, 11))
    with pytest.raises(FormatError, match="serial 10 of b stands in two ranges"):
        CreditsRetired("r", "h", effects.Party("o"), Purpose.EVENT, "2026-01-01", overlapping, 12)
    with pytest.raises(FormatError, match=r"effect\.range"):
        effects.SerialRange("b", 2, 1)


def test_a_party_is_an_organisation_or_a_person() -> None:
    with pytest.raises(FormatError, match=r"effect\.party"):
        effects.Party()
    with pytest.raises(FormatError, match=r"effect\.party"):
        effects.Party("o", bytes(32))


@given(st.binary(min_size=32, max_size=32), st.integers(0, 100), st.text(min_size=1, max_size=50))
def test_a_commitment_opens_to_its_value_only(client_salt: bytes, index: int, value: str) -> None:
    salt = effects.salt_at(client_salt, index)
    commitment = effects.commit(salt, value)
    assert effects.open_commitment(commitment, effects.Opening(salt, value)) == value
    with pytest.raises(ProofError, match=r"commitment\.mismatch"):
        effects.open_commitment(commitment, effects.Opening(effects.salt_at(client_salt, index + 1), value))
    with pytest.raises(ProofError, match=r"commitment\.mismatch"):
        effects.open_commitment(commitment, effects.Opening(salt, value + "x"))


json_values = st.recursive(
    st.none() | st.booleans() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_canonical_json_is_rfc_8785(value: canonical.Json) -> None:
    data = canonical.encode(value)
    assert data == canonical.jcs(value)
    assert canonical.parse(data) == value
