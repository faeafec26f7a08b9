"""An older ledger under newer records: said at the start, made good by `tanhui rebuild`, never glossed over."""

import json
import shutil
import sqlite3
import time
from pathlib import Path
from typing import Any

from tanhui.cli.put_back import lost_batches
from tanhui.registry_api.intake.outcomes import BLOCK_LOST
from tanhui.registry_api.intake.queue import IntakeQueue, NewBatch
from tests.support.running_registry import Client, registry, tanhui

WITHIN_S = 30
FOUND = {"name": "成都市生态环境局", "region": "510100"}


def stopped(data: Path, *options: str) -> str:
    """What `tanhui up` says when it does not start."""
    refused = tanhui("up", "--data", str(data), "--api-port", "0", "--gateway-port", "0", *options)
    assert refused.returncode == 1, refused.stdout
    assert "Traceback" not in refused.stderr
    return " ".join(refused.stderr.split())


def founded(client: Client) -> list[dict[str, Any]]:
    """The effects of founding, once the read model has come to their block."""
    deadline = time.monotonic() + WITHIN_S
    while not (items := client.get("/v1/effects?kind=registry.founded")["items"]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return list(items)


def test_an_older_ledger_is_noticed_and_nothing_vanishes_unseen(tmp_path: Path) -> None:
    data = tmp_path / "data"
    plain = ("--empty", "--no-log")
    with registry(data, *plain) as (url, _):
        shutil.copytree(data / "ledger", tmp_path / "older", ignore=shutil.ignore_patterns("state"))
        regulator = Client(url, data, "regulator-registrar")
        regulator.done("/v1/registry", "found", FOUND)
        (effect,) = founded(regulator)
        block = int(effect["block"])
    queue = IntakeQueue(data / "api/intake.sqlite")
    queue.begin("u1", "operator-recorder", b"{}", 1)
    queue.append("u1", [NewBatch("20261121-u.0", (1, 2), (b"{}", b"{}"))])
    queue.finish("u1", "", 2, b"[]")
    (batch,) = queue.next_batches((), 1)
    queue.settle(batch.id, "committed", "a" * 64, block, b"{}")
    queue.close()
    shutil.rmtree(data / "ledger")
    shutil.move(tmp_path / "older", data / "ledger")

    said = stopped(data, *plain)
    assert f"lacks block {block}, which the read model holds" in said
    assert "an older copy of it was put back" in said

    rebuilt = tanhui("rebuild", "--data", str(data), "--json")
    assert rebuilt.returncode == 1, rebuilt.stderr
    told = json.loads(rebuilt.stdout)
    assert told["lost"] == [{"request": "20261121-u.0", "lines": 2, "block": str(block)}]
    assert (told["effects"], told["equal_to_the_old_one"]) == ("0", False)
    assert "lost: 2 lines of 20261121-u.0" in rebuilt.stderr
    with sqlite3.connect(data / "api/intake.sqlite") as database:
        ((state, outcome),) = database.execute("SELECT state, outcome FROM batches").fetchall()
    database.close()
    assert (state, json.loads(outcome)["code"]) == ("refused", BLOCK_LOST.name)

    with registry(data, *plain) as (url, _):
        regulator = Client(url, data, "regulator-registrar")
        regulator.done("/v1/registry", "found", FOUND)
        assert len(founded(regulator)) == 1


def test_without_an_intake_nothing_is_lost(tmp_path: Path) -> None:
    assert lost_batches(tmp_path, 0) == []
    assert list(tmp_path.iterdir()) == []
