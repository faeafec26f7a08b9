"""Formulas: refused when filed, never while issuing; the same number whoever computes it."""

import json
from collections.abc import Callable
from contextlib import suppress
from functools import reduce
from operator import mul
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanhui.chaincode.rules.errors import Refusal
from tanhui.chaincode.rules.formula import limits, load

BUS: dict[str, Any] = {
    "v": "1",
    "inputs": [
        {"name": "distance", "unit": "m", "low": "0", "high": "200000"},
        {"name": "vehicle", "unit": "class", "low": "0", "high": "2"},
    ],
    "factors": {
        "car": {
            "numerator": "1871",
            "denominator": "10000",
            "unit": "gCO2e/m",
            "source": "a published factor table",
            "date": "2024-01-01",
        }
    },
    "tables": {"per-km": {"axes": [["0", "1", "3"]], "values": ["31", "12"]}},
    "grams": {
        "max": [
            {"const": "0"},
            {
                "sub": [
                    {"scale": [{"input": "distance"}, "car"]},
                    {
                        "div": [
                            {"mul": [{"input": "distance"}, {"lookup": ["per-km", {"input": "vehicle"}]}]},
                            {"const": "1000"},
                        ]
                    },
                ]
            },
        ]
    },
    "vectors": [{"inputs": ["10000", "1"], "grams": "1751"}, {"inputs": ["0", "0"], "grams": "0"}],
}


def changed(**parts: Any) -> str:
    return json.dumps(BUS | parts)


def refusal(text: str) -> tuple[str, str, str]:
    with pytest.raises(Refusal) as refused:
        load(text)
    return refused.value.code, refused.value.field, refused.value.value


def only(grams: Any, *, low: str = "0", high: str = "9", vectors: Any = None) -> str:
    """A formula with the one input x."""
    inputs = [{"name": "x", "unit": "1", "low": low, "high": high}]
    body = {"v": "1", "inputs": inputs, "factors": {}, "tables": {}, "grams": grams}
    return json.dumps(body | {"vectors": vectors or [{"inputs": [low], "grams": "0"}]})


def test_a_filed_formula_computes() -> None:
    formula = load(json.dumps(BUS))
    assert formula.grams((10_000, 0)) == 1871 - 310
    assert formula.grams((10_000, 2)) == 1871 - 120
    assert formula.grams_max == 200_000 * 1871 // 10_000


def test_the_identity_is_that_of_the_canonical_form() -> None:
    shuffled = {key: BUS[key] for key in reversed(list(BUS))}
    a, b = load(json.dumps(BUS)), load(json.dumps(shuffled, indent=3))
    assert a.identity == b.identity
    assert a.canonical == b.canonical
    assert load(a.canonical.decode()).identity == a.identity
    assert json.loads(a.canonical) == BUS


def test_the_identity_is_stable() -> None:
    assert load(json.dumps(BUS)).identity == (
        "a8bf0a8d50b338e4d714f51f07437dbb0e3b14a50a3c6e6d0adc834799611979"
    )


def test_inputs_out_of_range_are_refused_with_their_unit() -> None:
    formula = load(json.dumps(BUS))
    with pytest.raises(Refusal) as refused:
        formula.grams((200_001, 0))
    assert refused.value.code == "formula.input_range"
    assert refused.value.field == "distance"
    assert refused.value.params == {"low": "0", "high": "200000", "unit": "m"}
    with pytest.raises(Refusal) as refused:
        formula.grams((1,))
    assert refused.value.code == "formula.inputs_differ"
    assert refused.value.params == {"expected": "distance, vehicle"}


def test_a_wrong_vector_is_refused_when_filed() -> None:
    text = changed(vectors=[{"inputs": ["10000", "1"], "grams": "1752"}])
    with pytest.raises(Refusal) as refused:
        load(text)
    assert (refused.value.code, refused.value.params) == ("formula.vector_differs", {"computed": "1751"})


