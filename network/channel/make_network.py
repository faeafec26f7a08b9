"""From a topology to everything that a network starts from, in one folder.

    organisations/DOMAIN/      each organisation's crypto folder (crypto_config)
    CHANNEL.block              block 0

Running it again opens what is there, lets in members that the topology has gained, and leaves block 0 alone.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tanhui.crypto_config.authority import Clock, system_clock
from tanhui.crypto_config.folders import read_file, write_public
from tanhui.crypto_config.organisation import Organisation
from tanhui.crypto_config.organisation_spec import SPEC_FILE
from tanhui.network.channel import topology as described
from tanhui.network.channel.config_tree import ChannelMaterial
from tanhui.network.channel.consensus import Consenter
from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.genesis import genesis_block
from tanhui.network.channel.load_topology import check_topology
from tanhui.network.channel.topology import Topology


@dataclass(frozen=True)
class Network:
    """A network's folder, opened.

    Attributes:
        organisations: crypto folders by MSP id, each with its peers, orderers and users.
        genesis: block 0 in protobuf.
    """

    folder: Path
    topology: Topology
    organisations: Mapping[str, Organisation]
    genesis: bytes

    @property
    def genesis_file(self) -> Path:
        """Where block 0 stands."""
        return _genesis_file(self.folder, self.topology)


def make_network(folder: Path, topology: Topology, *, clock: Clock = system_clock) -> Network:
    """Make or open a network's folder.

    A new one is made beside its place and moved there whole: a kill leaves nothing half-made behind.

    Raises ChannelError or CryptoConfigError naming what in the topology or the folder is wrong.
    """
    check_topology(topology)
    if not folder.exists():
        making = folder.with_name(f"{folder.name}.making")
        if making.exists():
            shutil.rmtree(making)
        _make_or_open(making, topology, clock)
        making.rename(folder)
    return _make_or_open(folder, topology, clock)


def _make_or_open(folder: Path, topology: Topology, clock: Clock) -> Network:
    organisations = make_organisations(folder, topology, clock=clock)
    path = _genesis_file(folder, topology)
    if not path.exists():
        material = channel_material(topology, organisations)
        write_public(path, genesis_block(topology, material, moment=clock()))
    return Network(folder, topology, organisations, read_file(path))


def make_organisations(
    folder: Path, topology: Topology, *, clock: Clock = system_clock
) -> dict[str, Organisation]:
    """Make or open every organisation's crypto folder, by MSP id."""
    made = {}
    for each in topology.organisations:
        home = folder / "organisations" / each.domain
        if (home / SPEC_FILE).exists():
            organisation = Organisation.open(home, clock=clock)
            if organisation.msp_id != each.msp_id:
                raise ChannelError("msp_id", each.msp_id, f"{home} belongs to {organisation.msp_id}")
        else:
            organisation = Organisation.create(home, each.spec, clock=clock)
        _let_in(organisation, each)
        made[each.msp_id] = organisation
    return made


def channel_material(topology: Topology, organisations: Mapping[str, Organisation]) -> ChannelMaterial:
    """What the channel's configuration takes from the crypto folders."""
    consenters = []
    for number, (each, orderer) in enumerate(topology.consenters, start=1):
        member = organisations[each.msp_id].member("orderer", orderer.name)
        consenters.append(
            Consenter(
                number=number,
                host=orderer.host,
                port=orderer.port,
                msp_id=each.msp_id,
                identity=member.identity().credentials,
                tls=read_file(member.tls.certificate),
            )
        )
    return ChannelMaterial({msp_id: each.msp for msp_id, each in organisations.items()}, consenters)


def _genesis_file(folder: Path, topology: Topology) -> Path:
    return folder / f"{topology.channel.name}.block"


def _let_in(organisation: Organisation, described_as: described.Organisation) -> None:
    hosts = described_as.hosts
    for peer in described_as.peers:
        if not organisation.has_member("peer", peer.name):
            organisation.add_node("peer", peer.name, [peer.host, *hosts])
    for orderer in described_as.orderers:
        if not organisation.has_member("orderer", orderer.name):
            organisation.add_node("orderer", orderer.name, [orderer.host, *hosts])
    users = {user.name: user for user in described_as.users}
    users.setdefault("Admin", described.User(name="Admin", role="admin"))
    for user in users.values():
        if not organisation.has_member(user.role, user.name):
            organisation.add_user(user.name, user.role, user.attributes)
