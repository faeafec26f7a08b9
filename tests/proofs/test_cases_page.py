"""docs/proof-cases.md names every case that must be refused, and only tests and vectors that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.support import proof_vectors
from tests.support.proof_cases import CASES

ROOT = Path(__file__).parents[2]
assert proof_vectors.FILE.is_file(), "importing the vectors fills CASES"
MUST_REFUSE = (
    "a flipped byte in any authenticated field",
    "a code that is not 0",
    "a filter edited to VALID",
    "glued envelopes",
    "endorsements below policy",
    "one endorser twice",
    "an endorser revoked",
    "an endorser from a superseded config",
    "an orderer signature over another header",
    "a quorum minus one",
    "a duplicate txid",
    "a stale-read transaction shown as valid",
    "wrong channel",
    "wrong genesis",
    "wrong log key",
    "a key under two names",
    "a cosignature for another size",
    "a cosignature for another origin",
    "a truncated log",
    "a fork, with portable evidence",
    "a proof for another index",
    "a proof with an extra or missing hash",
    "a node shown as a leaf",
    "size 0",
    "trailing bytes",
    "a changed amount",
    "a changed beneficiary",
    "one retirement with two certificates",
    "a transfer replayed",
    "a transfer re-targeted",
    "a mint after an abort",
    "an unlock after a mint",
    "a lock proof used as finalize",
    "non-canonical base64",
    "non-canonical JSON",
    "a rollback to a snapshot",
)
PARTIES = re.compile(
    r"(verifier|verifier with a saved checkpoint|follower|witness|receiving ledger|sending ledger)\Z"
)
NAMED = re.compile(r"vector `([^`]+)`|`([^`:]+)::([^`]+)`")


def rows() -> dict[str, tuple[str, str]]:
    lines = (ROOT / "docs/proof-cases.md").read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return {case: (who, shown) for case, who, shown in cells[2:]}


@cache
def names_in(path: str) -> frozenset[str]:
    """Test functions of a module; scenarios and rules of a feature."""
    text = (ROOT / path).read_text("utf-8")
    if path.endswith(".feature"):
        return frozenset(
            re.findall(r"^\s*(?:Rule|Scenario|Scenario Outline):\s*(.+?)\s*$", text, re.MULTILINE)
        )
    return frozenset(node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))


def test_every_case_has_its_row() -> None:
    assert tuple(rows()) == MUST_REFUSE


@pytest.mark.parametrize("case", MUST_REFUSE)
def test_what_a_row_names_is_there(case: str) -> None:
    who, shown = rows()[case]
    parties = who.split(", ")
    assert all(PARTIES.match(party) for party in parties), who
    found = NAMED.findall(shown)
    assert found
    assert NAMED.sub("", shown).strip(", ") == "", f"what else stands there: {shown}"
    for vector, path, name in found:
        if vector:
            assert vector in CASES, vector
        else:
            assert name in names_in(path), f"{path}::{name}"
    # Both verifiers run the vectors: where a bundle can show a case, one shows it.
    if "verifier" in parties:
        assert any(vector for vector, _, _ in found)
