"""`tanhui relay` between two regions that it reaches by their Gateways and the files of their logs."""

import asyncio
import json
import subprocess
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml

from tanhui.cli.demo.clerk import ORGANISER, OWNER, today
from tanhui.cli.recognition.agreeing import begin
from tanhui.cli.recognition.embedded import open_region
from tanhui.cli.recognition.pair import Pair, piece
from tanhui.cli.recognition.places import PLACES
from tanhui.cli.recognition.region import Region
from tanhui.network.gateway.loop_thread import LoopThread
from tests.support.running_registry import TANHUI, api_on


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Pair, LoopThread, Path]]:
    """Two regions with agreements in force, served over gRPC, and a relay's file beside them."""
    data = tmp_path_factory.mktemp("regions")
    loop = LoopThread()
    stack = AsyncExitStack()

    async def opened() -> Pair:
        regions = [await stack.enter_async_context(open_region(place, data, today())) for place in PLACES[:2]]
        for region in regions:
            await region.node.serve("127.0.0.1", 0)
        made = Pair(regions, data, 2)
        await begin(made)
        return made

    pair = loop.run(opened())
    config = {
        "agreements": [pair.credits],
        "sides": [
            {
                "name": place.name,
                "connection": f"{place.name}/connection.json",
                "msp": "ExchangeMSP",
                "identity": "verifier",
                "log": f"{place.name}-auditor/log",
            }
            for place in PLACES[:2]
        ],
    }
    (data / "relay.yaml").write_text(yaml.safe_dump(config), "utf-8")
    try:
        yield pair, loop, data / "relay.yaml"
    finally:
        pair.close()
        loop.run(stack.aclose())
        loop.close()


def relay(config: Path, *options: str) -> tuple[int, Any]:
    done = subprocess.run(
        [TANHUI, "relay", "--config", str(config), "--json", *options],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_it_shows_what_waits_and_carries_it_home(running: tuple[Pair, LoopThread, Path]) -> None:
    pair, loop, config = running
    first, second = pair.first, pair.second
    loop.run(lock(pair, "cli-1", 1))
    status, shown = relay(config, "--status")
    assert status == 0
    (waits,) = shown[pair.credits]["queue"]
    assert (waits["transfer"], waits["source"], waits["state"]) == ("cli-1", first.place.name, "open")
    assert 0 <= waits["age_s"] < 120

    status, shown = relay(config, "--once")
    assert (status, shown[pair.credits]["unproven"]) == (1, 1), "no auditor has replayed it yet"
    assert len(shown[pair.credits]["queue"]) == 1

    loop.run(_audit(first, second))
    status, shown = relay(config, "--once")
    assert (status, shown[pair.credits]["unproven"]) == (1, 1), "minted, and the mint is not proven yet"
    loop.run(_audit(first, second))
    status, shown = relay(config, "--once")
    assert (status, shown[pair.credits]["queue"]) == (0, [])
    found = loop.run(first.clerk.ask("recognition:Transfer", agreement=pair.credits, transfer="cli-1"))
    assert found["outgoing"]["status"] == "finalised"


async def lock(pair: Pair, transfer: str, serial: int) -> None:
    """A hundred kilograms leave the first region, from this serial on, at which a recorded range begins."""
    pieces = [piece(pair.batch_of(pair.first), serial, serial, serial + 99)]
    await pair.lock(
        pair.first, OWNER, f"lock-{transfer}", [(transfer, pair.second.organisation(ORGANISER), pieces)]
    )


def test_it_reads_the_logs_that_the_apis_serve(
    running: tuple[Pair, LoopThread, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cosigned checkpoints come over HTTP, without which the other region's contract takes no proof."""
    pair, loop, config = running
    file = yaml.safe_load(config.read_text("utf-8"))
    with ExitStack() as stack:
        for side in file["sides"]:
            monkeypatch.setenv("TANHUI_API_LOG_FOLDER", str(config.parent / side["log"]))
            served = api_on(config.parent / side["connection"], tmp_path / side["name"], "--no-log")
            url, _ = stack.enter_context(served)
            side["log"] = f"{url}/v1/log"
        over_http = config.with_name("over-http.yaml")
        over_http.write_text(yaml.safe_dump(file), "utf-8")
        loop.run(lock(pair, "http-1", 101))
        for _ in range(3):
            loop.run(_audit(pair.first, pair.second))
            status, shown = relay(over_http, "--once")
    assert (status, shown[pair.credits]["queue"]) == (0, [])
    found = loop.run(pair.first.clerk.ask("recognition:Transfer", agreement=pair.credits, transfer="http-1"))
    assert found["outgoing"]["status"] == "finalised"


async def _audit(*regions: Region) -> None:
    await asyncio.gather(*(region.audit() for region in regions))


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    config = tmp_path / "relay.yaml"
    config.write_text("agreements: []\nsides: []\n", "utf-8")
    done = subprocess.run(
        [TANHUI, "relay", "--config", str(config)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "relay.yaml" in done.stderr.replace("\n", "")
