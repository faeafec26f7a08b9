"""A command imports what it needs and no more; every command and every known error is where the tables say."""

import importlib
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from tanhui.cli.commands import COMMANDS
from tanhui.cli.main import KNOWN, app, is_known

HEAVY = ("fastapi", "sqlalchemy", "uvicorn", "plyvel", "jinja2", "tanhui.node.node", "tanhui.registry_api")
RESIDENT_KB_MAX = 90_000


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_shows_its_help(name: str) -> None:
    done = CliRunner().invoke(app, [name, "--help"])
    assert done.exit_code == 0, done.output
    assert f"tanhui {name}" in done.output or f"{name} [" in done.output


def test_a_name_that_nobody_has_is_told_the_nearest() -> None:
    done = CliRunner().invoke(app, ["chaincod"])
    assert done.exit_code == 2
    assert "chaincode" in done.output


def test_known_errors_are_where_the_table_says() -> None:
    for module, name in KNOWN:
        error = getattr(importlib.import_module(module), name)
        assert issubclass(error, Exception)
        assert is_known(error.__new__(error))
    assert is_known(FileNotFoundError())
    assert not is_known(ValueError())


def test_a_chaincode_service_carries_neither_node_nor_api() -> None:
    script = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from tanhui.cli.main import app\n"
        "assert CliRunner().invoke(app, ['chaincode', 'serve', '--help']).exit_code == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
        "status = open('/proc/self/status').read()\n"
        "print(status.partition('VmRSS:')[2].split()[0])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    carried, resident_kb = done.stdout.splitlines()
    assert carried == "[]"
    assert int(resident_kb) < RESIDENT_KB_MAX
