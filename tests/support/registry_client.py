"""A client of a network that is described by its connection.json."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tanhui.crypto_config.identity import Identity
from tanhui.crypto_config.keys import PrivateKeySigner, read_private_key
from tanhui.network.connection import ConnectionProfile, read_profile
from tanhui.network.gateway import Contract, Gateway, GrpcTransport, TlsOptions, connect


def transport_to(profile: ConnectionProfile) -> GrpcTransport:
    """The gateway's peer."""
    gateway = profile.gateway
    assert gateway.tls_root_pem_path is not None
    tls = TlsOptions(Path(gateway.tls_root_pem_path).read_bytes(), gateway.server_name)
    return GrpcTransport(gateway.endpoint, tls)


def gateway_as(profile: ConnectionProfile, transport: GrpcTransport, msp_id: str, name: str) -> Gateway:
    """A gateway for an identity of the profile."""
    named = profile.identity(msp_id, name)
    identity = Identity(msp_id, Path(named.certificate_path).read_bytes())
    return connect(transport, identity, PrivateKeySigner(read_private_key(Path(named.private_key_path))))


@asynccontextmanager
async def registry_contract_at(connection: Path, msp_id: str, name: str) -> AsyncIterator[Contract]:
    """The contract that connection.json names, as one of its identities."""
    profile = read_profile(connection)
    async with transport_to(profile) as transport:
        gateway = gateway_as(profile, transport, msp_id, name)
        yield gateway.network(profile.channel).contract(profile.chaincode)
