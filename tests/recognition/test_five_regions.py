"""A hub of five regions: pairwise agreements, one relay each, and netting among all of them at once."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tanhui.cli.main import app
from tanhui.proofs.errors import FormatError
from tanhui.proofs.statements.document import check
from tanhui.proofs.statements.hub import Hub, gather, parse
from tanhui.proofs.statements.netting import net, positions
from tests.conftest import Counts
from tests.support.audits import MemoryAudit, broken
from tests.support.five_regions import Five, five_regions, hub_of
from tests.support.registry_world import MemoryBackend


@pytest.fixture(scope="module")
def five() -> Five:
    return five_regions()


@pytest.fixture(scope="module")
def hub(five: Five) -> Hub:
    return hub_of(five)


def test_five_regions_net_in_fewer_payments_than_there_are_regions(five: Five, counts: Counts) -> None:
    paid = net(five.owed)
    assert positions(paid) == {name: amount for name, amount in positions(five.owed).items() if amount}
    assert 0 < len(paid) < len(five.regions)
    assert sum(claim.amount for claim in five.owed) == five.moved
    for one in five.regions:
        backend = one.world.backend
        assert isinstance(backend, MemoryBackend)
        assert broken(MemoryAudit(backend.ledger).reports()) == {}
    counts.note(
        "five regions",
        agreements=10,
        transfers=20,
        kilograms=five.moved,
        claims=len(five.owed),
        payments=len(paid),
    )


def test_a_hub_of_checked_statements_says_the_same(five: Five, hub: Hub) -> None:
    assert len(hub.ways) == 20
    assert sorted(hub.claims) == sorted(five.owed)
    assert hub.payments == net(five.owed)
    assert sum(hub.positions.values()) == 0
    assert parse(hub.encode()) == hub


def test_a_hub_whose_figures_were_touched_is_refused(hub: Hub) -> None:
    document = json.loads(hub.encode())
    changes: tuple[dict[str, Any], ...] = (
        {"payments": []},
        {"positions": document["positions"] | {"jilin": "0"}},
        {"period": "2026-13"},
        {"format": "tanhui-hub/v2"},
        {"more": ""},
    )
    for change in changes:
        touched = json.dumps(document | change, sort_keys=True, separators=(",", ":")).encode()
        with pytest.raises(FormatError):
            parse(touched)


def test_statements_that_do_not_belong_together_are_refused(five: Five) -> None:
    anchors = [one.anchors for one in five.regions]
    names = {one.genesis: one.network for one in anchors}
    first = check(next(iter(five.files.values())).splitlines(keepends=True), anchors)
    with pytest.raises(FormatError, match=r"hub\.twice"):
        gather([first, check(next(iter(five.files.values())).splitlines(keepends=True), anchors)], names)
    with pytest.raises(FormatError, match=r"hub\.period"):
        gather([], names)
    with pytest.raises(FormatError, match=r"hub\.names"):
        gather([first], dict.fromkeys(names, "one"))


def test_the_command_checks_each_statement_and_names_the_one_that_fails(five: Five, tmp_path: Path) -> None:
    options = []
    for one in five.regions:
        path = tmp_path / f"{one.name}.json"
        path.write_bytes(one.anchors.file())
        options += ["--anchors", str(path)]
    files = []
    for name, content in five.files.items():
        path = tmp_path / f"{name}.statement"
        path.write_bytes(content)
        files.append(str(path))
    out = tmp_path / "hub.json"
    done = CliRunner().invoke(app, ["hub", *files, *options, "--out", str(out), "--json"])
    assert done.exit_code == 0, done.output
    assert len(parse(out.read_bytes()).payments) < len(five.regions)
    broken_file = Path(files[3])
    broken_file.write_bytes(broken_file.read_bytes().replace(b'"quantity":"', b'"quantity":"1', 1))
    refused = CliRunner().invoke(app, ["hub", *files, *options])
    assert refused.exit_code == 1
    assert broken_file.name in refused.output.replace("\n", "")
