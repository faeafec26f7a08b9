"""Faults of the shipped province under writes: nothing acknowledged is lost or doubled, and writes go on.

Programs are killed by SIGKILL: an orderer that leads, a peer that is a gateway, a chaincode service with
transactions inside. At the end every peer has the same commit hash at the same height.
"""

import os
import random
import signal
import time
from collections.abc import Iterator

import pytest

from tanhui.network.processes.chaincode_processes import ManagedService
from tanhui.network.processes.keeper import kept_pid
from tests.conftest import Counts
from tests.support.province import EVERYTHING_ONCE, Kept, Province, kept_of, province
from tests.support.running_registry import Client, api_on
from tests.support.traffic import Traffic

LEADER_KILLS = 20
SERVICE_KILLS = 10
WRITERS = 4
STOPPED_S = 0.4
"""How long a chaincode service is held before it is killed, so that transactions are inside."""
CATCH_UP_S = 60.0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Province, Client]]:
    """The province after a month of the demo, and an API over its six gateways."""
    folder = tmp_path_factory.mktemp("province")
    with (
        province(folder / "net", people=200) as made,
        api_on(made.native.connection_file, folder / "api") as (url, _),
    ):
        yield made, Client(url, folder / "api", "operator-recorder")


def settled(
    made: Province, traffic: Traffic, counts: Counts, what: str, gaps: list[float], **more: int
) -> Kept:
    """What was kept once all peers agree, counted under `what`."""
    agreement = made.level()
    kept = kept_of(made, traffic.acknowledged)
    bft = made.native.network.topology.channel.consensus
    counts.note(
        what,
        **more,
        acknowledged=len(traffic.acknowledged),
        lost=len(kept.lost),
        doubled=len(kept.doubled),
        resumed_s=f"{sorted(gaps)[len(gaps) // 2]:.1f} median, {max(gaps):.1f} most",
        peers_equal=f"{len(agreement.words)} at block {agreement.compared}",
        leader_heartbeat_timeout_ms=str(getattr(bft, "leader_heartbeat_timeout_ms", "")),
        view_change_timeout_ms=str(getattr(bft, "view_change_timeout_ms", "")),
    )
    return kept


def running_contract(service: ManagedService) -> int:
    """The process that runs the contract: the child of its keeper, who starts it again."""
    keeper = service.program.running_pid()
    assert keeper is not None
    deadline = time.monotonic() + CATCH_UP_S
    while (found := kept_pid(keeper)) is None:
        assert time.monotonic() < deadline, service.program.name
        time.sleep(0.1)
    return found


@pytest.mark.fabric
def test_the_leading_orderer_is_killed(running: tuple[Province, Client], counts: Counts) -> None:
    made, operator = running
    gaps: list[float] = []
    rejoined: list[float] = []
    with Traffic(operator, WRITERS, 1) as traffic:
        traffic.resumed()
        for _ in range(LEADER_KILLS):
            leader = made.leader()
            leader.program.signal(signal.SIGKILL)
            gaps.append(traffic.resumed())
            print(f"{leader.program.name} killed: writes resumed after {gaps[-1]:.1f} s")
            assert made.leader().program.name != leader.program.name
            rejoined.append(made.rejoin(leader))
            traffic.resumed()
    kept = settled(
        made, traffic, counts, "province: orderer leader killed under load", gaps, kills=LEADER_KILLS
    )
    assert kept == EVERYTHING_ONCE
    counts.note("province: killed leaders rejoined", most_s=f"{max(rejoined):.1f}")


@pytest.mark.fabric
def test_a_peer_is_killed_and_comes_back(running: tuple[Province, Client], counts: Counts) -> None:
    """Each organisation's first peer in turn; the first of all is also where the API reads events."""
    made, operator = running
    gaps = []
    killed = [f"peer0.{each.domain}" for each in made.native.network.topology.members]
    with Traffic(operator, WRITERS, 2) as traffic:
        traffic.resumed()
        for name in killed:
            made.nodes[name].program.signal(signal.SIGKILL)
            gaps.append(traffic.resumed())
            time.sleep(1)
            made.restart(made.nodes[name])
            traffic.resumed()
    kept = settled(
        made, traffic, counts, "province: peers killed and restarted under load", gaps, kills=len(killed)
    )
    assert kept == EVERYTHING_ONCE
    last = max(traffic.acknowledged)
    assert operator.get(f"/v1/programmes/tanxiaohui/accounts/{last}")["state"] == "active"


@pytest.mark.fabric
def test_a_chaincode_service_is_killed_in_the_middle_of_transactions(
    running: tuple[Province, Client], counts: Counts
) -> None:
    made, operator = running
    services = list(made.native.chaincodes.services.values())
    random_ = random.Random(20_261_121)
    gaps = []
    with Traffic(operator, WRITERS, 3) as traffic:
        traffic.resumed()
        for _ in range(SERVICE_KILLS):
            contract = running_contract(random_.choice(services))
            os.kill(contract, signal.SIGSTOP)
            time.sleep(STOPPED_S)
            os.kill(contract, signal.SIGKILL)
            gaps.append(traffic.resumed())
            made.wait_until_served()
            traffic.resumed()
    kept = settled(
        made,
        traffic,
        counts,
        "province: chaincode service killed in mid-transaction",
        gaps,
        kills=SERVICE_KILLS,
    )
    assert kept == EVERYTHING_ONCE
