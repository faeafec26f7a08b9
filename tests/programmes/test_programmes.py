"""The five programmes, each on a node of its own: figures as their documents state them, a clean audit, and
two auditors of different history who reach the node's commit hash and one root."""

import asyncio
import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from typer.testing import CliRunner

from tanhui.chaincode.rules.days import Day, day_text
from tanhui.chaincode.transactions.registry import CHAINCODE_NAME
from tanhui.cli.demo.clerk import today
from tanhui.cli.main import app
from tanhui.cli.programmes.answers import holds
from tanhui.cli.programmes.data_set import Region, Step, load
from tanhui.cli.programmes.members import topology_for
from tanhui.cli.programmes.run import Programme
from tanhui.cli.registry_process import open_registry
from tanhui.network.protocol.blocks import block_hash
from tanhui.node.follower import DeliverSource
from tanhui.registry_api.problems import LedgerRefusal
from tanhui.registry_api.settings import ApiSettings
from tests.support.followed import Reached, two_auditors

BOUND_S = 30
"""Processor time of one programme with its audits, 5 to 10 s; the clock would measure the load of the machine."""

SOURCED = {
    Region.CHENGDU: {"qingcheng-tickets": 10_000, "panda-tickets": 5_000, "parking-vouchers": 200_000},
    Region.SHANDONG: {"units": 30, "people": 53_000, "cumulative": 700},
    Region.ZHOUSHAN: {"tenants": 43, "waste-sorting": 854, "water-saving": 967, "frugal-organs": 324}
    | {"emc-main-electricity": 840_800, "emc-main-gas": 142_500}
    | {"emc-main-saving-rate": 3_345, "emc-main-money": 1_341_300},
    Region.SHANGHAI: {"energy-total": 1_710_000, "hot-water-body": 90, "hot-water-annex": 70}
    | {"audit-energy": 300_000_000, "audit-floor": 5_000},
    Region.JILIN: {"scenes": 20},
}
REPORTED: dict[Region, dict[str, Any]] = {
    Region.CHENGDU: {
        "stock qingcheng": {"terms": {"units_per_year": 10_000}},
        "stock xiling": {"terms": {"units_per_year": 10_000}},
        **{
            f"stock {one}": {"terms": {"units_per_year": 5_000}}
            for one in ("panda", "zoo", "botanic", "jinsha", "wuhou", "dufu")
        },
        "stock parking": {"terms": {"units_per_year": 200_000, "face_fen": 500}},
        "stock gas-check": {"terms": {"units_per_year": 0}},
        "event": {"status": "declared", "claim": "full"},
        "free assessment": {"status": "assigned"},
        "先锋榜": {"rows": [{"rank": 1, "points": "345"}, {"rank": 1, "points": "345"}]},
        "points converted from 碳惠交通": {"available": "385"},
        "scheme conflicts": {"claims": []},
        "reference price": {"status": "approved"},
    },
    Region.SHANDONG: {
        "points of the hut at once": {"available": "45"},
        "sorting attested by image recognition": {"status": "credited", "points": "20"},
        "appeal of a refused picture": {"status": "upheld"},
        "points of a unit": {"available": "200"},
    },
    Region.ZHOUSHAN: {
        **{f"tenant {n}": {"budget": {"status": "in_force", "drawn_gce": "1229000"}} for n in range(1, 44)},
        "label waste-sorting": {"items": 854},
        "label water-saving": {"items": 967},
        "label frugal-organs": {"items": 324},
        "saving of the main building": {
            "items": [{"saved_gce": "292859320", "saved_fen": "134130000", "provider_fen": "93891000"}]
        },
        "saving of the second site": {"items": [{"saved_gce": "30233400"}]},
        "reached energy-per-m2": {"statements": [{"value": "820"}]},
        "blue-carbon intent": {"status": "signed"},
        "credit grade": {"grade": "AAA"},
    },
    Region.SHANGHAI: {
        "target hot-water": {"statements": [{"value": "90"}, {"value": "70"}]},
        "target street-lamps": {"statements": [{"value": "60"}, {"value": "40"}]},
        "target built-in": {"statements": [{"value": "15"}, {"value": "10"}]},
        "target kitchen-waste": {"statements": [{"value": "60"}, {"value": "40"}]},
        "audit due by 5000 m²": {"due": True},
        "audit due by 300 tce": {"due": True},
        "audit not due": {"due": False},
        "red cards": {"items": [{"status": "cleared"}]},
        "event": {"status": "declared", "counted_kg": 13_000},
    },
    Region.JILIN: {
        "以碳代偿": {"purpose": "compensation", "reference": "示例-2026-001", "quantity": "3000"},
        "rankings and battle of teams": {
            "battle": [{"name": "team-b", "points": "470"}, {"name": "team-a", "points": "130"}]
        },
    },
}


