"""docker-compose.yml of a topology: Fabric's official images, the chaincode services, the API, and what watches them.

Every container has its member's full name, so the topology's nodes are moved there (`in_containers`) and the material
is made from the moved topology, by the container `material`, into TANHUI_DATA on the host (`/data` inside). A node
sees its own folder and nobody else's. `setup` joins the channel and brings the chaincodes onto it, then ends.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
import yaml

from tanhui.network.channel.topology import Chaincode, Organisation, Topology
from tanhui.network.processes.places import SYN_RETRIES

FABRIC_VERSION: Final = "3.1.5"
PEER_IMAGE: Final = f"hyperledger/fabric-peer:{FABRIC_VERSION}"
ORDERER_IMAGE: Final = f"hyperledger/fabric-orderer:{FABRIC_VERSION}"
POSTGRES_IMAGE: Final = "postgres:17.6"
PROMETHEUS_IMAGE: Final = "prom/prometheus:v3.6.0"
GRAFANA_IMAGE: Final = "grafana/grafana:12.2.0"
OWN_IMAGE: Final = "tanhui:${TANHUI_VERSION:-local}"
DATA: Final = "${TANHUI_DATA:-./data/compose}"
INSIDE: Final = "/data"
API_PORT: Final = 8000
HEADER: Final = """\
# Rendered by `tanhui network compose --topology {topology}`: change the topology, not this file.
# TANHUI_DATA is the folder of the network's material and ledgers; POSTGRES_PASSWORD and GRAFANA_PASSWORD must be set.
"""


def in_containers(topology: Topology) -> Topology:
    """The same network with every node and service at its container's name, on the ports it has."""
    changed = [
        msgspec.structs.replace(
            each,
            peers=[msgspec.structs.replace(peer, host=f"{peer.name}.{each.domain}") for peer in each.peers],
            orderers=[
                msgspec.structs.replace(orderer, host=f"{orderer.name}.{each.domain}")
                for orderer in each.orderers
            ],
        )
        for each in topology.organisations
    ]
    domains = {each.msp_id: each.domain for each in topology.members}
    chaincodes = [
        msgspec.structs.replace(
            one,
            services={
                msp_id: f"{one.name}.{domains[msp_id]}:{address.rpartition(':')[2]}"
                for msp_id, address in one.services.items()
            },
        )
        for one in topology.chaincodes
    ]
    return msgspec.structs.replace(topology, organisations=changed, chaincodes=chaincodes)


def render_compose(topology: Topology, topology_file: str) -> str:
    """The file's text; the same topology gives the same text.

    Args:
        topology: as it stands in the repository; it is moved into containers here.
        topology_file: its path from the repository's top, which is what our image carries.
    """
    return HEADER.format(topology=topology_file) + yaml.safe_dump(
        compose_document(topology, topology_file), sort_keys=False, allow_unicode=True, width=110
    )


def compose_document(topology: Topology, topology_file: str) -> dict[str, Any]:
    """What docker-compose.yml holds."""
    nodes = dict(_nodes(topology))
    services = dict(_chaincodes(topology))
    where = ["--topology", topology_file, "--data", INSIDE]
    return {
        "services": {
            "material": _own(["network", "material", *where], [_bind("")]),
            **nodes,
            **services,
            "setup": _own(["network", "join", *where], [_bind("")])
            | {"depends_on": {name: {"condition": "service_started"} for name in [*nodes, *services]}},
            "postgres": _postgres(),
            "api": _api(),
            "prometheus": _prometheus(),
            "grafana": _grafana(),
        },
        "networks": {"fabric": {}},
        "volumes": {"postgres": {}, "prometheus": {}, "grafana": {}},
    }


def _nodes(topology: Topology) -> Iterator[tuple[str, dict[str, Any]]]:
    for each in topology.organisations:
        for orderer in each.orderers:
            name = f"{orderer.name}.{each.domain}"
            yield (
                name,
                _node(ORDERER_IMAGE, each, "orderers", name=name, command=["orderer"], port=orderer.port),
            )
    for each in topology.members:
        for peer in each.peers:
            name = f"{peer.name}.{each.domain}"
            yield (
                name,
                _node(
                    PEER_IMAGE, each, "peers", name=name, command=["peer", "node", "start"], port=peer.port
                ),
            )


def _node(
    image: str, each: Organisation, kind: str, *, name: str, command: list[str], port: int
) -> dict[str, Any]:
    own = f"network/organisations/{each.domain}/{kind}/{name}"
    return {
        "image": image,
        "container_name": name,
        "hostname": name,
        "command": command,
        "environment": {"FABRIC_CFG_PATH": f"{INSIDE}/nodes/{name}", "FABRIC_LOGGING_SPEC": "warn"},
        "volumes": [_bind(own, read_only=True), _bind(f"nodes/{name}")],
        "ports": [f"127.0.0.1:{port}:{port}"],
        "depends_on": {"material": {"condition": "service_completed_successfully"}},
        "networks": ["fabric"],
        "restart": "unless-stopped",
        "sysctls": {"net.ipv4.tcp_syn_retries": SYN_RETRIES},
    }


def _chaincodes(topology: Topology) -> Iterator[tuple[str, dict[str, Any]]]:
    for chaincode in topology.chaincodes:
        for each in topology.members:
            if each.msp_id in chaincode.services:
                yield f"{chaincode.name}.{each.domain}", _chaincode(chaincode, each)


