"""The wheel holds every package: setuptools lists them explicitly, so that a forgotten one must fail here."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_every_folder_with_code_is_listed_and_typed() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    top_level = [Path(folder) for folder in setuptools["package-dir"].values()]
    found = {
        "tanhui." + ".".join(path.parent.relative_to(ROOT).parts)
        for top in top_level
        for path in (ROOT / top).rglob("__init__.py")
    }
    assert found == set(setuptools["packages"])
    assert all((ROOT / top / "py.typed").exists() for top in top_level)


def test_import_linter_reads_the_top_level_packages() -> None:
    """A sub-package among them stops import-linter before its first contract."""
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    assert set(tools["importlinter"]["root_packages"]) == set(tools["setuptools"]["package-dir"])
