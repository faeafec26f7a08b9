"""The registry in one process: embedded node, Gateway client in the same process, API on a port.

DATA/network, DATA/ledger, DATA/connection.json    the node's (node/node.py)
DATA/api/keys.json                                 access keys, hashed
DATA/api/tokens/NAME                               the keys made at the first start, one for each identity
DATA/api/sources/ID                                keys of the data sources that the registry signs for
DATA/api/intake.sqlite                             activities on their way to the ledger
DATA/api/read.sqlite, DATA/api/service.sqlite      the read model; audit log, jobs and webhooks
"""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from sqlalchemy import Engine
from starlette.types import ASGIApp

import tanhui.network
from tanhui.chaincode.contract.stub import Chaincode
from tanhui.chaincode.transactions.registry import CHAINCODE_NAME, registry_contract
from tanhui.cli.activity_batches import RECORD_BATCH, ClaimReader, SourceKeys, batch_argument_with
from tanhui.cli.bounded_http import BoundedProtocol
from tanhui.crypto_config.attributes import (
    ORGANISATION_ATTRIBUTE,
    PERSON_ATTRIBUTE,
    ROLE_ATTRIBUTE,
    certificate_attributes,
)
from tanhui.crypto_config.custody import Custody
from tanhui.crypto_config.identity import SigningIdentity
from tanhui.crypto_config.sealing import Sealer
from tanhui.network.channel.load_topology import load_topology
from tanhui.network.channel.make_network import Network
from tanhui.network.channel.topology import Topology
from tanhui.node.chaincode import ServedChaincode, ServerAddress
from tanhui.node.node import Node
from tanhui.registry_api.access.authentication import Authenticator
from tanhui.registry_api.access.caller import Standing
from tanhui.registry_api.access.keys import AccessKeys
from tanhui.registry_api.access.oidc import TokenVerifier, read_issuers
from tanhui.registry_api.access.rates import Rates
from tanhui.registry_api.application import Parts, create_application
from tanhui.registry_api.contract_metadata import ContractMetadata
from tanhui.registry_api.database.engine import open_engine, sqlite_url
from tanhui.registry_api.gateway_ledger import GatewayLedger
from tanhui.registry_api.intake.feeder import Feeder
from tanhui.registry_api.intake.queue import IntakeQueue
from tanhui.registry_api.read_model.projector import Projector
from tanhui.registry_api.read_model.store import ReadStore
from tanhui.registry_api.service.tables import open_service
from tanhui.registry_api.settings import ApiSettings

HOST = "127.0.0.1"
READ_MODEL = "read.sqlite"
"""The read model's file where no `TANHUI_API_DATABASE_URL` names a database."""
SERVICE = "service.sqlite"
"""The file of audit log, jobs and webhooks, likewise."""
INTAKE = "intake.sqlite"
"""The file of activities on their way to the ledger."""
READER = "regulator-registrar"
"""Whose identity reads blocks and events for the API."""


NO_CUSTODY = Custody()
"""Keys stay as they are."""


@dataclass(frozen=True, slots=True)
class Registry:
    """An open registry: the ledger as the API sees it, and who may be acted for."""

    ledger: GatewayLedger
    identities: Mapping[str, SigningIdentity]
    settings: ApiSettings
    reader: str
    """Whose identity reads blocks and events."""

    @property
    def ledger_failure(self) -> str:
        """Why nothing is committed any more, "" while it is; of a network elsewhere only its answers tell."""
        return ""


@dataclass(frozen=True, slots=True)
class EmbeddedRegistry(Registry):
    """A registry whose node runs in this process."""

    node: Node

    @property
    def ledger_failure(self) -> str:
        """The node's."""
        return self.node.failure


def embedded_topology() -> Topology:
    """The topology that the embedded node starts from."""
    return load_topology(Path(tanhui.network.__path__[0]) / "topologies" / "embedded.yaml")


def custody_of(settings: ApiSettings) -> Custody:
    """How the settings want keys to be kept."""
    return Custody.read(settings.custody_passphrase_file, settings.custody_modules_file)


def custody_identities(network: Network, custody: Custody = NO_CUSTODY) -> dict[str, SigningIdentity]:
    """The topology's users as `organisation-user`, for example "operator-recorder"."""
    members = {
        f"{organisation.name.lower()}-{user.name}": network.organisations[organisation.msp_id].member(
            user.role, user.name
        )
        for organisation in network.topology.organisations
        for user in organisation.users
    }
    return {name: custody.signing_identity(name, member) for name, member in members.items()}


