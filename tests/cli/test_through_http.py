"""The main flow through the API on the embedded node: intake, own keys, events, refusals, kills."""

import base64
import json
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tanhui.crypto_config.keys import PrivateKeySigner
from tests.conftest import NIGHTLY, Counts
from tests.support.running_registry import Client, registry, tanhui

ACCOUNTS = "/v1/programmes/tanxiaohui/accounts"
VISIT_POINTS = 12
"""120 g of the sample's scene "library" at a point for ten grams."""
DAY_S = 86_400
KILLS = 50 if NIGHTLY else 20
"""In each shard."""
KILL_SHARDS = 10 if NIGHTLY else 1
LINES_A_KILL = 100


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A registry with the sample."""
    data = tmp_path_factory.mktemp("http") / "data"
    with registry(data) as (url, _):
        yield url, data


def client(running: tuple[str, Path], identity: str) -> Client:
    return Client(*running, identity)


def account(number: int) -> str:
    return f"{number:032x}"


def opened(operator: Client, request: str, *accounts: str) -> None:
    people = [{"account": one, "holder": "person"} for one in accounts]
    operator.done(ACCOUNTS, request, {"accounts": people})


def visits(of: str, count: int) -> list[str]:
    """CSV lines of library visits, each in a slot of its own of the past days."""
    start = int(time.time()) // DAY_S * DAY_S - 30 * DAY_S
    return [f"{of},{start + n // 10 * DAY_S + n % 10 * 1_800},1" for n in range(count)]


def csv(lines: list[str]) -> str:
    return "\n".join(["account,when,inputs.visits", *lines]) + "\n"


def test_the_sample_shows_accounts_points_a_project_credits_and_a_retirement(
    running: tuple[str, Path],
) -> None:
    reader = client(running, "regulator-registrar")
    assert sum(int(one["points"]) for one in reader.get(ACCOUNTS)["items"]) > 0
    assert reader.get("/v1/projects/office-roofs")["status"] == "monitoring"
    retirement = reader.get("/v1/retirements/conference-2026")
    batch = retirement["spans"][0]["batch"]
    ranges = reader.get(f"/v1/credits/batches/{batch}/ranges")["items"]
    assert {one["state"] for one in ranges} == {"active", "retired", "cancelled"}
    life = reader.get(f"/v1/credits/batches/{batch}/ranges/1/serials/1")
    assert [one["range"]["state"] for one in life["stations"]][-1] == "retired"


def test_reports_balance_with_the_ledger(running: tuple[str, Path]) -> None:
    reader = client(running, "regulator-registrar")
    while reader.get("/v1/read-model")["blocks_behind"] != "0":
        time.sleep(0.05)
    (points,) = reader.get("/v1/reports/points-liability?programme=tanxiaohui")["items"]
    held, bookmark = 0, ""
    while True:
        page = reader.get(f"{ACCOUNTS}?page_size=500&bookmark={bookmark}")
        held += sum(int(one["points"]) for one in page["items"])
        bookmark = page["bookmark"]
        if not bookmark:
            break
    assert int(points["liability"]) == held
    supply = reader.get("/v1/reports/credit-supply")["items"]
    assert supply
    assert all(one["difference_kg"] == "0" for one in supply)
    retired = sum(int(one["quantity_kg"]) for one in reader.get("/v1/reports/retirement-register")["items"])
    assert retired == sum(int(one["retired_kg"]) for one in supply)


def test_lines_become_points_and_a_bad_line_costs_one_line(running: tuple[str, Path]) -> None:
    operator = client(running, "operator-recorder")
    opened(operator, "open-intake", account(1))
    good = visits(account(1), 3)
    lines = [good[0], f"{account(1)},never,1", good[1], f"{account(2)},{good[2].split(',')[1]},1", good[2]]
    answer = operator.upload("intake", "library", csv(lines))
    assert answer.status_code == 202, answer.text
    assert [bad["line"] for bad in answer.json()["bad_lines"]] == [3]
    receipt = operator.settled("intake")
    assert (receipt["accepted"], receipt["committed"], receipt["bad"]) == (4, 4, 1)
    (batch,) = operator.get(receipt["results"])["items"]
    (rejected,) = batch["outcome"]["event"]["effects"][0]["rejected"]
    assert rejected["code"] == "activities.account_unknown"
    assert batch["lines"][int(rejected["position"])] == 5
    found = operator.get(f"{ACCOUNTS}/{account(1)}")
    assert found["available"] == str(3 * VISIT_POINTS)
    again = operator.upload("intake", "library", csv(lines))
    assert again.status_code == 202
    assert operator.get(f"{ACCOUNTS}/{account(1)}")["available"] == str(3 * VISIT_POINTS)


def test_the_command_line_does_it_through_the_api(running: tuple[str, Path], tmp_path: Path) -> None:
    url, data = running
    key = str(data / "api/tokens/operator-recorder")
    to = ("--api", url, "--key-file", key)
    person = account(700)
    order = ("programme=tanxiaohui", f'accounts=[{{"account":"{person}","holder":"person"}}]')
    checked = tanhui("call", "accounts:Open", *order, "--dry-run", *to)
    assert checked.returncode == 0, checked.stderr
    assert json.loads(checked.stdout)["path"] == ACCOUNTS
    wrong = tanhui("call", "accounts:Open", "programme=UPPER", order[1], "--dry-run", *to)
    assert (wrong.returncode, "programme" in wrong.stderr) == (1, True)
    assert tanhui("call", "accounts:Open", *order, *to).returncode == 0
    found = tanhui("call", "accounts:Get", "programme=tanxiaohui", f"account={person}", "--json", *to)
    assert json.loads(found.stdout)["state"] == "active"
    listing = ("call", "accounts:List", "programme=tanxiaohui", "page_size=1")
    first = tanhui(*listing, *to)
    following = tanhui(*listing, *first.stderr.removeprefix("more: ").split(), *to)
    assert first.stdout.splitlines()[0].split() == following.stdout.splitlines()[0].split()
    assert first.stdout.splitlines()[2] != following.stdout.splitlines()[2], "the next account"
    file = tmp_path / "visits.csv"
    file.write_text(csv([*visits(person, 2), f"{person},never,1"]), "utf-8")
    terms = (
        "--programme",
        "tanxiaohui",
        "--scene",
        "library",
        "--methodology",
        "library",
        "--source",
        "platform",
    )
    assert "bytes" in tanhui("upload", str(file), *terms, "--dry-run", *to).stdout
    sent = tanhui("upload", str(file), *terms, "--json", *to)
    assert (sent.returncode, json.loads(sent.stdout)["committed"]) == (1, 2), (
        "a bad line is said by the status"
    )
    again = tanhui("upload", str(file), *terms, "--zh", *to)
    assert again.returncode == 1, "a line that earns nothing is said by the status"
    assert "共 3 行:已入账本 2,有误 1,被拒 0,未计积分 2" in again.stdout
    told = [line for line in again.stderr.splitlines() if line.startswith("第")]
    assert [line.partition(":")[0] for line in told] == ["第 2 行", "第 3 行", "第 4 行"], again.stderr
    unknown = tanhui("upload", str(file), "--programme", "nowhere", *terms[2:], "--json", *to)
    refused = [(one["line"], one["state"]) for one in json.loads(unknown.stdout)["without_points"]]
    assert refused == [(2, "refused"), (3, "refused")], unknown.stdout
    assert "nowhere" in json.loads(unknown.stdout)["without_points"][0]["reason"]
    report = tmp_path / "credits.xlsx"
    assert tanhui("report", "credit-supply", "--out", str(report), *to).returncode == 0
    assert report.read_bytes().startswith(b"PK")
    supply = json.loads(tanhui("report", "credit-supply", "--json", *to).stdout)["items"]
    for by, name in (("unit", "organisation"), ("district", "district")):
        ranking = tanhui("report", f"{by}-ranking", "programme=tanxiaohui", "as_of=2030-12-31", "--json", *to)
        asked = ("programme=tanxiaohui", f"by={by}", "first_day=2000-01-01", "last_day=2030-12-31")
        board = json.loads(tanhui("call", "rankings:Board", *asked, "--json", *to).stdout)
        told = json.loads(ranking.stdout)["items"]
        assert told, name
        assert all(one[name] for one in told)
        assert [(one["rank"], one["points"]) for one in told] == [
            (str(row["rank"]), row["points"]) for row in board["rows"]
        ], "as the ledger itself ranks"
    life = tanhui("life", supply[0]["batch"], "1", "--json", *to)
    assert json.loads(life.stdout)["items"][0]["effect"]["kind"] == "credits.issued"
    assert tanhui("did", "91510100MA6000002W", *to).returncode == 1, "another organisation's"
    assert tanhui("search", "没有人写过的话", *to).stdout == ""
    away = tanhui("search", "x", "--api", "http://127.0.0.1:9", "--key-file", key)
    assert away.returncode == 3, away.stderr
    assert "Traceback" not in away.stderr


@pytest.mark.parametrize("held", [b"", "\u5bc6\u94a5".encode(), b"\x00\xff\x80", b"thk_secret\nthk_other"])
def test_a_file_that_holds_no_key_is_named_and_not_shown(held: bytes, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(held)
    refused = tanhui("search", "x", "--api", "http://127.0.0.1:9", "--key-file", str(file))
    assert refused.returncode == 2, refused.stderr
    assert "holds no access key" in " ".join(refused.stderr.split())
    assert "secret" not in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_certificate_links_no_event_that_the_ledger_does_not_hold(running: tuple[str, Path]) -> None:
    page = httpx.get(f"{running[0]}/retirements/conference-2026", follow_redirects=True)
    assert page.status_code == 200
    assert "conference-2026" in page.text
    assert 'href="/events/conference-2026' not in page.text


def test_the_version_and_the_functions_are_told() -> None:
    assert tanhui("--version").stdout.startswith("tanhui ")
    listed = json.loads(tanhui("functions", "points", "--json").stdout)
    assert {one["function"] for one in listed} >= {"points:Transfer"}


def test_an_upload_that_cannot_be_as_a_whole_is_refused(running: tuple[str, Path]) -> None:
    operator = client(running, "operator-recorder")
    unknown = operator.upload("no-scene", "sailing", csv(visits(account(1), 1)))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "contract.record_absent")


def test_points_move_and_are_spent_through_resources(running: tuple[str, Path]) -> None:
    operator = client(running, "operator-recorder")
    reader = client(running, "regulator-registrar")
    one, other = reader.get(ACCOUNTS)["items"][:2]
    rich = max(reader.get(ACCOUNTS)["items"], key=lambda found: int(found["available"]))
    path = f"{ACCOUNTS}/{rich['account']}"
    operator.done(f"{path}/redemptions", "redeem", {"points": "5", "reward": "coupon", "units": 1})
    assert int(operator.get(path)["available"]) == int(rich["available"]) - 5
    history = operator.get(f"{path}/history")["items"]
    assert history[0]["points"] == str(int(rich["points"]) - 5)
    body = {"sender": one["account"], "receiver": other["account"], "points": "99999999"}
    refused = operator.post("/v1/programmes/tanxiaohui/transfers", "transfer", body)
    assert refused.status_code >= 400
    assert refused.json()["code"].startswith("points.")


def test_another_organisations_key_is_refused_by_the_ledger(running: tuple[str, Path]) -> None:
    exchange = client(running, "exchange-custodian")
    body = {"accounts": [{"account": account(3), "holder": "person"}]}
    refused = exchange.post(ACCOUNTS, "not-mine", body)
    assert (refused.status_code, refused.json()["code"]) == (403, "contract.caller_role")
    absent = httpx.get(f"{exchange.url}{ACCOUNTS}/{account(3)}", headers=exchange.headers())
    assert absent.status_code == 404


def test_a_write_signed_with_an_own_key(running: tuple[str, Path]) -> None:
    url, data = running
    operator = client(running, "operator-recorder")
    folder = next(
        path.parents[1]
        for path in (data / "network").rglob("signcerts/*.pem")
        if "recorder" in str(path) and "perator" in str(path)
    )
    certificate = next((folder / "signcerts").glob("*.pem")).read_text("ascii")
    key = load_pem_private_key(next((folder / "keystore").iterdir()).read_bytes(), None)
    signer = PrivateKeySigner(key)  # type: ignore[arg-type]  # the topology's keys are P-256

    def signed(step: str, to_sign: dict[str, str]) -> httpx.Response:
        signature = base64.b64encode(signer.sign(base64.b64decode(to_sign["digest"]))).decode()
        body = {"message": to_sign["message"], "signature": signature}
        return httpx.post(f"{url}/v1/offline/{step}", json=body, headers=operator.headers(), timeout=30)

    order = {"programme": "tanxiaohui", "accounts": [{"account": account(4), "holder": "person"}]}
    body = {"function": "accounts:Open", "order": order, "msp_id": "OperatorMSP", "certificate": certificate}
    prepared = operator.done("/v1/offline/proposals", "own-key", body)
    assert prepared["shown"]["order"]["accounts"] == order["accounts"]
    endorsed = signed("endorsements", prepared)
    assert endorsed.status_code == 200, endorsed.text
    committed = signed("transactions", endorsed.json())
    assert committed.status_code == 201, committed.text
    assert committed.json()["transaction"] == prepared["transaction"]
    assert operator.get(f"{ACCOUNTS}/{account(4)}")["state"] == "active"
    forged = prepared | {"digest": base64.b64encode(b"\1" * 32).decode()}
    assert signed("endorsements", forged).status_code >= 400


def test_events_come_from_the_first_block_and_resume_after_the_last_seen(running: tuple[str, Path]) -> None:
    reader = client(running, "regulator-registrar")
    first = events(reader, 3, {}, "?start_block=0")
    assert first[0][1]["effects"][0]["kind"] == "registry.founded"
    resumed = events(reader, 2, {"Last-Event-ID": first[0][0]}, "")
    assert resumed == first[1:]


def events(
    reader: Client, count: int, headers: dict[str, str], query: str
) -> list[tuple[str, dict[str, list[dict[str, str]]]]]:
    found, identifier = [], ""
    url = f"{reader.url}/v1/events{query}"
    with httpx.stream("GET", url, headers=reader.headers() | headers, timeout=30) as stream:
        for line in stream.iter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                identifier = value
            elif name == "data":
                found.append((identifier, json.loads(value)))
                if len(found) == count:
                    break
    return found


@pytest.mark.scales
@pytest.mark.parametrize("shard", range(KILL_SHARDS))
def test_no_acknowledged_line_is_lost_or_doubled_by_kills(tmp_path: Path, shard: int, counts: Counts) -> None:
    """kill -9 while uploads arrive and drain; one account a round, so that its points count its lines.

    Kills fall within twice the time that an upload takes here to be acknowledged, whatever else the machine does.
    """
    data = tmp_path / "data"
    random_ = random.Random(20_261_121 + shard)
    acknowledged: set[int] = set()

    def upload(operator: Client, number: int) -> None:
        try:
            answer = operator.upload(f"kill-{number}", "library", csv(visits(account(number), LINES_A_KILL)))
        except httpx.HTTPError:
            return
        if answer.status_code == 202:
            acknowledged.add(number)

    with registry(data) as (url, _):
        opened(Client(url, data, "operator-recorder"), "open-killed", *map(account, range(KILLS)))
    with registry(data) as (url, _):
        operator = Client(url, data, "operator-recorder")
        opened(operator, "open-undisturbed", account(KILLS))
        lines = csv(visits(account(KILLS), LINES_A_KILL))
        began_s = time.monotonic()
        assert operator.upload("undisturbed", "library", lines).status_code == 202
        usual_s = time.monotonic() - began_s
    for number in range(KILLS):
        with registry(data) as (url, process):
            thread = threading.Thread(target=upload, args=(Client(url, data, "operator-recorder"), number))
            thread.start()
            time.sleep(random_.random() * 2 * usual_s)
            process.kill()
            thread.join()
    with registry(data) as (url, _):
        operator = Client(url, data, "operator-recorder")
        for number in acknowledged:
            assert operator.settled(f"kill-{number}")["committed"] == LINES_A_KILL
        whole = str(LINES_A_KILL * VISIT_POINTS)
        lost = doubled = 0
        for number in range(KILLS):
            points = operator.get(f"{ACCOUNTS}/{account(number)}")["points"]
            assert points in ({whole} if number in acknowledged else {whole, "0"}), (number, points)
            lost += number in acknowledged and points == "0"
            doubled += int(points) > int(whole)
    counts.note(
        "kill -9 during intake", kills=KILLS, acknowledged=len(acknowledged), lost=lost, doubled=doubled
    )
    assert acknowledged, "no upload was acknowledged: the test showed nothing"
    assert tanhui("fsck", "--data", str(data)).returncode == 0
