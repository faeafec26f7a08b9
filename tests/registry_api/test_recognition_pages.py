"""Two regions after everything that crosses between them, as the second one's API and portal show it."""

import re
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest

from tanhui.cli.recognition.setting import PROGRAMME, account_of
from tanhui.proofs.verdicts import ValidAsOf
from tanhui.proofs.verify import verify
from tests.support.five_regions import five_regions, hub_of
from tests.support.served_regions import TIMEOUT_S, Served, served_regions


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_regions(tmp_path_factory.mktemp("regions")) as opened:
        yield opened


def steps(served: Served, region: str, agreement: str, transfer: str) -> dict[str, Any]:
    answer = served.ask(region, f"/v1/agreements/{agreement}/transfers/{transfer}/halves")
    assert answer.status_code == 200, answer.text
    return {one["step"]: one for one in answer.json()["steps"]}


@pytest.mark.parametrize("transfer", ["c-003", "c-020"])
def test_each_region_shows_both_halves_and_the_others_proof(served: Served, transfer: str) -> None:
    pair = served.pair
    at_source = steps(served, "sichuan", pair.credits, transfer)
    assert [at_source[name]["here"] for name in ("lock", "settlement", "closing")] == [True, False, True]
    at_destination = steps(served, "jilin", pair.credits, transfer)
    assert [at_destination[name]["here"] for name in ("lock", "settlement")] == [False, True]
    for name, own, other, anchors in (
        ("settlement", at_source, at_destination, pair.second.anchors),
        ("lock", at_destination, at_source, pair.first.anchors),
    ):
        region = "sichuan" if own is at_source else "jilin"
        assert own[name]["transaction"] == other[name]["transaction"], "both ledgers say the same of it"
        assert own[name]["verdict"]["outcome"] == "valid"
        bundle = served.ask(region, own[name]["bundle"])
        verdict = verify(bundle.content, anchors)
        assert isinstance(verdict, ValidAsOf)
        assert verdict.leaf.txid == other[name]["transaction"]
    own_bundle = served.ask("sichuan", at_source["lock"]["bundle"])
    assert isinstance(verify(own_bundle.content, pair.first.anchors), ValidAsOf)


def test_a_refused_transfer_shows_the_tombstones_proof(served: Served) -> None:
    found = steps(served, "sichuan", served.pair.credits, "c-refused")
    assert found["settlement"]["side"] == "destination"
    assert found["settlement"]["verdict"]["outcome"] == "valid"


def test_no_such_transfer(served: Served) -> None:
    path = f"/v1/agreements/{served.pair.credits}/transfers/nobody"
    assert served.ask("jilin", f"{path}/halves").status_code == 404
    assert served.ask("jilin", f"{path}/steps/lock/bundle").status_code == 404
    here = f"/v1/agreements/{served.pair.credits}/transfers/c-003/steps/settlement/bundle"
    assert served.ask("jilin", here).status_code == 404, "its own step's bundle is under its transaction"


def test_the_desks_page_of_a_transfer_leads_to_its_proofs(served: Served) -> None:
    pair = served.pair
    with served.signed_in("jilin", "regulator-registrar") as browser:
        moved = browser.get("/desk/recognition", params={"agreement": pair.credits, "transfer": "c-003"})
        assert moved.headers["location"] == f"/desk/recognition/{pair.credits}/c-003"
        page = browser.get(moved.headers["location"])
        assert page.status_code == 200, page.text
        assert "valid" in page.text
        links = re.findall(r'href="(/desk/recognition/[^"]+\.json)"', page.text)
        assert len(links) == 2
        for link, anchors in zip(sorted(links), (pair.first.anchors, pair.second.anchors), strict=True):
            bundle = browser.get(link)
            assert isinstance(verify(bundle.content, anchors), ValidAsOf), link
        assert browser.get(f"/desk/recognition/{pair.credits}/nobody").status_code == 404


