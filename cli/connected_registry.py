"""The registry on a network that runs elsewhere: the same API and commands, by its connection.json.

Every gateway of the file is used: calls go to the one with the fewest under way, and elsewhere when one is away;
none is asked for less than what another has announced (network/gateway/level_transport.py). So the file names a
peer of every organisation that endorses, and the more of them the better.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from cryptography.x509.oid import NameOID

from tanhui.cli.connection import signing_identity, tls_options
from tanhui.cli.registry_process import READER, Registry
from tanhui.crypto_config.identity import SigningIdentity
from tanhui.network.connection import ConnectionProfile, ConnectionProfileError, read_profile
from tanhui.network.gateway import BalancedTransport, GrpcTransport, Horizon
from tanhui.registry_api.gateway_ledger import GatewayLedger
from tanhui.registry_api.settings import ApiSettings

CONNECT_WAIT_S: Final = 2.0
"""How long a call waits for one gateway's connection where there are others to ask."""
QUICK: Final = (("grpc.keepalive_timeout_ms", 5_000),)
"""A connection whose packets nobody acknowledges for so long is broken, and another gateway is asked."""
PATIENT_WAIT_S: Final = 10.0
"""The same where there is only one, which may come up after its clients."""
MSP_SUFFIX: Final = "MSP"


def custody_of(profile: ConnectionProfile) -> dict[str, SigningIdentity]:
    """The file's identities as `organisation-name`, for example "operator-recorder".

    Administrators are left out: an API has no use for keys that change the network itself.
    """
    found = {}
    for organisation in profile.organisations:
        prefix = organisation.msp_id.removesuffix(MSP_SUFFIX).lower()
        for named in organisation.identities:
            signing = signing_identity(organisation.msp_id, named)
            if "admin" not in _units(signing):
                found[f"{prefix}-{named.name}"] = signing
    return found


@asynccontextmanager
async def open_connected(
    connection: Path, settings: ApiSettings, reader: str = READER
) -> AsyncIterator[Registry]:
    """Open the ledger that connection.json names; nothing is sent yet.

    Args:
        connection: the file.
        settings: limits of the calls.
        reader: whose identity reads blocks and events, as `custody_of` names it.

    Raises:
        ConnectionProfileError: the file, or it has no such identity.
    """
    profile = read_profile(connection)
    identities = custody_of(profile)
    if reader not in identities:
        known = ", ".join(sorted(identities)) or "none"
        raise ConnectionProfileError(f"{connection}: no identity {reader} to read with; there are: {known}")
    async with AsyncExitStack() as stack:
        horizon = Horizon()
        gateways = []
        for each in profile.gateways:
            wait_s = CONNECT_WAIT_S if profile.further_gateways else PATIENT_WAIT_S
            transport = GrpcTransport(
                each.endpoint, tls_options(each), connect_wait_s=wait_s, channel_options=QUICK
            )
            gateways.append(horizon.over(await stack.enter_async_context(transport)))
        ledger = GatewayLedger(
            BalancedTransport(gateways),
            channel=profile.channel,
            chaincode=profile.chaincode,
            identities=identities,
            reader=reader,
            settings=settings,
            catch_up=horizon.catch_up,
        )
        yield Registry(await stack.enter_async_context(ledger), identities, settings)


def _units(signing: SigningIdentity) -> set[str]:
    """The certificate's organisational units, where Fabric's node OUs stand (msp/mspimpl.go)."""
    units = signing.identity.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    return {str(unit.value) for unit in units}
