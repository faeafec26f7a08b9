"""The five programmes on a real Fabric network: the same results and read-write sets as on the embedded node."""

import secrets
from pathlib import Path
from typing import cast

import pytest

from tanhui.cli.demo.clerk import today
from tanhui.cli.programmes.data_set import Region, load
from tanhui.cli.programmes.run import Outcome, Programme
from tanhui.registry_api.ledger import Ledger
from tests.conftest import Counts
from tests.support.gateway_backend import NodeBeside, Side
from tests.support.programme_on_fabric import ComparedLedger, people_of
from tests.support.real_network import CHANNEL, RealNetwork


@pytest.mark.fabric
@pytest.mark.parametrize("region", list(Region))
def test_a_programme_runs_as_on_the_node(
    real: RealNetwork, region: Region, tmp_path: Path, counts: Counts
) -> None:
    data, chaincode = load(region), real.fresh_registry()
    people = people_of(real.network, data, f"{region.value}-{secrets.token_hex(3)}")
    node = NodeBeside(real.loop, real.network, tmp_path / "node", [chaincode])

    async def run() -> tuple[Outcome, ComparedLedger]:
        ledger = ComparedLedger(Side(*real.transports), node, people, CHANNEL, chaincode)
        return await Programme(cast("Ledger", ledger), tmp_path / "registry", data, today()).run(), ledger

    try:
        outcome, ledger = real.loop.run(run())
    finally:
        node.close()
    assert outcome.transactions == ledger.submitted - outcome.refusals
    assert outcome.expectations > 0
    counts.note(
        "programmes on Fabric, compared with the node",
        programmes=1,
        transactions=ledger.submitted,
        questions=ledger.asked,
        differing=0,
    )
