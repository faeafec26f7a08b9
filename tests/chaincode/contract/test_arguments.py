"""Arguments: read once, bounded by construction, refused with field and value."""

from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from tanhui.chaincode.contract import codes
from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.arguments import ARGUMENT_BYTES_MAX, ArgumentReader, UnboundedArgument
from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.contract.refusal import VALUE_SHOWN_MAX, Refusal
from tanhui.chaincode.transactions import fields
from tanhui.chaincode.transactions.fields import Slug


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Annotated[str, Meta(max_length=200)]
    points: Amount


class Whole(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    parts: Annotated[tuple[Part, ...], Meta(max_length=3)]
    count: Annotated[int, Meta(ge=0, le=9)] = 1


READER = ArgumentReader(Whole)


def refusal(raw: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        READER.read(raw)
    return caught.value


def test_canonical_bytes_are_read() -> None:
    read = READER.read(b'{"count":2,"parts":[{"name":"\xe7\xa2\xb3","points":"5"}]}')
    assert read == Whole((Part("碳", Amount(5)),), 2)


def test_a_member_with_a_default_may_be_left_out() -> None:
    assert READER.read(b'{"parts":[]}') == Whole(())


@pytest.mark.parametrize(
    ("raw", "field", "value"),
    [
        (b'{"parts":[{"name":"a","points":5}]}', "parts[0].points", "5"),
        (b'{"parts":[{"name":"a","points":"-5"}]}', "parts[0].points", "-5"),
        (b'{"parts":[],"count":10}', "count", "10"),
        (b'{"parts":[],"count":1.5}', "count", "1.5"),
        (b'{"parts":[],"count":true}', "count", "true"),
        (b'{"parts":[],"count":"1"}', "count", "1"),
        (b'{"parts":null}', "parts", "null"),
        (b'{"other":1,"parts":[]}', "argument", '{"other":1,"parts":[]}'),
        (b"{}", "argument", "{}"),
        (b"[]", "argument", "[]"),
    ],
)
def test_a_wrong_value_is_refused_by_its_path(raw: bytes, field: str, value: str) -> None:
    found = refusal(raw)
    assert (found.code, found.field, found.value) == (codes.ARGUMENT_VALUE, field, value)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"parts": []}',
        b'{"parts":[],"count":2}',
        b'{"count":1,"count":2,"parts":[]}',
        b'{"count":2,"parts":[{"name":"\\u0061","points":"5"}]}',
        b' {"parts":[]}',
    ],
)
def test_another_spelling_is_refused(raw: bytes) -> None:
    assert refusal(raw).code == codes.ARGUMENT_NOT_CANONICAL


def test_size_and_shape() -> None:
    assert refusal(b'"' + b"x" * ARGUMENT_BYTES_MAX + b'"').code == codes.ARGUMENT_SIZE
    assert refusal(b"{").code == codes.ARGUMENT_MALFORMED
    assert refusal(b"\xff").code == codes.ARGUMENT_MALFORMED
    assert refusal(b'{"parts":' + b"[" * 100_000).code in {codes.ARGUMENT_MALFORMED, codes.ARGUMENT_VALUE}
    deep = refusal(b'{"parts":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    assert deep.code in {codes.ARGUMENT_MALFORMED, codes.ARGUMENT_VALUE}


def test_a_long_value_is_shown_short() -> None:
    raw = b'{"parts":[{"name":"' + b"x" * 201 + b'","points":"5"}]}'
    assert refusal(raw).value == "x" * VALUE_SHOWN_MAX + "…"


@given(st.binary(max_size=200))
def test_no_bytes_get_past_or_break_it(raw: bytes) -> None:
    try:
        read = READER.read(raw)
    except Refusal:
        return
    assert isinstance(read, Whole)


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str


class Number(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    number: Annotated[int, Meta(ge=0)]


class Many(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    many: tuple[Annotated[str, Meta(max_length=1)], ...]


class Fraction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    fraction: float


class Anything(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    anything: Any


class NewlineMayFollow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: Annotated[str, Meta(pattern=r"^[a-z]+$", max_length=9)]


class Changeable(msgspec.Struct, forbid_unknown_fields=True):
    pass


class Lenient(msgspec.Struct, frozen=True):
    pass


@pytest.mark.parametrize(
    "kind", [Text, Number, Many, Fraction, Anything, NewlineMayFollow, Changeable, Lenient]
)
def test_an_unbounded_type_cannot_be_declared(kind: type[msgspec.Struct]) -> None:
    with pytest.raises(UnboundedArgument):
        ArgumentReader(kind)


class Repeated(Order, frozen=True, forbid_unknown_fields=True):
    slug: Slug
    text: fields.Text


@pytest.mark.parametrize("field", ["request_id", "slug", "text"])
def test_a_newline_after_an_id_is_no_part_of_it(field: str) -> None:
    order = {"request_id": "20261121-a", "slug": "a", "text": "a"}
    reader = ArgumentReader(Repeated)
    assert reader.read(canonical_json(order)) == Repeated(**order)
    with pytest.raises(Refusal) as caught:
        reader.read(canonical_json(order | {field: order[field] + "\n"}))
    assert (caught.value.code, caught.value.field) == (codes.ARGUMENT_VALUE, field)