X: Any = {"input": "x"}


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        ("{", "formula.malformed", "formula"),
        ("[]", "formula.malformed", "formula"),
        ('{"v":"1","v":"1"}', "formula.malformed", "formula"),
        (changed(v="2"), "formula.malformed", "v"),
        (changed(extra="1"), "formula.malformed", "formula"),
        (json.dumps(BUS).replace('"200000"', "200000"), "formula.malformed", "formula"),
        (json.dumps(BUS).replace('"200000"', "2e5"), "formula.malformed", "formula"),
        (json.dumps(BUS).replace('"200000"', "NaN"), "formula.malformed", "formula"),
        (json.dumps(BUS).replace('"200000"', '"0200"'), "value.not_an_integer", "inputs[0].high"),
        (changed(inputs=[]), "formula.malformed", "inputs"),
        (changed(inputs=BUS["inputs"] * 2), "formula.malformed", "inputs"),
        (changed(vectors=[]), "formula.malformed", "vectors"),
        (changed(vectors=[{"inputs": ["1"], "grams": "0"}]), "formula.inputs_differ", "vectors[0].inputs"),
        (changed(factors={}), "formula.unknown_name", "grams.max[1].sub[0].scale"),
        (changed(factors=BUS["factors"] | {"b": BUS["factors"]["car"]}), "formula.unused_name", "factor"),
        (
            changed(factors={"car": BUS["factors"]["car"] | {"denominator": "0"}}),
            "formula.malformed",
            "factors.car.denominator",
        ),
        (
            changed(factors={"car": BUS["factors"]["car"] | {"date": "2024"}}),
            "value.not_a_day",
            "factors.car.date",
        ),
        (
            changed(factors={"car": BUS["factors"]["car"] | {"source": ""}}),
            "value.text_length",
            "factors.car.source",
        ),
        (
            changed(tables={"per-km": {"axes": [["0", "1", "1"]], "values": ["1", "2"]}}),
            "formula.malformed",
            "tables.per-km.axes[0]",
        ),
        (
            changed(tables={"per-km": {"axes": [["0", "1", "3"]], "values": ["1"]}}),
            "formula.malformed",
            "tables.per-km.values",
        ),
        (
            changed(tables={"per-km": {"axes": [["0", "1", "2"]], "values": ["1", "2"]}}),
            "formula.outside_table",
            "grams.max[1].sub[1].div[0].mul[1].lookup",
        ),
        (only({"input": "y"}), "formula.unknown_name", "grams.input"),
        (only({"const": "0"}), "formula.unused_name", "input"),
        (only({"pow": [X, X]}), "formula.malformed", "grams.pow"),
        (only({"add": []}), "formula.malformed", "grams.add"),
        (only({"add": [X] * 17}), "formula.size", "grams.add"),
        (only({"sub": [X]}), "formula.malformed", "grams.sub"),
        (only({"sub": [X, X, X]}), "formula.malformed", "grams.sub"),
        (only({"sub": [X, {"const": "1"}]}), "formula.overflows", "grams"),
        (only({"div": [{"const": "1"}, X]}), "formula.divides_by_zero", "grams.div"),
        (only({"mul": [X] * 16}, high=str(2**53 - 1)), "formula.overflows", "grams.mul"),
        (only({"mul": [X, {"const": str(2**50)}]}), "formula.overflows", "grams"),
        (only({"add": [{"add": [X] * 16}] * 16}), "formula.size", "nodes"),
        (only(reduce(lambda inner, _: {"add": [inner]}, range(16), X)), "formula.size", "depth"),
        (only(reduce(lambda inner, _: {"add": [inner]}, range(60), X)), "formula.size", "nesting"),
        (" " * 40_000, "formula.size", "bytes"),
        ("[" * 30_000, "formula.size", "nesting"),
    ],
)
def test_a_formula_that_could_fail_is_refused(text: str, code: str, field: str) -> None:
    assert refusal(text)[:2] == (code, field)


