"""README's commands do what it says, and it names the commands that `tanhui --help` names."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from tanhui.cli.main import app
from tests.support.running_registry import registry

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(heading: str) -> list[str]:
    """The shell blocks under a heading."""
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```", section, re.DOTALL)


def run(folder: Path, *scripts: str) -> str:
    """What the scripts print, run as one; they must end well."""
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", "\n".join(scripts)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which `. .venv/bin/activate` works as in a clone."""
    (tmp_path / ".venv").symlink_to(Path(sys.prefix), target_is_directory=True)
    return tmp_path


def test_the_first_look_shows_what_it_says(folder: Path) -> None:
    first, second = blocks("A first look")
    with registry(folder / "data") as (url, _):
        first = first.replace("http://127.0.0.1:8000", url)
        # head closes the event stream early, which is how it is meant to end
        shown = run(folder, "set +o pipefail", first, "set -o pipefail", second)
    assert "conference-2026" in shown
    assert "registry.founded" in shown
    assert '"available":"9"' in shown
    checked = blocks("Checking without trust")[0].splitlines()[0]
    assert "consistent" in run(folder, ". .venv/bin/activate", checked)


def test_the_demo_runs_as_shown(folder: Path) -> None:
    (demo,) = blocks("A month that balances")
    shown = run(folder, demo.replace("--people 1000", "--people 100"))
    assert "balanced" in shown
    assert '"balanced": true' in shown


def test_readme_and_help_name_the_same_commands() -> None:
    group = typer.main.get_command(app)
    known = set(group.list_commands(None))  # type: ignore[attr-defined]  # a group of commands
    listed = set(re.findall(r"^\| `tanhui ([\w-]+)` \|", README, re.MULTILINE))
    assert listed == known
    assert set(re.findall(r"^tanhui ([\w-]+)", README, re.MULTILINE)) <= known


def test_the_folders_that_readme_lists_are_there() -> None:
    for name in re.findall(r"^\| `(\w+)/` \|", README, re.MULTILINE):
        assert (ROOT / name).is_dir(), name
