"""What is wrong names its file, its variable or its option, and says what to do about it."""

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tanhui.cli.api_settings import settings_from_environment
from tanhui.cli.main import app
from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.load_topology import load_topology


def tanhui(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"REQUESTS_A_SECOND": "abc"}, ["TANHUI_API_REQUESTS_A_SECOND: 'abc' is no whole number"]),
        ({"PAGE_SIZE_MAX": "0"}, ["TANHUI_API_PAGE_SIZE_MAX: '0' must be at least 1"]),
        ({"BODY_IDLE_S": "soon"}, ["TANHUI_API_BODY_IDLE_S: 'soon' is no number"]),
        ({"TRUSTED_PROXIES": "10.0.0.1"}, ["TANHUI_API_TRUSTED_PROXIES: must be a JSON list"]),
        (
            {"PAGE_SIZE_MAX": "many", "BODY_IDLE_S": "0"},
            [
                "TANHUI_API_BODY_IDLE_S: '0' must be greater than 0.0",
                "TANHUI_API_PAGE_SIZE_MAX: 'many' is no whole number",
            ],
        ),
    ],
)
def test_each_variable_that_is_no_setting_has_its_line(
    variables: dict[str, str], said: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"TANHUI_API_{name}", value)
    for command in (("up", "--api-port", "0", "--gateway-port", "0"), ("demo", "chengdu"), ("demo",)):
        done = tanhui(*command, "--data", tmp_path / "data")
        assert (done.exit_code, done.stdout) == (2, ""), done.output
        assert done.stderr.strip().splitlines() == said  # a progress bar leaves an empty line


def test_a_public_address_that_is_none_is_told_in_our_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TANHUI_API_PUBLIC_URL", "registry")
    with pytest.raises(Exception):  # noqa: B017, PT011  typer's Exit, whose place changes between versions
        settings_from_environment()
    told = capsys.readouterr().err
    assert "must be like https://registry.example" in told
    assert told.startswith("TANHUI_API_PUBLIC_URL: ")
    assert "pydantic" not in told


def test_messages_name_the_file(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text("# a title\n\nkey: [", "utf-8")
    with pytest.raises(ChannelError, match="must be YAML") as refused:
        load_topology(file)
    assert str(refused.value).startswith(f"{file}: topology ")
    config = tmp_path / "bad.yaml"
    config.write_text("nothing: here\n", "utf-8")
    asked = tanhui("conflicts", "--config", config, "--project", "p")
    assert (asked.exit_code, asked.stderr.startswith(f"{config}: ")) == (1, True), asked.output
    checked = tanhui("check-statement", file, "--anchors", config)
    assert checked.exit_code == 1
    assert checked.stderr.startswith(f"{config}: no anchors file: ")
    gone = tanhui("check-statement", file, "--anchors", tmp_path / "gone")
    assert gone.stderr == f"{tmp_path / 'gone'}: no anchors file: No such file or directory\n"


@pytest.mark.parametrize(
    ("command", "status", "lacking"),
    [
        (
            ["upload", "FILE", "--scene", "walk"],
            2,
            ["--programme", "--methodology", "--source", "--key-file"],
        ),
        (["audit", "keys", "--origin", "o"], 2, ["--data", "--auditor"]),
        (["verify"], 3, ["BUNDLE", "--anchors"]),
    ],
)
def test_what_is_missing_is_named_at_once(
    command: list[str], status: int, lacking: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TANHUI_KEY_FILE", raising=False)
    monkeypatch.setenv("COLUMNS", "300")
    file = tmp_path / "a.csv"
    file.touch()
    done = tanhui(*(file if one == "FILE" else one for one in command))
    assert done.exit_code == status
    told = done.stderr.partition("Missing ")[2].splitlines()[0]
    assert [one for one in lacking if one not in told] == []
    assert "--scene" not in told
    assert "--origin" not in told


def test_an_api_that_is_not_there_and_one_without_a_scheme(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("thk_secret", "ascii")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for language, said in (
        ("--en", "is it running? `tanhui up`"),
        ("--zh", "登记系统在运行吗?用 `tanhui up`"),
    ):
        away = tanhui("report", "--api", f"http://127.0.0.1:{port}", "--key-file", key, language)
        assert (away.exit_code, said in away.stderr) == (3, True), away.output
        usage = tanhui("report", "--api", f"127.0.0.1:{port}", "--key-file", key, language)
        assert (usage.exit_code, f"http://127.0.0.1:{port}" in usage.stderr) == (2, True), usage.output
