"""docs/domain-table.md: what it names exists, and no feature is left out."""

import re
from pathlib import Path

from tanhui.chaincode.audit.audit import CHECKS
from tanhui.chaincode.transactions.registry import registry_contract
from tests.conftest import Counts

ROOT = Path(__file__).parent
PAGE = (ROOT.parent / "docs" / "domain-table.md").read_text("utf-8")
ROWS = [
    line.strip("|").rpartition("|")
    for line in PAGE.splitlines()
    if line.startswith("| ") and line not in {"| sentence | feature |", "| --- | --- |"}
]
FILE = re.compile(r"[\w/]+\.(?:feature|py)")


def path_of(name: str) -> Path:
    """A feature stands under features, a test under its folder."""
    return ROOT / "features" / name if name.endswith(".feature") else ROOT / name


def test_every_sentence_names_files_that_exist(counts: Counts) -> None:
    for sentence, _, where in ROWS:
        named = FILE.findall(where)
        assert named, f"{sentence.strip()} names no feature"
        missing = [name for name in named if not path_of(name).is_file()]
        assert not missing, f"{sentence.strip()}: {missing}"
    counts.note("sentences of the domain with a feature", sentences=len(ROWS))


def test_every_feature_stands_in_the_table() -> None:
    features = {str(path.relative_to(ROOT / "features")) for path in (ROOT / "features").rglob("*.feature")}
    named = {name for _, _, where in ROWS for name in FILE.findall(where)}
    assert sorted(features - named) == []


def test_named_functions_and_invariants_exist() -> None:
    functions = set(registry_contract().functions)
    assert {name for name in re.findall(r"\b[a-z_]+:[A-Z]\w+", PAGE) if name not in functions} == set()
    checks = {check.name for check in CHECKS}
    assert set(re.findall(r"`([a-z_]+\.[a-z_]+)`", PAGE)) <= checks
