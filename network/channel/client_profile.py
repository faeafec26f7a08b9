"""What connection.json says of a network in a folder: which gateway, and whose identities are at hand."""

from pathlib import Path

from tanhui.crypto_config.member import Member
from tanhui.crypto_config.msp_folder import KEY_FILE, KEYSTORE, SIGN_CERTS
from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.make_network import Network
from tanhui.network.connection import ConnectionProfile, Endpoint, NamedIdentity, ProfileOrganisation


def first_peer(network: Network) -> Member:
    """The first peer of the topology: the usual gateway, and the one whose TLS certificate the embedded node shows."""
    for each in network.topology.members:
        if each.peers:
            return network.organisations[each.msp_id].member("peer", each.peers[0].name)
    raise ChannelError("organisations", "none with peers", "must hold a member with a peer")


def every_peer(folder: Path, network: Network) -> tuple[Endpoint, ...]:
    """Each peer of a real network as a gateway, in the topology's order; paths are relative to `folder`."""
    return tuple(
        Endpoint(
            f"{peer.host}:{peer.port}",
            member.tls.root.relative_to(folder).as_posix(),
            member.name,
        )
        for each in network.topology.members
        for peer in each.peers
        for member in [network.organisations[each.msp_id].member("peer", peer.name)]
    )


def connection_profile(
    folder: Path, network: Network, endpoint: str, *, mutual: bool, further: tuple[Endpoint, ...] = ()
) -> ConnectionProfile:
    """What connection.json says: paths are relative to `folder`, `further` are gateways beside `endpoint`."""

    def relative(path: Path) -> str:
        return path.relative_to(folder).as_posix()

    peer = first_peer(network)
    organisations = []
    for each in network.topology.members:
        identities = []
        organisation = network.organisations[each.msp_id]
        names = {user.name: user.role for user in each.users} | {"Admin": "admin"}
        for name in names:
            member = organisation.member("admin" if names[name] == "admin" else "client", name)
            signing = member.msp_folder
            identities.append(
                NamedIdentity(
                    name,
                    relative(signing / SIGN_CERTS / f"{member.name}-cert.pem"),
                    relative(signing / KEYSTORE / KEY_FILE),
                )
            )
        organisations.append(ProfileOrganisation(each.msp_id, tuple(identities)))
    client = None
    if mutual:
        first = network.topology.members[0]
        client = network.organisations[first.msp_id].member("admin", "Admin").tls
    chaincodes = network.topology.chaincodes
    return ConnectionProfile(
        channel=network.topology.channel.name,
        chaincode=chaincodes[0].name if chaincodes else "",
        gateway=Endpoint(
            endpoint,
            relative(peer.tls.root),
            peer.name,
            None if client is None else relative(client.certificate),
            None if client is None else relative(client.key),
        ),
        organisations=tuple(organisations),
        further_gateways=further,
    )