def expressions(depth: int = 3) -> st.SearchStrategy[Any]:
    leaves = st.one_of(
        st.sampled_from([{"input": "a"}, {"input": "b"}]),
        st.integers(-1000, 1000).map(lambda n: {"const": str(n)}),
    )

    def deeper(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        some = st.lists(inner, min_size=1, max_size=4)
        return st.one_of(
            st.tuples(st.sampled_from(["add", "mul", "min", "max"]), some).map(lambda p: {p[0]: p[1]}),
            st.tuples(inner, inner).map(lambda p: {"sub": list(p)}),
            st.tuples(inner, inner).map(lambda p: {"div": list(p)}),
            st.tuples(inner, inner, inner).map(lambda p: {"clamp": list(p)}),
            inner.map(lambda e: {"scale": [e, "f", "g"]}),
            inner.map(
                lambda e: {"lookup": ["t", {"clamp": [e, {"const": "0"}, {"const": "9"}]}, {"input": "a"}]}
            ),
        )

    return st.recursive(leaves, deeper, max_leaves=8)


TABLE: dict[str, Any] = {"axes": [["0", "3", "10"], ["-50", "0", "51"]], "values": ["1", "-2", "30", "4"]}
FACTORS: dict[str, Any] = {
    "f": {"numerator": "-7", "denominator": "3", "unit": "1", "source": "test", "date": "2024-01-01"},
    "g": {"numerator": "11", "denominator": "5", "unit": "1", "source": "test", "date": "2024-01-01"},
}


def meaning(tree: Any, a: int, b: int) -> int:
    """The tree's value, read naively from the JSON: a second implementation."""
    ((operator, body),) = tree.items()
    if operator == "input":
        return {"a": a, "b": b}[body]
    if operator == "const":
        return int(body)
    if operator == "scale":
        return meaning(body[0], a, b) * -77 // 15
    if operator == "lookup":
        row = 0 if meaning(body[1], a, b) < 3 else 1
        column = 0 if meaning(body[2], a, b) < 0 else 1
        return int(TABLE["values"][2 * row + column])
    parts = [meaning(part, a, b) for part in body]
    if operator == "clamp":
        return max(parts[1], min(parts[0], parts[2]))
    simple: dict[str, Callable[[list[int]], int]] = {"add": sum, "min": min, "max": max}
    if operator in simple:
        return simple[operator](parts)
    if operator == "mul":
        return reduce(mul, parts)
    return parts[0] - parts[1] if operator == "sub" else parts[0] // parts[1]


@settings(max_examples=300, deadline=None)
@given(expressions(), st.integers(-50, 50), st.integers(1, 70))
def test_two_readings_agree_and_intervals_hold(tree: Any, a: int, b: int) -> None:
    inputs = [
        {"name": "a", "unit": "1", "low": "-50", "high": "50"},
        {"name": "b", "unit": "1", "low": "1", "high": "70"},
    ]
    # Every name is used once, with weight 0, so that any tree is a formula; the clamp keeps grams positive.
    used = [{"input": "a"}, {"input": "b"}, {"scale": [{"const": "0"}, "f", "g"]}]
    used.append({"lookup": ["t", {"const": "0"}, {"const": "0"}]})
    zero = {"mul": [{"const": "0"}, {"add": used}]}
    grams = {"clamp": [{"add": [tree, zero]}, {"const": "0"}, {"const": "1000000"}]}
    body = {"v": "1", "inputs": inputs, "factors": FACTORS, "tables": {"t": TABLE}, "grams": grams}
    expected = -1
    with suppress(ZeroDivisionError):
        expected = max(0, min(meaning(tree, a, b), 1_000_000))
    vector = {"inputs": [str(a), str(b)], "grams": str(max(expected, 0))}
    try:
        formula = load(json.dumps(body | {"vectors": [vector]}))
    except Refusal as refused:
        refused_as = refused.code
    else:
        refused_as = ""
    # Only what the intervals cannot exclude may be refused; a value that differs from ours never is.
    if refused_as:
        assert refused_as in {"formula.divides_by_zero", "formula.overflows"}
        return
    assert expected >= 0
    assert formula.grams((a, b)) == expected
    assert expected <= formula.grams_max <= limits.GRAMS_MAX
