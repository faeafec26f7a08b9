"""Every function of the contract has a scenario: a feature sends or asks it, or names it and its steps send it."""

import re
from pathlib import Path

import pytest

from tanhui.chaincode.transactions.registry import registry_contract

HERE = Path(__file__).parent
FEATURES = "\n".join(path.read_text() for path in sorted(HERE.rglob("*.feature")))
STEPS = "\n".join(
    path.read_text()
    for folder in (HERE, HERE.parent / "support")
    for path in sorted(folder.rglob("*.py"))
    if path != Path(__file__)
)
"""What steps send: those of the features' folders, and the support that they share."""

SENT = set(re.findall(r"\b(?:sends?|sent|asks) (\w+:\w+)\b", FEATURES))
NAMED = set(re.findall(r"\b(\w+:\w+)\b", FEATURES)) & set(re.findall(r'"(\w+:\w+)"', STEPS))
"""Functions that a step's own words stand for, and that the feature's prose names."""


def named_in_headers() -> set[str]:
    """`lane:One, Two and Three` in a feature's prose stands for each of the three that a step sends."""
    found = set()
    for lane, verbs in re.findall(r"\b([a-z_]+):((?:[A-Z]\w+(?:, | and |))+)", FEATURES):
        for verb in re.split(r", | and ", verbs):
            if f'"{lane}:{verb}"' in STEPS or (f'"{verb}"' in STEPS and f'"{lane}:' in STEPS):
                found.add(f"{lane}:{verb}")
    return found


@pytest.mark.parametrize("ledger", ["memory"], indirect=True)
def test_every_function_has_a_scenario() -> None:
    functions = set(registry_contract().functions)
    missing = functions - SENT - NAMED - named_in_headers()
    assert sorted(missing) == []
