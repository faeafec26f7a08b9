"""`tanhui up` as its user runs it: one line when it serves, writes that survive a restart, a ledger that checks."""

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from tanhui.cli.registry_process import embedded_topology
from tests.support.running_registry import registry, tanhui, today_digits

WITHIN_S = 40
FOUND = {"name": "成都市生态环境局", "region": "510100"}


def write(url: str, token: str, request_id: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": request_id}
    return httpx.post(f"{url}/v1/registry", json=FOUND, headers=headers, timeout=30)


def read(url: str, token: str, path: str) -> Any:
    return httpx.get(f"{url}{path}", headers={"Authorization": f"Bearer {token}"}, timeout=30).json()


def wait_until_level(url: str, token: str) -> None:
    """Until the read model has every block."""
    deadline = time.monotonic() + WITHIN_S
    while read(url, token, "/v1/read-model")["blocks_behind"] != "0":
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_write_survives_a_kill_between_the_two_commits_and_the_ledger_checks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The read model's file is locked meanwhile: the write stands in a block, and no search can have it.

    The start after the kill brings it in, once; sent again it is the same write still, and a rebuilt model is no other.
    """
    monkeypatch.setenv("TANHUI_API_WRITES_SHOWN_WITHIN_MS", "0")
    data = tmp_path / "data"
    with registry(data, "--empty") as (url, process):
        token = (data / "api/tokens/regulator-registrar").read_text("ascii").strip()
        wait_until_level(url, token)
        with closing(sqlite3.connect(data / "api/read.sqlite", isolation_level=None, timeout=30)) as locked:
            locked.execute("BEGIN IMMEDIATE")
            answer = write(url, token, f"{today_digits()}-found")
            assert answer.status_code == 201, answer.text
            transaction = answer.json()["transaction"]
            assert read(url, token, "/v1/read-model")["blocks_behind"] == "1"
            assert read(url, token, "/v1/effects")["items"] == []
            process.kill()
            process.wait()
    with registry(data, "--empty") as (url, _):
        wait_until_level(url, token)
        assert read(url, token, "/v1/registry")["transaction"] == transaction
        shown = read(url, token, f"/v1/transactions/{transaction}")
        assert shown["validation"] == "VALID"
        assert shown["function"] == "governance:Found"
        assert shown["creator"]["msp_id"] == "RegulatorMSP"
        assert {e["endorser"]["msp_id"] for e in shown["endorsements"]} <= {
            "RegulatorMSP",
            "OperatorMSP",
            "ExchangeMSP",
        }
        again = write(url, token, f"{today_digits()}-found")
        assert again.status_code == 200
        assert again.json()["transaction"] == transaction
        wait_until_level(url, token)
        searched = read(url, token, "/v1/effects")
        assert [one["transaction"] for one in searched["items"]] == [transaction]
    assert "the model that was there, up to block" in tanhui("rebuild", "--data", str(data)).stdout
    rebuilt = tanhui("rebuild", "--data", str(data), "--json")
    assert rebuilt.returncode == 0, rebuilt.stderr
    told = json.loads(rebuilt.stdout)
    assert (told["effects"], told["equal_to_the_old_one"]) == ("1", True)
    checked = tanhui("fsck", "--data", str(data), "--json")
    assert checked.returncode == 0, checked.stderr
    assert json.loads(checked.stdout)["consistent"] is True


def test_keys_are_private_and_can_be_revoked(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with registry(data, "--empty") as (url, _):
        for path in [*data.rglob("*_sk"), *data.rglob("*.key"), *(data / "api/tokens").iterdir()]:
            assert path.stat().st_mode & 0o077 == 0, path
        created = tanhui("key", "create", "regulator-registrar", "--data", str(data))
        token = created.stdout.strip()
        assert read(url, token, "/v1/organisations")["items"] == []
        assert "read, write" in tanhui("key", "list", "--data", str(data)).stdout
        listed = json.loads(tanhui("key", "list", "--data", str(data), "--json").stdout)
        newest = next(entry for entry in listed if entry["expires"])
        assert tanhui("key", "revoke", newest["id"], "--data", str(data)).returncode == 0
        assert read(url, token, "/v1/organisations")["code"] == "api.unauthenticated"


def test_keys_in_custody_are_encrypted_by_a_passphrase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, passphrase = tmp_path / "data", tmp_path / "passphrase"
    passphrase.write_text("a passphrase of a test\n", "ascii")
    monkeypatch.setenv("TANHUI_API_CUSTODY_PASSPHRASE_FILE", str(passphrase))
    with registry(data, "--empty") as (url, _):
        token = (data / "api/tokens/regulator-registrar").read_text("ascii").strip()
        assert write(url, token, f"{today_digits()}-found").status_code == 201
    keys = [path.read_bytes() for path in data.rglob("users/*/msp/keystore/*")]
    users = sum(len(organisation.users) for organisation in embedded_topology().organisations)
    assert sum(b"BEGIN ENCRYPTED PRIVATE KEY" in key for key in keys) == users
    passphrase.write_text("another passphrase altogether\n", "ascii")
    refused = tanhui("up", "--data", str(data), "--api-port", "0", "--gateway-port", "0")
    assert refused.returncode == 1
    assert "must open with the custody's passphrase" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_what_cannot_work_is_said_without_a_traceback(tmp_path: Path) -> None:
    nothing = tanhui("fsck", "--data", str(tmp_path))
    assert nothing.returncode == 1
    assert "no ledger here" in nothing.stderr
    usage = tanhui("up")
    assert usage.returncode == 2
    assert "Traceback" not in nothing.stderr + usage.stderr


def test_commands_want_a_registry_and_an_identity_that_are_there(tmp_path: Path) -> None:
    for command in (
        ("rebuild",),
        ("key", "list"),
        ("key", "create", "operator-recorder"),
        ("key", "revoke", "x"),
    ):
        answer = tanhui(*command, "--data", str(tmp_path))
        assert answer.returncode == 1, command
        assert "no ledger here" in answer.stderr
    assert list(tmp_path.iterdir()) == []
