"""`tanhui bulk`, `webhook` and `denials` through a running API: outcomes, exit statuses, dry runs."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.running_registry import registry, tanhui

PROGRAMME = "tanxiaohui"


@pytest.fixture(scope="module")
def to(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[str, ...]]]:
    """Options that lead to a running registry, by identity."""
    data = tmp_path_factory.mktemp("bulk") / "data"
    with registry(data, "--no-log") as (url, _):
        yield {
            name: ("--api", url, "--key-file", str(data / "api/tokens" / name))
            for name in ("operator-recorder", "regulator-registrar")
        }


def orders(first: int, count: int) -> list[dict[str, object]]:
    return [
        {"programme": PROGRAMME, "accounts": [{"account": f"{first + n:032x}", "holder": "person"}]}
        for n in range(count)
    ]


def written(file: Path, items: list[dict[str, object]]) -> str:
    file.write_text("".join(json.dumps(item) + "\n" for item in items), "utf-8")
    return str(file)


def test_each_order_of_a_file_has_its_outcome(to: dict[str, tuple[str, ...]], tmp_path: Path) -> None:
    operator = to["operator-recorder"]
    file = written(tmp_path / "open.jsonl", [*orders(1, 3), *orders(1, 1)])
    checked = tanhui("bulk", "accounts:Open", file, "--dry-run", *operator)
    assert (checked.returncode, "4 of 4 orders pass" in checked.stdout) == (0, True), checked.stderr
    sent = tanhui("bulk", "accounts:Open", file, "--json", *operator)
    outcome = json.loads(sent.stdout)
    assert (sent.returncode, outcome["written"], outcome["refused"]) == (1, 3, 1)
    assert sorted(item["status"] for item in outcome["items"]) == [201, 201, 201, 409]
    wrong = written(tmp_path / "wrong.jsonl", [*orders(5, 1), {"programme": "UPPER", "accounts": []}])
    refused = tanhui("bulk", "accounts:Open", wrong, "--dry-run", "--json", *operator)
    assert refused.returncode == 1
    assert [one["number"] for one in json.loads(refused.stdout)["refused"]] == [1]


def test_a_file_of_columns_and_one_of_too_many_for_once(
    to: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    operator = to["operator-recorder"]
    many = written(tmp_path / "many.jsonl", orders(1_000, 505))
    done = tanhui("bulk", "accounts:Open", many, *operator)
    assert (done.returncode, "505 of 505 orders written" in done.stdout) == (0, True), done.stderr
    assert "job:" in done.stderr
    freezes = tmp_path / "freeze.csv"
    rows = "".join(f"{PROGRAMME},{1_000 + n:032x},核查\n" for n in range(2))
    freezes.write_text(f"programme,account,reason\n{rows}", "utf-8")
    frozen = tanhui("bulk", "accounts:Freeze", str(freezes), "--json", *operator)
    assert (frozen.returncode, json.loads(frozen.stdout)["written"]) == (0, 2), frozen.stderr


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.txt", "{}"), ("a.json", "{}"), ("a.jsonl", ""), ("a.jsonl", "[1]\n"), ("a.jsonl", "{")],
)
def test_a_file_that_is_none_is_a_usage_error(name: str, content: str, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("thk_x", "ascii")
    file = tmp_path / name
    file.write_text(content, "utf-8")
    done = tanhui("bulk", "accounts:Open", str(file), "--key-file", str(key), "--dry-run")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert str(name) in done.stderr.replace("\n", "")


def test_only_functions_that_write_are_written(tmp_path: Path) -> None:
    file = written(tmp_path / "a.jsonl", orders(1, 1))
    for function in ("accounts:List", "accounts:Nothing"):
        assert tanhui("bulk", function, file, "--key-file", file, "--dry-run").returncode == 2


def test_webhooks_come_and_go(to: dict[str, tuple[str, ...]]) -> None:
    operator = to["operator-recorder"]
    url = "https://example.org/hook"
    planned = tanhui("webhook", "add", url, "--kind", "points.issued", "--dry-run", *operator)
    assert json.loads(planned.stdout)["order"] == {"url": url, "kinds": ["points.issued"]}
    added = tanhui("webhook", "add", url, "--kind", "points.issued", "--after", "0", "--json", *operator)
    hook = json.loads(added.stdout)
    assert (added.returncode, hook["secret"].startswith("whsec_")) == (0, True)
    listed = json.loads(tanhui("webhook", "list", "--json", *operator).stdout)["items"]
    assert [one["id"] for one in listed] == [hook["id"]]
    assert "secret" not in listed[0]
    assert tanhui("webhook", "show", hook["id"], *to["regulator-registrar"]).returncode == 1, "another's"
    planned = tanhui("webhook", "replay", hook["id"], "--after", "7", "--dry-run", *operator)
    assert json.loads(planned.stdout)["order"] == {"after": 7}
    replayed = tanhui("webhook", "replay", hook["id"], "--after", "100000", "--json", *operator)
    assert json.loads(replayed.stdout)["state"] == "active"
    assert tanhui("webhook", "remove", hook["id"], "--dry-run", *operator).returncode == 0
    assert tanhui("webhook", "remove", hook["id"], *operator).returncode == 0
    assert tanhui("webhook", "show", hook["id"], *operator).returncode == 1
    refused = tanhui("webhook", "add", "ftp://example.org/x", *operator)
    assert (refused.returncode, "422" in refused.stderr) == (1, True)


def test_denials_are_for_supervisors(to: dict[str, tuple[str, ...]]) -> None:
    denied = tanhui("denials", *to["operator-recorder"])
    assert (denied.returncode, "403" in denied.stderr) == (1, True)
    for _ in range(20):  # entries are written in the background
        told = tanhui("denials", "--kind", "denied", "--json", *to["regulator-registrar"])
        found = [one for one in json.loads(told.stdout)["items"] if one["path"].startswith("/v1/audit")]
        if found:
            break
    assert found[0]["status"] == 403
