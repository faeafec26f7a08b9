"""A person can do every task of the five programmes at the desk: each step of each goes through forms and pages."""

import asyncio
from pathlib import Path
from typing import cast

import pytest

from tanhui.cli.demo.clerk import today
from tanhui.cli.programmes.data_set import DataSet, Region, load
from tanhui.cli.programmes.members import topology_for
from tanhui.cli.programmes.run import Outcome, Programme
from tanhui.cli.registry_process import open_registry, serve_api
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.settings import ApiSettings
from tests.conftest import Counts
from tests.support.portal_ledger import PortalLedger


async def run_at_the_desk(data: DataSet, folder: Path) -> tuple[Outcome, PortalLedger]:
    """A programme's steps by a portal of their own, on a node of its own."""
    settings = ApiSettings(requests_a_second=10_000)
    async with (
        open_registry(folder, settings, topology_for(data)) as registry,
        serve_api(registry, folder / "api", 0) as url,
    ):
        portal = PortalLedger(url, folder)
        try:
            return await Programme(cast("Ledger", portal), folder, data, today()).run(), portal
        finally:
            await portal.close()


@pytest.mark.parametrize(
    "region",
    [pytest.param(one, marks=() if one is Region.JILIN else pytest.mark.nightly) for one in Region],
)
def test_every_step_of_a_programme_is_done_at_the_desk(
    region: Region, tmp_path: Path, counts: Counts
) -> None:
    outcome, portal = asyncio.run(run_at_the_desk(load(region), tmp_path))
    assert outcome.transactions > 0
    assert outcome.expectations > 0
    assert not portal.blank_but_required
    counts.note(
        "steps of programmes through the portal",
        programmes=1,
        orders=portal.orders,
        refused=outcome.refusals,
        questions=portal.questions,
    )
