"""The five programmes on the `small` real network, followed over each organisation's own peer."""

from pathlib import Path

import msgspec
import pytest
from fabric_protos.common import common_pb2

from tanhui.cli.demo.clerk import today
from tanhui.cli.programmes.data_set import DataSet, Region, load
from tanhui.cli.programmes.members import HOST, topology_for
from tanhui.cli.programmes.run import Programme
from tanhui.cli.registry_process import custody_identities
from tanhui.network.channel.topology import Topology, User
from tanhui.network.gateway import Horizon
from tanhui.network.protocol.blocks import block_hash, commit_hash_of
from tanhui.node.follower import DeliverSource
from tanhui.registry_api.gateway_ledger import GatewayLedger
from tanhui.registry_api.settings import ApiSettings
from tests.conftest import Counts
from tests.support.followed import Reached, two_auditors
from tests.support.real_network import CHANNEL, RealNetwork, real_network
from tests.support.topologies import on_free_ports, shipped_topology

READER = "regulator-registrar"


def topology() -> Topology:
    """`small`, with the exchange as a member without a peer, and everybody whom a data set names."""
    small = on_free_ports(shipped_topology("small"))
    people: dict[str, User] = {}
    for region in Region:
        (exchange,) = (one for one in topology_for(load(region)).organisations if one.msp_id == HOST)
        for user in exchange.users:
            shared = user.name in SHARED
            named = user if shared else msgspec.structs.replace(user, name=f"{region}-{user.name}")
            people[named.name] = named
    member = msgspec.structs.replace(exchange, peers=[], member=True, users=list(people.values()))
    batch = msgspec.structs.replace(small.channel.batch, timeout_ms=50, messages_max=32)
    return msgspec.structs.replace(
        small,
        organisations=[*small.organisations, member],
        channel=msgspec.structs.replace(small.channel, batch=batch),
    )


SHARED = ("custodian", "approver", "verifier", "owner", "organiser")


def ledger_of(real: RealNetwork, chaincode: str, region: Region, data: DataSet) -> GatewayLedger:
    identities = custody_identities(real.network)
    identities |= {f"exchange-{name}": identities[f"exchange-{region}-{name}"] for name in data.organisations}
    horizon = Horizon()
    gateways = [horizon.over(transport) for transport in real.transports]
    return GatewayLedger(
        gateways[0],
        channel=CHANNEL,
        chaincode=chaincode,
        identities=identities,
        reader=READER,
        settings=ApiSettings(),
        catch_up=horizon.catch_up,
    )


async def follow(
    real: RealNetwork, chaincode: str, folder: Path
) -> tuple[set[Reached], set[tuple[int, bytes]]]:
    """What two auditors reach, each from another organisation's peer, and what those peers' newest blocks say."""
    genesis = block_hash(common_pb2.Block.FromString(real.network.genesis).header)
    sources = []
    for transport, (endpoint, msp_id) in zip(real.transports, real.peers, strict=True):
        signing = real.network.organisations[msp_id].signing_identity("admin", "Admin")
        sources.append(DeliverSource(transport, endpoint, CHANNEL, signing))
    reached = set(await two_auditors(sources[0], sources[1], genesis, chaincode, folder))
    shown = set()
    for source in sources:
        newest = await source.block("newest")
        assert newest is not None
        shown.add((newest.header.number + 1, commit_hash_of(newest)))
    return reached, shown


@pytest.mark.fabric
def test_a_follower_reaches_the_peers_commit_hash_in_all_five_programmes(
    tmp_path: Path, counts: Counts
) -> None:
    with real_network(tmp_path / "network", topology()) as real:
        blocks = transactions = 0
        for region in Region:
            data, chaincode = load(region), real.fresh_registry()
            home = tmp_path / region

            async def run(
                data: DataSet = data, chaincode: str = chaincode, region: Region = region, home: Path = home
            ) -> int:
                async with ledger_of(real, chaincode, region, data) as ledger:
                    outcome = await Programme(ledger, home, data, today()).run()
                return outcome.transactions

            transactions += real.loop.run(run())
            reached, shown = real.loop.run(follow(real, chaincode, home))
            assert {(one.height, one.commit) for one in reached} == shown
            assert len(reached) == 1
            blocks = max(one.height for one in reached)
        counts.note(
            "five programmes on Fabric, followed from both peers",
            programmes=len(Region),
            transactions=transactions,
            blocks=blocks,
            differing=0,
        )
