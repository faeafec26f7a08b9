"""`tanhui up --chaincode`: the contract as a service; a service that is gone is named, and found again."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx

from tests.support.running_registry import registry, tanhui, today_digits

ANSWERED_WITHIN_S = 90
"""The API itself tries for 30 s before it says that nobody endorses."""


@contextmanager
def service(port: int = 0) -> Iterator[tuple[subprocess.Popen[str], int]]:
    environment = {
        "PATH": os.environ["PATH"],
        "CHAINCODE_ID": "registry:1",
        "CHAINCODE_SERVER_ADDRESS": f"127.0.0.1:{port}",
        "CHAINCODE_TLS_DISABLED": "true",
    }
    command = [sys.executable, "-m", "tanhui.cli.main", "chaincode", "serve"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("ready "), line
        try:
            yield process, int(line.split()[1])
        finally:
            process.kill()
            process.wait()


def found(url: str, token: str, body: dict[str, str]) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"{today_digits()}-found"}
    return httpx.post(f"{url}/v1/registry", json=body, headers=headers, timeout=ANSWERED_WITHIN_S)


def test_the_registry_runs_with_its_contract_in_another_process(tmp_path: Path) -> None:
    data = tmp_path / "data"
    body = {"name": "成都市生态环境局", "region": "510100"}
    with (
        service() as (process, port),
        registry(data, "--empty", "--chaincode", f"127.0.0.1:{port}") as (url, _),
    ):
        token = (data / "api/tokens/regulator-registrar").read_text("ascii").strip()
        process.kill()
        process.wait()
        without = found(url, token, body)
        assert without.status_code in {500, 502, 503}, without.text
        with service(port):
            answer = found(url, token, body)
            assert answer.status_code == 201, answer.text
    checked = tanhui("fsck", "--data", str(data), "--json")
    assert checked.returncode == 0, checked.stderr


def test_a_network_wants_tls(tmp_path: Path) -> None:
    answer = tanhui("up", "--data", str(tmp_path / "data"), "--chaincode", "chaincode.example:9999")
    assert answer.returncode == 2
    assert "a connection.json with TLS is needed" in " ".join(answer.stderr.split())
    assert not (tmp_path / "data").exists()
