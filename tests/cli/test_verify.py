"""`tanhui verify`: its four statuses, its words, and that a caller's mistake is no verdict."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tanhui.cli.main import app
from tanhui.proofs.__main__ import main as alone
from tests.support import proof_vectors

VECTORS = json.loads(proof_vectors.FILE.read_text())
CASES: dict[str, dict[str, Any]] = {one["name"]: one for one in VECTORS["cases"]}


@pytest.fixture
def anchors(tmp_path: Path) -> Path:
    path = tmp_path / "anchors.json"
    path.write_text(json.dumps(VECTORS["anchors"]["sample"]), "utf-8")
    return path


def bundle(folder: Path, name: str) -> Path:
    path = folder / "bundle.json"
    path.write_bytes(b64decode(CASES[name]["bundle"]))
    return path


def tanhui_verify(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["verify", *map(str, arguments)], catch_exceptions=False)


def case_with(outcome: str) -> str:
    return next(
        name
        for name, one in CASES.items()
        if one["expect"]["outcome"] == outcome and one["anchors"] == "sample" and not one.get("options")
    )


@pytest.mark.parametrize(
    ("outcome", "status", "en", "zh"),
    [
        ("valid", 0, "VALID as of log size", "有效,截至日志长度"),
        ("invalid", 1, "INVALID: ", "无效:"),
        ("insufficient", 2, "INSUFFICIENT, missing: ", "证据不足,缺少:"),
    ],
)
def test_each_verdict_has_its_status_and_its_words(
    outcome: str, status: int, en: str, zh: str, anchors: Path, tmp_path: Path
) -> None:
    file = bundle(tmp_path, case_with(outcome))
    for language, said in (("--en", en), ("--zh", zh)):
        done = tanhui_verify(file, "--anchors", anchors, language)
        assert (done.exit_code, done.stdout.startswith(said)) == (status, True), done.output
    shown = json.loads(tanhui_verify(file, "--anchors", anchors, "--json").stdout)
    assert shown["outcome"] == outcome


def test_an_effect_is_told_line_by_line(anchors: Path, tmp_path: Path) -> None:
    done = tanhui_verify(bundle(tmp_path, "valid_retirement"), "--anchors", anchors)
    lines = done.stdout.splitlines()
    assert any(line.endswith(": retirements.retired") and "the bundle is about" in line for line in lines)
    assert any(line.startswith("  beneficiary.") for line in lines)
    assert any(line.startswith("  ranges.0.first: ") for line in lines)
    assert "opened beneficiary.person: 张三，510100" in lines
    assert "{" not in done.stdout


@pytest.mark.parametrize("content", [b"{}", b"[]", b"not JSON", b"\xff", b""])
def test_anchors_that_are_none_judge_nothing(content: bytes, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_bytes(content)
    file = bundle(tmp_path, "valid_retirement")
    done = tanhui_verify(file, "--anchors", bad)
    assert (done.exit_code, done.stdout) == (3, "")
    assert "is no anchors file: " in " ".join(done.stderr.split())
    assert "不是信任锚文件" in tanhui_verify(file, "--anchors", bad, "--zh").stderr
    assert alone([str(file), "--anchors", str(bad)]) == 3


def test_a_missing_file_judges_nothing(anchors: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone.json"
    for arguments in (
        (gone, "--anchors", anchors),
        (anchors, "--anchors", gone),
        (tmp_path, "--anchors", anchors),
    ):
        done = tanhui_verify(*arguments)
        assert (done.exit_code, done.stdout) == (3, "")
        assert "cannot be read: " in " ".join(done.stderr.split())
        assert "Errno" not in done.stderr
        assert "无法读取" in tanhui_verify(*arguments, "--zh").stderr


@pytest.mark.parametrize(
    "arguments", [[], ["bundle.json"], ["bundle.json", "--anchor"], ["b", "--at", "noon"]]
)
def test_a_command_that_is_not_understood_judges_nothing(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, ["verify", *arguments]).exit_code == 3
    with pytest.raises(SystemExit) as ended:
        alone(arguments)
    assert ended.value.code == 3


def test_the_pdf_of_a_certificate_is_no_verdict(anchors: Path, tmp_path: Path) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(b"%PDF-1.7\n...")
    done = tanhui_verify(file, "--anchors", anchors)
    assert (done.exit_code, done.stdout) == (3, "")
    assert "this is the PDF" in done.stderr
    assert ".bundle.json" in tanhui_verify(file, "--anchors", anchors, "--zh").stderr


def test_who_asks_for_no_witness_is_told_so(tmp_path: Path) -> None:
    trusted = VECTORS["anchors"]["sample"]
    nobody = {**trusted, "witnesses": {"threshold": "0", "keys": []}}
    file = tmp_path / "nobody.json"
    file.write_text(json.dumps(nobody), "utf-8")
    done = tanhui_verify(bundle(tmp_path, "valid_retirement"), "--anchors", file)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[0].endswith(", no witness asked for")


def test_what_is_no_bundle_is_invalid(anchors: Path, tmp_path: Path) -> None:
    file = tmp_path / "bundle.json"
    file.write_bytes(b"{}")
    assert tanhui_verify(file, "--anchors", anchors).exit_code == 1
