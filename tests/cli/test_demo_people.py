"""`tanhui demo --connection` on a network without its people: said before anything is written."""

import re
from pathlib import Path

from typer.testing import CliRunner

import tanhui.network
from tanhui.cli.main import app
from tanhui.cli.network_options import known_network

SMALL = Path(tanhui.network.__path__[0]) / "topologies" / "small.yaml"

PEOPLE = re.compile(r"      - name: (custodian|verifier|owner|organiser)\n.*\n")


def test_who_is_missing_is_named_before_the_first_write(tmp_path: Path) -> None:
    topology = tmp_path / "without.yaml"
    topology.write_text(PEOPLE.sub("", SMALL.read_text("utf-8")), "utf-8")
    network = known_network(topology, tmp_path / "net")
    network.write_connection()
    arguments = ["demo", "--connection", str(network.connection_file), "--people", "20"]
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    said = " ".join(done.stderr.split())
    assert (done.exit_code, done.stdout) == (2, ""), done.output
    assert "operator-verifier, operator-owner, operator-organiser; there are: operator-approver" in said
    assert "Nothing was written" in said
