"""The processes that run a topology's chaincodes: who runs one, where it listens, and the package that says so.

    ORGANISATION/chaincodes/NAME/service/    the service's TLS certificate and key
    ORGANISATION/chaincodes/NAME/peers/      what the organisation's peers show the service

Both are issued by the TLS authority of the organisation that runs the service.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tanhui.crypto_config.certificates import certificate_pem
from tanhui.crypto_config.keys import generate_private_key
from tanhui.crypto_config.organisation import Organisation
from tanhui.crypto_config.tls_folder import TlsFiles
from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.make_network import Network
from tanhui.network.channel.packages import ServiceTls, package_id, service_package
from tanhui.network.channel.topology import Chaincode

_FOLDER: Final = "chaincodes"


@dataclass(frozen=True)
class Service:
    """One process of a chaincode.

    Attributes:
        name: its full name: registry.operator.example.
        owner: the MSP id of the organisation that runs it.
        users: the MSP ids whose peers call it.
        tls: its own certificate, key and root; clients must show one under the same root.
        client: the certificate and key that the package hands to peers.
        package, package_id: what those peers install.
    """

    name: str
    chaincode: Chaincode
    owner: str
    users: Sequence[str]
    address: str
    tls: TlsFiles
    client: TlsFiles
    package: bytes
    package_id: str


def services_of(network: Network, chaincode: Chaincode) -> list[Service]:
    """The services of a chaincode, their TLS material made where it is missing.

    A chaincode without any address runs elsewhere, or in the embedded node: it has none.
    """
    places: dict[str, list[str]] = {}
    for each in network.topology.members:
        address = chaincode.services.get(each.msp_id) or chaincode.address
        if address is not None:
            places.setdefault(address, []).append(each.msp_id)
    return [_service(network, chaincode, address, users) for address, users in places.items()]


def package_of(services: Sequence[Service], msp_id: str) -> Service:
    """The service that an organisation's peers call. ChannelError when it has none."""
    for service in services:
        if msp_id in service.users:
            return service
    raise ChannelError("services", msp_id, "must name a service for every organisation, or for none")


def _service(network: Network, chaincode: Chaincode, address: str, users: list[str]) -> Service:
    organisation = network.organisations[users[0]]
    name = f"{chaincode.name}.{organisation.spec.domain}"
    host = address.rpartition(":")[0]
    folder = organisation.folder / _FOLDER / chaincode.name
    tls = _issued(organisation, folder / "service", name, [name, chaincode.name, host, "localhost"])
    client = _issued(organisation, folder / "peers", f"peers.{name}", [])
    root, certificate, key = (content.decode() for content in client.read())
    package = service_package(
        _label(chaincode), address, tls=ServiceTls(root=root, certificate=certificate, key=key)
    )
    identifier = package_id(_label(chaincode), package)
    return Service(name, chaincode, users[0], tuple(users), address, tls, client, package, identifier)


def _label(chaincode: Chaincode) -> str:
    return f"{chaincode.name}_{chaincode.version}"


def _issued(organisation: Organisation, folder: Path, name: str, hosts: list[str]) -> TlsFiles:
    files = TlsFiles.inside(folder, "server" if hosts else "client")
    if not files.certificate.exists():
        authority, key = organisation.authority("tlsca"), generate_private_key("p256")
        certificate = authority.issue_tls(name, hosts, key.public_key())
        files.write(root=authority.pem, certificate=certificate_pem(certificate), key=key)
    return files
