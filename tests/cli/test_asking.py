"""What the asking commands make of the API's answers, without an API."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from typer.testing import CliRunner, Result

from tanhui.cli.api_client import ApiClient
from tanhui.cli.asking import NEAREST
from tanhui.cli.main import app, sentence_of
from tanhui.cli.network_change import _show
from tanhui.node.ledger.errors import LedgerLockedError

BUYER = "91510100MA60000056"
ACTIVITY = {
    "items": [
        {
            "number": "3",
            "block": "12",
            "transaction": "0f" * 32,
            "function": "points:IssueMany",
            "at": 1_795_254_648,
            "effects": [
                {
                    "block": "12",
                    "at": 1_795_254_648,
                    "transaction": "0f" * 32,
                    "effect": {"kind": kind, "points": "7"},
                }
                for kind in ("points.issued", "points.redeemed")
            ],
        },
        {
            "number": "4",
            "block": "13",
            "transaction": "1e" * 32,
            "function": "points:Nothing",
            "at": 1_795_254_648,
            "effects": [],
        },
    ],
    "after": None,
}
REPORTS = {"items": [{"name": "credit-supply"}, {"name": "points-supply"}, {"name": "ageing"}]}
NO_OUTCOMES: dict[str, Any] = {"/v1/activities/uploads/u/batches": {"items": [], "after": None}}


def ask(monkeypatch: pytest.MonkeyPatch, folder: Path, answers: Mapping[str, Any], *arguments: str) -> Result:
    def get(_client: ApiClient, path: str, **_query: str | int) -> Any:
        return dict(answers[path])

    monkeypatch.setattr(ApiClient, "get", get)
    key = folder / "key"
    key.write_text("thk_secret", "ascii")
    return CliRunner().invoke(app, [*arguments, "--key-file", str(key)], catch_exceptions=False)


def test_what_an_organisation_did_is_a_row_an_effect(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done = ask(monkeypatch, tmp_path, {f"/v1/organisations/{BUYER}/activity": ACTIVITY}, "did", BUYER)
    head, _, *rows = done.stdout.splitlines()
    assert head.split() == ["at", "block", "kind", "what", "transaction"]
    assert [row.split()[2:-1] for row in rows] == [
        ["12", "points.issued", "points", "7"],
        ["12", "points.redeemed", "points", "7"],
        ["13", "-", "function", "points:Nothing"],
    ]
    assert "{" not in done.stdout


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("supply", "credit-supply, points-supply"),
        ("credit-suply", "credit-supply"),
        ("zzz", "credit-supply, points-supply, ageing"),
    ],
)
def test_a_report_that_is_not_there_names_the_nearest(
    name: str, nearest: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done = ask(monkeypatch, tmp_path, {"/v1/reports": REPORTS}, "report", name)
    assert done.exit_code == 2
    said = " ".join(done.stderr.split())
    assert said.startswith(f"no report {name}; the nearest: ")
    named = said.partition("nearest: ")[2].partition(".")[0].split(", ")
    assert set(nearest.split(", ")) <= set(named)
    assert len(named) <= NEAREST
    assert "没有报表" in ask(monkeypatch, tmp_path, {"/v1/reports": REPORTS}, "report", name, "--zh").stderr


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (FileNotFoundError(2, "No such file or directory", "a.json"), "a.json: No such file or directory"),
        (OSError("a plain sentence"), "a plain sentence"),
        (LedgerLockedError(Path("data")), "ledger data is open in another process: stop the registry first"),
    ],
)
def test_an_error_is_its_sentence(error: Exception, said: str) -> None:
    assert sentence_of(error) == said


def test_a_network_that_is_as_it_should_be_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    _show([], as_json=False)
    assert capsys.readouterr().err == "nothing to do: the channel is as the topology says\n"


@pytest.mark.parametrize(("language", "said"), [("--en", "holds no activity"), ("--zh", "中没有活动记录")])
def test_an_upload_of_nothing_says_so(
    language: str, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    receipt = {"id": "u", "lines": 0, "accepted": 0, "committed": 0, "refused": 0, "bad": 0, "bad_lines": []}

    def request(_client: ApiClient, *_what: str, **_more: Any) -> httpx.Response:
        return httpx.Response(202, json=receipt | {"complete": True})

    monkeypatch.setattr(ApiClient, "request", request)
    file = tmp_path / "none.csv"
    file.write_text("account,when,inputs.visits\n", "utf-8")
    terms = [word for name in ("programme", "scene", "methodology", "source") for word in (f"--{name}", "x")]
    done = ask(monkeypatch, tmp_path, NO_OUTCOMES, "upload", str(file), *terms, language)
    assert (done.exit_code, done.stdout) == (0, "")
    assert said in "".join(done.stderr.split("\n"))


def test_a_long_report_is_made_in_the_background_and_fetched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[httpx.Request] = []
    states = iter(("waiting", "running", "done"))

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if request.url.path.endswith("/exports"):
            return httpx.Response(202, json={"id": "ab" * 16})
        if request.url.path.endswith("/file"):
            return httpx.Response(200, content=b"a,b\r\n" * 1_000)
        if request.url.path == "/v1/reports":
            return httpx.Response(200, json=REPORTS)
        state = next(states)
        return httpx.Response(
            200, json={"state": state, "done": 1, "total": 2, "file": "/v1/jobs/x/file", "problem": None}
        )

    client = httpx.Client(transport=httpx.MockTransport(answer))
    monkeypatch.setattr(httpx, "request", client.request)
    monkeypatch.setattr(httpx, "stream", client.stream)
    monkeypatch.setattr("tanhui.cli.asking.LOOK_S", 0.0)
    key, out = tmp_path / "key", tmp_path / "out.csv"
    key.write_text("thk_secret", "ascii")
    arguments = ["report", "credit-supply", "as_of=2026-11-21", "--background", "--key-file", str(key)]
    made = CliRunner().invoke(app, [*arguments, "--out", str(out)], catch_exceptions=False)
    assert made.exit_code == 0, made.stderr
    assert out.read_bytes() == b"a,b\r\n" * 1_000
    sent = next(one for one in asked if one.method == "POST")
    assert json.loads(sent.content) == {"as_of": "2026-11-21", "format": "csv"}
    assert sent.headers["idempotency-key"][8] == "-"
    assert CliRunner().invoke(app, arguments).exit_code == 2, "without --out"
