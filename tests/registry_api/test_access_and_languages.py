"""Keys are kept hashed and end; the reader's language is found in what the header offers."""

from pathlib import Path

import pytest

from tanhui.registry_api.access.keys import AccessKeys
from tanhui.registry_api.languages import preferred_language
from tanhui.registry_api.problems import Problem
from tanhui.registry_api.routes.events import position_of


def test_keys_survive_a_restart_without_standing_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    token = AccessKeys(path).create("operator", expires=100)
    again = AccessKeys(path)
    assert token not in path.read_text("utf-8")
    assert path.stat().st_mode & 0o077 == 0
    entry = again.find(token, 99)
    assert entry is not None
    assert entry.identity == "operator"
    assert again.find(token, 100) is None
    assert again.find(token + "x", 1) is None
    third = AccessKeys(path)
    again.revoke(entry.id)
    assert third.find(token, 1) is None
    assert AccessKeys(path).find(token, 1) is None
    with pytest.raises(KeyError):
        again.revoke(entry.id)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("en", "en"),
        ("en-GB;q=0.8, zh;q=0.9", "zh"),
        ("zh;q=0.1, EN;q=0.9", "en"),
        ("zh;q=0, en;q=0.1", "en"),
        ("fr, *;q=0.5", "zh"),
        ("en;q=x, zh", "zh"),
        (",,;;q=,en" + "x" * 1000, "zh"),
    ],
)
def test_language(header: str, language: str) -> None:
    assert preferred_language(header) == language


def test_event_ids() -> None:
    assert position_of("12:" + "ab" * 32) == (12, "ab" * 32)
    for bad in ("", "12", "x:" + "ab" * 32, "1:" + "AB" * 32):
        with pytest.raises(Problem):
            position_of(bad)
