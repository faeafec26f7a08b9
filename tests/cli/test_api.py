"""`tanhui api`: the API in a process of its own, over the gateways that connection.json names."""

import json
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest
from typer.testing import CliRunner

from tanhui.cli.connected_registry import open_connected
from tanhui.cli.main import app
from tanhui.network.connection import ConnectionProfileError
from tanhui.network.processes.errors import PortsTakenError
from tanhui.registry_api.settings import ApiSettings
from tests.conftest import NIGHTLY, Counts
from tests.support.asynchronous import asynchronous
from tests.support.running_registry import Client, api_on, registry
from tests.support.tcp_relay import Relay

ACCOUNTS = "/v1/programmes/tanxiaohui/accounts"
WRITERS = 4
ROUNDS = 40 if NIGHTLY else 2


@pytest.fixture(scope="module")
def two_gateways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[Relay]]]:
    """A node with the sample, and a connection.json that reaches it over either of two ways."""
    folder = tmp_path_factory.mktemp("two")
    with registry(folder / "node") as (_, _process):
        document = json.loads((folder / "node/connection.json").read_text("utf-8"))
        port = int(document["gateway"]["endpoint"].rpartition(":")[2])
        relays = [Relay(port) for _ in range(2)]
        ways = [{**document["gateway"], "endpoint": f"127.0.0.1:{relay.port}"} for relay in relays]
        document["gateway"], document["further_gateways"] = ways[0], ways[1:]
        path = folder / "node/two.json"
        path.write_text(json.dumps(document), "utf-8")
        try:
            yield path, relays
        finally:
            for relay in relays:
                relay.close()


def write_all(client: Client, number: int, acknowledged: set[str], stop: threading.Event) -> None:
    """Open accounts; what was not acknowledged is sent again under the same key, as a client should."""
    count = 0
    while not stop.is_set():
        account = f"{number:016x}{count:016x}"
        body = {"accounts": [{"account": account, "holder": "person"}]}
        answer = client.post(ACCOUNTS, f"open-{account}", body)
        if answer.status_code in {200, 201}:
            acknowledged.add(account)
            count += 1
        else:
            assert answer.status_code == 503, answer.text
            time.sleep(0.1)


def test_gateways_fail_one_after_the_other_and_nothing_is_lost_or_doubled(
    two_gateways: tuple[Path, list[Relay]], tmp_path: Path, counts: Counts
) -> None:
    connection, relays = two_gateways
    acknowledged: set[str] = set()
    stop = threading.Event()
    with api_on(connection, tmp_path / "api") as (url, _):
        operator = Client(url, tmp_path / "api", "operator-recorder")
        before = {one["account"] for one in operator.get(f"{ACCOUNTS}?page_size=500")["items"]}
        writers = [
            threading.Thread(target=write_all, args=(operator, number, acknowledged, stop))
            for number in range(WRITERS)
        ]
        for writer in writers:
            writer.start()
        for round_ in range(ROUNDS):
            relay = relays[round_ % 2]
            relay.cut()
            known = len(acknowledged)
            wait_until(lambda known=known: len(acknowledged) > known + WRITERS)
            relay.mend()
            carried = relay.carried
            wait_until(lambda relay=relay, carried=carried: relay.carried > carried)
        stop.set()
        for writer in writers:
            writer.join()
        found = pages(operator)
        assert len(found) == len(set(found)), "an account stands once"
        assert set(found) - before >= acknowledged
        opened = operator.get("/v1/effects?kind=accounts.opened&limit=500")
        assert opened["items"], "the read model follows"
    counts.note("gateways cut under writes", cuts=ROUNDS, acknowledged=len(acknowledged), lost=0, doubled=0)


def pages(client: Client) -> list[str]:
    found: list[str] = []
    bookmark = ""
    while True:
        page = client.get(f"{ACCOUNTS}?page_size=200&bookmark={bookmark}")
        found += [one["account"] for one in page["items"]]
        bookmark = page["bookmark"]
        if not bookmark:
            return found


def test_intake_events_and_read_model_run_over_gateways(
    two_gateways: tuple[Path, list[Relay]], tmp_path: Path
) -> None:
    connection, _ = two_gateways
    with api_on(connection, tmp_path / "api") as (url, _process):
        operator = Client(url, tmp_path / "api", "operator-recorder")
        shutil.copytree(connection.parent / "api/sources", tmp_path / "api/api/sources")
        account = "ab" * 16
        operator.done(ACCOUNTS, "open", {"accounts": [{"account": account, "holder": "person"}]})
        line = f"account,when,inputs.visits\n{account},{int(time.time()) - 86_400},1\n"
        assert operator.upload("intake", "library", line).status_code == 202
        receipt = operator.settled("intake")
        assert receipt["committed"] == 1, receipt
        assert operator.get(f"{ACCOUNTS}/{account}")["points"] == "12"
        recorded = operator.get("/v1/effects?kind=activities.recorded&limit=500")["items"]
        assert receipt["results"], recorded
        with httpx.stream(
            "GET", f"{url}/v1/events?start_block=0", headers=operator.headers(), timeout=30
        ) as stream:
            data = next(line for line in stream.iter_lines() if line.startswith("data: "))
        assert json.loads(data.removeprefix("data: "))["effects"][0]["kind"] == "registry.founded"
        wait_until(lambda: httpx.get(f"{url}/v1/log/checkpoint").status_code == 200)
        names = {path.name for path in (tmp_path / "api/api/tokens").iterdir()}
        assert "operator-recorder" in names
        assert not any("Admin" in name for name in names), "an API holds no administrator's key"


def test_a_port_that_is_taken_is_named_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = ["up", "--data", str(tmp_path / "data"), "--gateway-port", str(port), "--api-port", "0"]
        with pytest.raises(PortsTakenError, match=rf"already: --gateway-port: 127\.0\.0\.1:{port}\."):
            CliRunner().invoke(app, command, catch_exceptions=False)
    assert not (tmp_path / "data").exists()


@asynchronous
async def test_a_reader_that_the_file_does_not_name_is_refused(
    two_gateways: tuple[Path, list[Relay]],
) -> None:
    with pytest.raises(ConnectionProfileError, match="no identity nobody to read with; there are: exchange-"):
        await open_connected(two_gateways[0], ApiSettings(), "nobody").__aenter__()


def wait_until(shown: object, within_s: float = 30) -> None:
    """Until `shown()` is true."""
    assert callable(shown)
    deadline = time.monotonic() + within_s
    while not shown():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.02)