@pytest.mark.parametrize("region", list(Region))
def test_a_programme_runs_and_audits_clean(region: Region, tmp_path: Path) -> None:
    started = time.process_time()
    data = tmp_path / "ledger"
    done = CliRunner().invoke(app, ["demo", region, "--json", "--data", str(data)])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["clean"] is True
    for name, value in SOURCED[region].items():
        figure = found["figures"][name]
        assert figure["value"] == str(value)
        assert figure["section"] != "illustrative"
    for name, expected in REPORTED[region].items():
        assert holds(found["reports"][name], expected), name
    audited = CliRunner().invoke(app, ["audit", "ledger", "--data", str(data), "--json"])
    assert audited.exit_code == 0, audited.output
    assert json.loads(audited.stdout)["clean"] is True
    followed(data, region)
    assert time.process_time() - started < BOUND_S


@pytest.mark.parametrize("region", list(Region))
def test_every_figure_says_where_it_is_from(region: Region) -> None:
    data = load(region)
    for name, figure in data.figures.items():
        assert figure.section, name
        assert (figure.document == "demo") == (figure.section == "illustrative"), name
    assert (Path(__file__).parent / region / "programme.yaml").is_file()


def test_jilin_has_as_many_scenes_as_it_says() -> None:
    data = load(Region.JILIN)
    assert (
        sum(len(step.each) for step in data.steps if step.file and step.each) == data.figures["scenes"].value
    )


def followed(data: Path, region: Region) -> None:
    """Two auditors of the programme's ledger, from genesis and from a snapshot, reach what the node reached."""

    async def run() -> tuple[Reached, Reached, tuple[int, bytes]]:
        topology = topology_for(load(region))
        async with open_registry(data, ApiSettings(), topology) as registry:
            node = registry.node
            signing = node.network.organisations["RegulatorMSP"].signing_identity("admin", "Admin")
            source = DeliverSource(node.transport, "node", node.channel.channel_id, signing)
            ledger = node.channel.ledger
            genesis = block_hash(ledger.block(0).header)
            auditors = await two_auditors(source, source, genesis, CHAINCODE_NAME, data / "auditors")
            return (*auditors, (ledger.height, ledger.commit_hash))

    one, other, node = asyncio.run(run())
    assert (one.height, one.commit) == node
    assert one == other


def test_a_step_that_a_midnight_caught_is_made_again(tmp_path: Path) -> None:
    day = today()
    clock = iter([day, day, day + 1, day + 1, day + 1])
    sent: list[tuple[str, str]] = []

    class Ledger:
        async def submit(self, function: str, order: bytes, who: str) -> Any:
            del function, who
            found = json.loads(order)
            sent.append((found["request_id"], found["first_day"]))
            if len(sent) == 1:
                raise LedgerRefusal("events.days", "plan", "x", {})
            effects = json.dumps({"event": {"effects": []}}).encode()
            return SimpleNamespace(answer=effects, transaction_id="t-1")

    data = load(Region.CHENGDU)
    programme = Programme(cast("Any", Ledger()), tmp_path, data, day, clock=lambda: next(clock))
    step = Step(send="events:PublishPlan", by=["host"], order={"first_day": "$today:0"})
    asyncio.run(programme.step("1", step, {}))
    assert [request.rpartition("-")[2] for request, _ in sent] == ["1", "again"]
    assert sent[1][1] == day_text(Day(day + 1))
