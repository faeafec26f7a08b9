"""The sample is loaded once, quickly, and a start that was killed halfway is taken up by the next."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.running_registry import TANHUI, Client, registry


def shown(data: Path) -> tuple[int, int, str]:
    """Blocks, accounts, and the quantity retired."""
    with registry(data) as (url, _):
        reader = Client(url, data, "regulator-registrar")
        height = int(reader.get("/readyz")["height"])
        accounts = reader.get("/v1/programmes/tanxiaohui/accounts")["items"]
        return height, len(accounts), reader.get("/v1/retirements/conference-2026")["quantity"]


def test_a_second_start_adds_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = shown(data)
    assert first[1:] == (22, "18250")
    assert shown(data) == first


@pytest.mark.parametrize("after_s", [1.6, 2.6, 3.6])
def test_a_start_killed_halfway_is_taken_up_by_the_next(tmp_path: Path, after_s: float) -> None:
    data = tmp_path / "data"
    command = [TANHUI, "up", "--data", str(data), "--api-port", "0", "--gateway-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ) as process:
        time.sleep(after_s)
        process.kill()
        process.communicate()
    assert shown(data)[1:] == (22, "18250")
