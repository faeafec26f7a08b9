"""The province cut in two by network namespaces: a majority goes on, a minority does nothing, and all agree later."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Counts
from tests.support import separate_places as separate
from tests.support.province import EVERYTHING_ONCE, Province, kept_of, province
from tests.support.running_registry import Client, api_on
from tests.support.topologies import on_free_ports, shipped_topology
from tests.support.traffic import Traffic

PLACES = ("regulator", "operator", "exchange", "notary")
CUT_OFF = ("exchange", "notary")
WRITERS = 4
CUT_S = 15.0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Province, Client]]:
    """The province with each organisation in a place of its own, and an API that reaches them all."""
    reason = separate.can_separate()
    if reason:
        pytest.skip(f"no Fabric partition on this machine: {reason}")
    folder: Path = tmp_path_factory.mktemp("places")
    with separate.places(PLACES) as addresses:
        topology = separate.placed(on_free_ports(shipped_topology("province")), addresses)
        with (
            province(folder / "net", topology, places=PLACES) as made,
            api_on(made.native.connection_file, folder / "api") as (url, _),
        ):
            yield made, Client(url, folder / "api", "operator-recorder")


@pytest.mark.fabric
def test_a_majority_goes_on_without_one_organisation(
    running: tuple[Province, Client], counts: Counts
) -> None:
    """One of four orderers, two of six peers and a third of the contract's services are out of reach."""
    made, operator = running
    with Traffic(operator, WRITERS, 4) as traffic:
        traffic.resumed()
        separate.cut("exchange")
        went_on = traffic.resumed()
        time.sleep(CUT_S)
        traffic.resumed()
        separate.mend("exchange")
        traffic.resumed()
    agreement = made.level()
    kept = kept_of(made, traffic.acknowledged)
    assert kept == EVERYTHING_ONCE
    counts.note(
        "province: one organisation cut off by namespaces",
        acknowledged=len(traffic.acknowledged),
        lost=len(kept.lost),
        doubled=len(kept.doubled),
        resumed_s=f"{went_on:.1f}",
        peers_equal=f"{len(agreement.words)} at block {agreement.compared}",
    )


@pytest.mark.fabric
def test_two_halves_order_nothing_until_they_meet_again(
    running: tuple[Province, Client], counts: Counts
) -> None:
    """Two of four orderers are no quorum: nothing is acknowledged, and nothing that was is lost."""
    made, operator = running
    with Traffic(operator, WRITERS, 5) as traffic:
        traffic.resumed()
        for place in CUT_OFF:
            separate.cut(place)
        traffic.fell_silent()  # what was ordered already may still be acknowledged
        known = len(traffic.acknowledged)
        time.sleep(CUT_S)
        while_cut = len(traffic.acknowledged) - known
        assert while_cut == 0, "acknowledged without a quorum"
        for place in CUT_OFF:
            separate.mend(place)
        went_on = traffic.resumed()
    agreement = made.level()
    kept = kept_of(made, traffic.acknowledged)
    assert kept == EVERYTHING_ONCE
    counts.note(
        "province: two halves of the orderers cut apart by namespaces",
        acknowledged=len(traffic.acknowledged),
        acknowledged_while_cut=while_cut,
        lost=len(kept.lost),
        doubled=len(kept.doubled),
        resumed_s=f"{went_on:.1f} after the link came back",
        peers_equal=f"{len(agreement.words)} at block {agreement.compared}",
    )
