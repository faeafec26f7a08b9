"""The registry on a network that runs elsewhere: the same API and commands, by its connection.json.

Every gateway of the file is used: calls go to the one with the fewest under way, and elsewhere when one is away;
none is asked for less than what another has announced (network/gateway/level_transport.py). So the file names a
peer of every organisation that endorses, and the more of them the better.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tanhui.cli.connection import tls_options
from tanhui.cli.registry_process import READER, Registry, custody_of
from tanhui.crypto_config.certificates import organizational_units
from tanhui.crypto_config.custody import Custody
from tanhui.crypto_config.folders import read_file
from tanhui.crypto_config.identity import Identity, SigningIdentity
from tanhui.network.connection import ConnectionProfile, ConnectionProfileError, read_profile
from tanhui.network.gateway import BalancedTransport, GrpcTransport, Horizon, Keepalive
from tanhui.registry_api.gateway_ledger import GatewayLedger
from tanhui.registry_api.settings import ApiSettings

CONNECT_WAIT_S: Final = 2.0
"""How long a call waits for one gateway's connection where there are others to ask."""
QUICK: Final = Keepalive(timeout_s=5.0)
"""A connection whose packets nobody acknowledges for so long is broken, and another gateway is asked."""
PATIENT_WAIT_S: Final = 10.0
"""The same where there is only one, which may come up after its clients."""
MSP_SUFFIX: Final = "MSP"


def identities_of(profile: ConnectionProfile, custody: Custody) -> dict[str, SigningIdentity]:
    """The file's identities as `organisation-name`, for example "operator-recorder".

    Administrators are left out: an API has no use for keys that change the network itself.
    """
    found = {}
    for organisation in profile.organisations:
        prefix = organisation.msp_id.removesuffix(MSP_SUFFIX).lower()
        for named in organisation.identities:
            name = f"{prefix}-{named.name}"
            identity = Identity(organisation.msp_id, read_file(Path(named.certificate_path)))
            if "admin" not in organizational_units(identity.certificate):
                key_file = Path(named.private_key_path)
                found[name] = custody.signing_identity_of(name, identity, key_file)
    return found


@dataclass(frozen=True, slots=True)
class ConnectedRegistry(Registry):
    """A registry whose ledger is reached by its gateways."""

    transport: BalancedTransport
    horizon: Horizon


@asynccontextmanager
async def open_connected(
    connection: Path, settings: ApiSettings, reader: str = READER
) -> AsyncIterator[ConnectedRegistry]:
    """Open the ledger that connection.json names; nothing is sent yet.

    Args:
        connection: the file.
        settings: limits of the calls.
        reader: whose identity reads blocks and events, as `identities_of` names it.

    Raises:
        ConnectionProfileError: the file, or it has no such identity.
    """
    profile = read_profile(connection)
    identities = identities_of(profile, custody_of(settings))
    if reader not in identities:
        known = ", ".join(sorted(identities)) or "none"
        raise ConnectionProfileError(f"{connection}: no identity {reader} to read with; there are: {known}")
    async with opened_gateways(profile) as (transport, horizon):
        ledger = GatewayLedger(
            transport,
            channel=profile.channel,
            chaincode=profile.chaincode,
            identities=identities,
            reader=reader,
            settings=settings,
            catch_up=horizon.catch_up,
        )
        async with ledger:
            yield ConnectedRegistry(ledger, identities, settings, reader, transport, horizon)


@asynccontextmanager
async def opened_gateways(profile: ConnectionProfile) -> AsyncIterator[tuple[BalancedTransport, Horizon]]:
    """Every gateway of the file behind one transport, and what any of them has announced."""
    async with AsyncExitStack() as stack:
        horizon = Horizon()
        gateways = []
        for each in profile.gateways:
            wait_s = CONNECT_WAIT_S if profile.further_gateways else PATIENT_WAIT_S
            transport = GrpcTransport(
                each.endpoint, tls_options(each), connect_wait_s=wait_s, keepalive=QUICK
            )
            gateways.append(horizon.over(await stack.enter_async_context(transport)))
        yield BalancedTransport(gateways), horizon
