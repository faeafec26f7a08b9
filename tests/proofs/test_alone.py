"""`proofs/` as its own distribution: built, put where nothing else of ours is, and run on the published vectors."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from base64 import b64decode
from pathlib import Path

import pytest

from tests.support import proof_vectors

ROOT = Path(__file__).parents[2]
SITE = Path(sysconfig.get_paths()["purelib"])
LIBRARIES = ("nacl", "rfc8785", "cffi", "_cffi_backend*", "pycparser")
"""PyNaCl and rfc8785 with what they need themselves."""
EXIT = {"valid": 0, "invalid": 1, "insufficient": 2}
TRIED = ("valid_retirement", "witness_quorum_minus_one", "second_certificate")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the built wheel's content and its libraries, and nothing else."""
    made = tmp_path_factory.mktemp("alone")
    source, home = made / "proofs", made / "path"
    shutil.copytree(ROOT / "proofs", source, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(made), str(source)], check=True, capture_output=True)
    (wheel,) = made.glob("tanhui_proofs-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(home)
    for library in LIBRARIES:
        for path in SITE.glob(library):
            (home / path.name).symlink_to(path)
    return home


def python(alone: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python with that folder and its own library on the path: -S leaves this project's environment out."""
    environment = {"PYTHONPATH": str(alone), "PATH": os.environ["PATH"]}
    return subprocess.run(
        [sys.executable, "-S", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        cwd=alone.parent,
    )


def test_it_holds_the_package_the_javascript_and_nothing_else(alone: Path) -> None:
    packages = {
        path.relative_to(alone).as_posix() for path in (alone / "tanhui").rglob("*") if path.is_file()
    }
    expected = {
        f"tanhui/proofs/{path.relative_to(ROOT / 'proofs').as_posix()}"
        for pattern in ("*.py", "py.typed", "*.js")
        for path in (ROOT / "proofs").rglob(pattern)
    }
    assert packages == expected
    assert python(alone, "-c", "import tanhui.node").returncode == 1


def test_it_asks_for_what_the_whole_project_asks_for() -> None:
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    own = tomllib.loads((ROOT / "proofs/pyproject.toml").read_text("utf-8"))["project"]
    assert set(own["dependencies"]) <= set(whole["dependencies"])
    assert (own["version"], own["requires-python"]) == (whole["version"], whole["requires-python"])


def test_it_verifies_the_published_vectors(alone: Path, tmp_path: Path) -> None:
    vectors = json.loads(proof_vectors.FILE.read_text())
    tried = 0
    for one in vectors["cases"]:
        if not one["name"].startswith(TRIED) or one.get("options"):
            continue
        bundle, trusted = tmp_path / "bundle.json", tmp_path / "anchors.json"
        bundle.write_bytes(b64decode(one["bundle"]))
        trusted.write_text(json.dumps(vectors["anchors"][one["anchors"]]))
        done = python(alone, "-m", "tanhui.proofs", str(bundle), "--anchors", str(trusted))
        assert done.returncode == EXIT[one["expect"]["outcome"]], (one["name"], done.stderr)
        shown = json.loads(done.stdout)
        assert shown.get("reason") == one["expect"].get("reason")
        assert shown.get("missing") == one["expect"].get("missing")
        tried += 1
    assert tried >= len(TRIED)
    missing = python(alone, "-m", "tanhui.proofs", str(tmp_path / "none"), "--anchors", str(trusted))
    assert missing.returncode == 3
