"""`tanhui up` whose channel can commit no more: it says why and ends with a status that a supervisor sees."""

import errno
import threading
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from typer.testing import CliRunner

from tanhui.cli import up
from tanhui.cli.main import app
from tanhui.node.ledger import Ledger
from tests.support.running_registry import today_digits


def test_up_ends_when_its_channel_has_stopped_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    answers: list[int] = []

    def full(*_arguments: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def write(url: str) -> None:
        token = (data / "api/tokens/regulator-registrar").read_text("ascii").strip()
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"{today_digits()}-found"}
        found = {"name": "成都市生态环境局", "region": "510100"}
        answers.append(httpx.post(f"{url}/v1/registry", json=found, headers=headers, timeout=30).status_code)

    writing: list[threading.Thread] = []

    def on_ready(where: str) -> None:
        monkeypatch.setattr(Ledger, "commit_block", full)
        writing.append(threading.Thread(target=write, args=[where.split(maxsplit=1)[0]]))
        writing[0].start()

    monkeypatch.setattr(up, "say_ready", on_ready)
    command = ["up", "--data", str(data), "--api-port", "0", "--gateway-port", "0", "--empty", "--no-log"]
    ended = CliRunner().invoke(app, command)
    writing[0].join(timeout=30)
    assert answers == [503]
    assert ended.exit_code == 1, ended.output
    said = " ".join(ended.stderr.split())
    assert "channel credits stopped at block" in said
    assert "No space left on device; restart the node" in said
    assert "Traceback" not in said