def test_a_persons_points_from_another_province(served: Served) -> None:
    pair = served.pair
    asked = {"programme": PROGRAMME, "account": account_of(pair.second, 1)}
    with served.signed_in("jilin", "operator-recorder") as browser:
        page = browser.get("/desk/points-from-elsewhere", params=asked)
    assert page.status_code == 200, page.text
    # 50 of Sichuan's points are 20 here; 50 of Jilin's own left.
    assert "20 points came from elsewhere" in page.text
    rows = re.findall(r"<tr>.*?</tr>", page.text, re.DOTALL)[1:]
    assert ["east-0001" in row for row in rows].count(True) == 1
    assert ["west-0001" in row for row in rows].count(True) == 1
    with served.signed_in("jilin", "operator-recorder") as browser:
        nothing = browser.get("/desk/points-from-elsewhere", params=asked | {"account": "0" * 32})
    assert "Nothing came to this account" in nothing.text


def test_partners_methodologies_are_public(served: Served) -> None:
    url = served.urls["jilin"]
    listed = httpx.get(f"{url}/recognised-methodologies.json", timeout=TIMEOUT_S).json()["items"]
    assert [(one["name"], one["version"], one["lane"]) for one in listed] == [
        ("restored-wetland", "1", "credits"),
        ("welcome", "", "points"),
    ]
    assert {one["partner"]["genesis"] for one in listed} == {served.pair.first.genesis.hex()}
    page = httpx.get(f"{url}/recognised-methodologies", timeout=TIMEOUT_S)
    assert page.status_code == 200
    assert "restored-wetland" in page.text


def test_the_hub_of_five_regions(served: Served) -> None:
    url = served.urls["jilin"]
    for path in ("/hub", "/hub.json"):
        assert httpx.get(f"{url}{path}", timeout=TIMEOUT_S).status_code == 404, "nobody has made one yet"
    hub = hub_of(five_regions())
    (served.data / "hub.json").write_bytes(hub.encode())
    page = httpx.get(f"{url}/hub", headers={"Accept-Language": "en"}, timeout=TIMEOUT_S)
    assert page.status_code == 200, page.text
    assert f"20 claims come to {len(hub.payments)} payments" in page.text
    for one in hub.payments:
        assert re.search(rf"{one.debtor}</th>.*{one.creditor}.*{one.amount:,}", page.text)
    assert httpx.get(f"{url}/hub.json", timeout=TIMEOUT_S).content == hub.encode()
    listed = httpx.get(f"{url}/recognition", headers={"Accept-Language": "zh"}, timeout=TIMEOUT_S)
    assert "/hub" in listed.text


def test_points_that_crossed_are_their_operators_to_see(served: Served) -> None:
    path = "/v1/effects?kind=recognition.points_minted"
    assert served.ask("jilin", path, "operator-recorder").json()["items"]
    assert served.ask("jilin", path, "exchange-owner").json()["items"] == []
    assert served.ask("jilin", "/v1/effects?kind=recognition.credits_minted", "exchange-owner").json()[
        "items"
    ]


def test_halves_of_points_are_their_operators_to_see_and_credits_everybodys(served: Served) -> None:
    pair = served.pair
    for side in ("incoming", "outgoing"):
        points = f"/v1/agreements/{pair.points}/{side}"
        seen = served.ask("jilin", points, "operator-recorder").json()["items"]
        assert seen == served.ask("jilin", points).json()["items"], "the supervisor sees as much"
        assert {one["programme"] for one in seen} == {PROGRAMME}
        hidden = served.ask("jilin", points, "exchange-owner")
        assert (hidden.status_code, hidden.json()["items"]) == (200, [])
        one = seen[0]["id"]
        asked = "received" if side == "incoming" else "sent"
        for path in (
            f"/v1/agreements/{pair.points}/transfers/{one}",
            f"/v1/agreements/{pair.points}/transfers/{one}/halves",
            f"/v1/agreements/{pair.points}/{asked}?transfers={one}",
        ):
            assert served.ask("jilin", path, "operator-recorder").status_code == 200, path
            refused = served.ask("jilin", path, "exchange-owner")
            assert (refused.status_code, refused.json()["code"]) == (403, "api.forbidden"), path
    open_to_all = f"/v1/agreements/{pair.credits}"
    assert served.ask("jilin", f"{open_to_all}/incoming", "exchange-owner").json()["items"]
    assert served.ask("jilin", f"{open_to_all}/transfers/c-003/halves", "exchange-owner").status_code == 200
