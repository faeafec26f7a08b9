"""How answers look to a person: nothing is cut, whatever the width; programs read `--json`."""

import io

import pytest
from rich.console import Console

from tanhui.cli import output
from tanhui.cli.listing import cell, show

ID = "0f" * 32


def shown(monkeypatch: pytest.MonkeyPatch, document: object, *, terminal: bool, width: int = 100) -> str:
    written = io.StringIO()
    monkeypatch.setattr(
        output, "results", Console(file=written, width=width, force_terminal=terminal, color_system=None)
    )
    monkeypatch.setattr(output, "wide", Console(file=written, width=10_000, color_system=None))
    show(document, as_json=False, titles={"transaction": "交易"})
    return written.getvalue()


ITEMS = [
    {"block": number, "transaction": ID, "organisation": "91510100MA60000043", "reason": "[bold] 公交"}
    for number in (7, 12)
]


@pytest.mark.parametrize("terminal", [False, True])
def test_a_list_is_a_table_with_titles_and_whole_cells(
    monkeypatch: pytest.MonkeyPatch, *, terminal: bool
) -> None:
    text = shown(monkeypatch, {"items": ITEMS}, terminal=terminal, width=160)
    head, rule, first, second = text.splitlines()
    assert head.split() == ["block", "交易", "organisation", "reason"]
    assert set(rule.strip()) == {"─"}
    assert first.split() == ["7", ID, "91510100MA60000043", "[bold]", "公交"]
    assert second.split()[0] == "12"


def test_what_no_terminal_shows_side_by_side_is_shown_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, {"items": ITEMS}, terminal=True, width=60)
    first, second = text.split("\n\n")
    assert [line.split(maxsplit=1) for line in first.splitlines()] == [
        ["block", "7"],
        ["交易", ID],
        ["organisation", "91510100MA60000043"],
        ["reason", "[bold] 公交"],
    ]
    assert second.splitlines()[0].split() == ["block", "12"]


def test_a_cell_that_is_folded_keeps_every_character(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, {"account": ID}, terminal=True, width=40)
    assert "…" not in text
    assert "".join(text.split()).count("0f") == 32


def test_where_a_list_goes_on_and_that_it_is_empty_stand_on_stderr(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown(monkeypatch, {"items": ITEMS, "bookmark": "\0account\0x\0"}, terminal=False)
    assert capsys.readouterr().err == "more: --after %00account%00x%00\n"
    assert shown(monkeypatch, {"items": []}, terminal=False) == ""
    assert capsys.readouterr().err == "nothing found\n"


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("at", 1_795_254_648, "2026-11-21 17:50:48"),
        ("number", 1_795_254_648, "1795254648"),
        ("person", None, ""),
        ("open", True, "yes"),
        ("ranges", [{"batch": "b", "first": "1", "last": None}], "(batch b, first 1)"),
        ("needs", ["since", "as_of"], "since; as_of"),
    ],
)
def test_a_member_is_one_line(name: str, value: object, text: str) -> None:
    assert cell(name, value) == text