@asynccontextmanager
async def open_registry(
    data: Path,
    settings: ApiSettings,
    topology: Topology | None = None,
    services: Mapping[str, ServerAddress] | None = None,
) -> AsyncIterator[EmbeddedRegistry]:
    """Open the node in `data` and the ledger over it; nothing listens yet.

    Args:
        data: the registry's folder.
        settings: the API's.
        topology: without one, the embedded one.
        services: chaincodes that run in processes of their own, by name; the contract too, when it is among them.
    """
    topology = topology or embedded_topology()
    async with AsyncExitStack() as stack:
        chaincodes: dict[str, Chaincode] = {CHAINCODE_NAME: registry_contract()}
        for name, server in (services or {}).items():
            chaincodes[name] = await stack.enter_async_context(ServedChaincode.opened(server))
        node = await stack.enter_async_context(Node.open(data, topology, chaincodes=chaincodes))
        identities = custody_identities(node.network, custody_of(settings))
        ledger = GatewayLedger(
            node.transport,
            channel=node.network.topology.channel.name,
            chaincode=CHAINCODE_NAME,
            identities=identities,
            reader=READER,
            settings=settings,
        )
        async with ledger:
            yield EmbeddedRegistry(ledger, identities, settings, READER, node)


def standing_of(identity: SigningIdentity) -> Standing:
    """What the identity's certificate says."""
    attributes = certificate_attributes(identity.identity.certificate)
    roles = (role.strip() for role in attributes.get(ROLE_ATTRIBUTE, "").split(","))
    return Standing(
        msp_id=identity.identity.msp_id,
        organisation=attributes.get(ORGANISATION_ATTRIBUTE, ""),
        roles=frozenset(role for role in roles if role),
        person=attributes.get(PERSON_ATTRIBUTE, ""),
    )


def authenticator_of(keys: AccessKeys, registry: Registry) -> Authenticator:
    """Access keys, the trusted issuers of the settings, and the rates."""
    settings = registry.settings
    issuers = read_issuers(settings.oidc_file) if settings.oidc_file else ()
    return Authenticator(
        keys,
        standings={name: standing_of(identity) for name, identity in registry.identities.items()},
        tokens=TokenVerifier(issuers, time.time) if issuers else None,
        rates=Rates(settings.requests_a_second, settings.failures_a_second),
    )


def open_read_store(folder: Path, settings: ApiSettings) -> ReadStore:
    """The read model of the API in `folder`: in the database of the settings, else in a file there."""
    return ReadStore(open_engine(settings.database_url or sqlite_url(folder / READ_MODEL)))


def open_api_service(folder: Path, settings: ApiSettings) -> Engine:
    """The database of audit log, jobs and webhooks of the API in `folder`."""
    return open_service(settings.service_database_url or sqlite_url(folder / SERVICE))


@asynccontextmanager
async def serve_api(
    registry: Registry,
    folder: Path,
    port: int,
    host: str = HOST,
    *,
    log_failure: Callable[[], str] = lambda: "",
) -> AsyncIterator[str]:
    """Serve the API for the length of a block, on loopback without a host; yields its URL.

    `log_failure`: why the log beside it proves nothing more, "" while it does.
    """
    keys = AccessKeys(folder / "keys.json")
    _first_tokens(keys, folder / "tokens", registry.identities)
    queue = IntakeQueue(folder / INTAKE)
    settings = registry.settings
    store = open_read_store(folder, settings)
    service = open_api_service(folder, settings)
    passphrase = custody_of(settings).passphrase
    sources = SourceKeys(folder / "sources", passphrase)
    sources.protect()
    argument_of = batch_argument_with(sources)
    feeder = Feeder(queue, registry.ledger, RECORD_BATCH, argument_of, settings.intake_in_flight_max)
    application = create_application(
        Parts(
            ledger=registry.ledger,
            sealer=None if passphrase is None else Sealer(passphrase),
            authenticator=authenticator_of(keys, registry),
            metadata=ContractMetadata(await registry.ledger.metadata()),
            queue=queue,
            feeder=feeder,
            store=store,
            projector=Projector(store, registry.ledger),
            service=service,
            settings=settings,
            exports_folder=folder / "exports",
            reader_identity=registry.reader,
            reader=ClaimReader(registry.ledger, sources),
            ledger_failure=lambda: registry.ledger_failure,
            log_failure=log_failure,
            sources=sources,
        )
    )
    listener = _listen(host, port)
    server = _Server(http_config(application, settings))
    serving = asyncio.create_task(server.serve([listener]))
    try:
        while not server.started:
            if serving.done():
                serving.result()
            await asyncio.sleep(0.01)
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        queue.close()
        store.close()
        service.dispose()


def http_config(application: ASGIApp, settings: ApiSettings) -> uvicorn.Config:
    """How HTTP is served: X-Forwarded-* count from the proxies of the settings alone.

    uvicorn by itself believes whoever connects from this machine: any of its users, and whatever a proxy passes on.
    """
    return uvicorn.Config(
        application,
        http=BoundedProtocol,
        log_config=None,
        lifespan="on",
        access_log=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
    )


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket whose connections send at once.

    asyncio switches Nagle's algorithm off only where a socket names its protocol, which create_server's do not. Head
    and body of an answer leave in two writes, and the second would wait 40 ms for the client's late acknowledgement.
    """
    listener = socket.create_server((host, port))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: the command stops API and node in their order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the command."""
        yield


def _first_tokens(keys: AccessKeys, folder: Path, identities: Mapping[str, SigningIdentity]) -> None:
    """A key for each identity that has none, in a file that only its owner reads."""
    known = {entry.identity for entry in keys.list()}
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    for name in sorted(set(identities) - known):
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(keys.create(name) + "\n", "ascii")