def _chaincode(chaincode: Chaincode, each: Organisation) -> dict[str, Any]:
    name = f"{chaincode.name}.{each.domain}"
    tls = f"{INSIDE}/network/organisations/{each.domain}/chaincodes/{chaincode.name}/service"
    port = chaincode.services[each.msp_id].rpartition(":")[2]
    environment = {
        "CHAINCODE_SERVER_ADDRESS": f"0.0.0.0:{port}",
        "CHAINCODE_TLS_KEY": f"{tls}/server.key",
        "CHAINCODE_TLS_CERT": f"{tls}/server.crt",
        "CHAINCODE_CLIENT_CA_CERT": f"{tls}/ca.crt",
    }
    folders = [tls.removeprefix(f"{INSIDE}/"), f"nodes/{name}"]
    own = _own([], [_bind(folder, read_only=True) for folder in folders])
    del own["command"]
    return own | {
        "container_name": name,
        "hostname": name,
        "environment": environment,
        # The package id depends on the TLS material, which `material` makes and writes into the service's folder.
        "entrypoint": ["sh", "-c", f". {INSIDE}/nodes/{name}/chaincode.env && exec tanhui chaincode serve"],
        "depends_on": {"material": {"condition": "service_completed_successfully"}},
        "restart": "unless-stopped",
    }


def _own(command: list[str], volumes: list[dict[str, Any]]) -> dict[str, Any]:
    """A container of our image, built from the checkout."""
    return {
        "image": OWN_IMAGE,
        "build": {"context": "."},
        "command": command,
        "volumes": volumes,
        "networks": ["fabric"],
    }


def _bind(folder: str, *, read_only: bool = False) -> dict[str, Any]:
    """A folder of the data, at the same place inside: configuration files name it by that path."""
    inside, outside = (f"{top}/{folder}".rstrip("/") for top in (INSIDE, DATA))
    return {"type": "bind", "source": outside, "target": inside, "read_only": read_only}


def _postgres() -> dict[str, Any]:
    return {
        "image": POSTGRES_IMAGE,
        "environment": {
            "POSTGRES_DB": "tanhui",
            "POSTGRES_USER": "tanhui",
            "POSTGRES_PASSWORD": "${POSTGRES_PASSWORD:?set it}",
        },
        "volumes": ["postgres:/var/lib/postgresql/data"],
        "networks": ["fabric"],
        "restart": "unless-stopped",
        "healthcheck": {
            "test": ["CMD", "pg_isready", "--username", "tanhui", "--dbname", "tanhui"],
            "interval": "5s",
            "retries": 20,
        },
    }


def _api() -> dict[str, Any]:
    """The registry's API over every peer's gateway; its read model, audit log and jobs are in PostgreSQL."""
    database = "postgresql://tanhui@postgres/tanhui"
    command = ["api", "--connection", f"{INSIDE}/api/connection.json", "--data", f"{INSIDE}/registry"]
    own = _own([*command, "--host", "0.0.0.0", "--api-port", str(API_PORT)], [])  # noqa: S104  inside its container
    probe = f"import urllib.request as r; r.urlopen('http://127.0.0.1:{API_PORT}/readyz', timeout=4)"
    return own | {
        # Encrypted in place when custody has a passphrase: the folder of identities is writable.
        "volumes": [_bind("api"), _bind("registry")],
        "environment": {
            "PGPASSWORD": "${POSTGRES_PASSWORD:?set it}",
            "TANHUI_API_DATABASE_URL": database,
            "TANHUI_API_SERVICE_DATABASE_URL": database,
        },
        "ports": [f"127.0.0.1:{API_PORT}:{API_PORT}"],
        "depends_on": {
            "setup": {"condition": "service_completed_successfully"},
            "postgres": {"condition": "service_healthy"},
        },
        "healthcheck": {"test": ["CMD", "python", "-c", probe], "interval": "10s", "retries": 12},
        "restart": "unless-stopped",
    }


def _prometheus() -> dict[str, Any]:
    own = _watcher(PROMETHEUS_IMAGE, "prometheus:/prometheus", 9090)
    own["volumes"] += [
        _bind("prometheus", read_only=True) | {"target": "/etc/prometheus"},
        _bind("prometheus/tls", read_only=True),
    ]
    return own | {"depends_on": {"material": {"condition": "service_completed_successfully"}}}


def _grafana() -> dict[str, Any]:
    own = _watcher(GRAFANA_IMAGE, "grafana:/var/lib/grafana", 3000)
    own["volumes"] += [
        _bind("grafana/provisioning", read_only=True) | {"target": "/etc/grafana/provisioning"},
        _bind("grafana/dashboards", read_only=True),
    ]
    return own | {
        "environment": {"GF_SECURITY_ADMIN_PASSWORD": "${GRAFANA_PASSWORD:?set it}"},
        "depends_on": {"material": {"condition": "service_completed_successfully"}},
    }


def _watcher(image: str, volume: str, port: int) -> dict[str, Any]:
    return {
        "image": image,
        "volumes": [volume],
        "ports": [f"127.0.0.1:{port}:{port}"],
        "networks": ["fabric"],
        "restart": "unless-stopped",
    }
