"""What the containers of docker-compose.yml start from, under one folder that each sees its own part of.

network/                     crypto material and block 0, with containers' names (compose.py, in_containers)
nodes/NAME/                  core.yaml, orderer.yaml, or chaincode.env with the package id
api/                         connection.json, the users' certificates and keys, the peers' TLS roots
registry/                    the API's own: access keys, intake
prometheus/, grafana/        what scrapes the nodes and the API, and dashboards
"""

import json
import shutil
from pathlib import Path
from typing import Any, Final

import yaml

from tanhui.crypto_config.folders import write_public, write_secret
from tanhui.crypto_config.msp_folder import KEY_FILE, KEYSTORE, SIGN_CERTS
from tanhui.network.channel.make_network import Network, make_network
from tanhui.network.channel.services import services_of
from tanhui.network.channel.topology import Orderer, Organisation, Peer, Topology
from tanhui.network.connection import (
    ConnectionProfile,
    Endpoint,
    NamedIdentity,
    ProfileOrganisation,
    write_profile,
)
from tanhui.network.processes.compose import API_PORT, FABRIC_VERSION, in_containers
from tanhui.network.processes.network_processes import NetworkProcesses
from tanhui.network.processes.programs import Programs

CCAAS_BUILDER: Final = Path("/opt/hyperledger/ccaas_builder")
"""Where the official peer image keeps its builder for chaincode as a service."""

_PANELS: Final = (
    ("Blocks: height", "ledger_blockchain_height", "short"),
    (
        "Transactions committed per second, by code",
        "sum by (validation_code) (rate(ledger_transaction_count[1m]))",
        "ops",
    ),
    (
        "Block commit, 99th percentile",
        "histogram_quantile(0.99, sum by (le, instance) (rate(ledger_block_processing_time_bucket[5m])))",
        "s",
    ),
    (
        "Endorsement, 99th percentile",
        "histogram_quantile(0.99, sum by (le, instance) (rate(endorser_proposal_duration_bucket[5m])))",
        "s",
    ),
    ("Proposals that failed to validate", "rate(endorser_proposal_validation_failures[5m])", "ops"),
    ("API: requests per second, by status", "sum by (status) (rate(tanhui_api_requests_total[1m]))", "ops"),
    (
        "API: time to the answer's head, 99th percentile",
        "histogram_quantile(0.99, sum by (le) (rate(tanhui_api_request_seconds_bucket[5m])))",
        "s",
    ),
    (
        "Ordering: the leader each node sees",
        "consensus_BFT_leader_id or consensus_etcdraft_is_leader",
        "short",
    ),
)


def make_container_material(folder: Path, topology: Topology) -> Network:
    """Make what is missing; configuration files are written anew."""
    network = make_network(folder / "network", in_containers(topology))
    programs = Programs(Path("peer"), Path("orderer"), f"v{FABRIC_VERSION}")
    NetworkProcesses(network, programs, folder / "nodes", builder=CCAAS_BUILDER)
    for chaincode in network.topology.chaincodes:
        for service in services_of(network, chaincode):
            place = folder / "nodes" / service.name
            place.mkdir(parents=True, exist_ok=True)
            (place / "chaincode.env").write_text(f"export CHAINCODE_ID={service.package_id}\n", "ascii")
    _api(folder / "api", network)
    (folder / "registry").mkdir(exist_ok=True)
    _prometheus(folder / "prometheus", network)
    _grafana(folder / "grafana")
    return network


def _api(folder: Path, network: Network) -> None:
    """What the API's container sees: no administrator's key, no authority's, no node's. What is there stays."""
    folder.mkdir(exist_ok=True)
    roots = {}
    for each in network.topology.members:
        root = folder / "tls" / f"{each.domain}.pem"
        write_public(root, network.organisations[each.msp_id].tls_root_pem)
        roots[each.domain] = root.relative_to(folder).as_posix()
    gateways = tuple(
        Endpoint(f"{peer.host}:{peer.port}", roots[each.domain], f"{peer.name}.{each.domain}")
        for each in network.topology.members
        for peer in each.peers
    )
    organisations = tuple(
        ProfileOrganisation(each.msp_id, tuple(_user(folder, network, each, one.name) for one in each.users))
        for each in network.topology.members
    )
    profile = ConnectionProfile(
        network.topology.channel.name,
        network.topology.chaincodes[0].name,
        gateways[0],
        organisations,
        further_gateways=gateways[1:],
    )
    write_profile(folder / "connection.json", profile)


def _user(folder: Path, network: Network, each: Organisation, name: str) -> NamedIdentity:
    place = folder / "identities" / each.domain / name
    certificate, key = place / "certificate.pem", place / "key.pem"
    if not key.exists():
        msp = network.organisations[each.msp_id].member("client", name).msp_folder
        write_public(certificate, next((msp / SIGN_CERTS).iterdir()).read_bytes())
        write_secret(key, (msp / KEYSTORE / KEY_FILE).read_bytes())
    return NamedIdentity(name, certificate.relative_to(folder).as_posix(), key.relative_to(folder).as_posix())


def _prometheus(folder: Path, network: Network) -> None:
    """Operations want a client certificate: Prometheus shows one of the first member's admin."""
    roots = folder / "tls" / "roots.pem"
    roots.parent.mkdir(parents=True, exist_ok=True)
    roots.write_bytes(b"".join(each.tls_root_pem for each in network.organisations.values()))
    admin = network.organisations[network.topology.members[0].msp_id].member("admin", "Admin").tls
    shutil.copyfile(admin.certificate, folder / "tls" / "client.crt")
    shutil.copyfile(admin.key, folder / "tls" / "client.key")
    targets = [
        f"{node.host}:{node.operations_port}"
        for each in network.topology.organisations
        for node in _nodes(each)
    ]
    tls = {
        "ca_file": "/data/prometheus/tls/roots.pem",
        "cert_file": "/data/prometheus/tls/client.crt",
        "key_file": "/data/prometheus/tls/client.key",
    }
    job = {
        "job_name": "fabric",
        "scheme": "https",
        "tls_config": tls,
        "static_configs": [{"targets": targets}],
    }
    api = {"job_name": "api", "static_configs": [{"targets": [f"api:{API_PORT}"]}]}
    _yaml(folder / "prometheus.yml", {"global": {"scrape_interval": "15s"}, "scrape_configs": [job, api]})


def _nodes(each: Organisation) -> list[Peer | Orderer]:
    return [*each.peers, *each.orderers]


def _grafana(folder: Path) -> None:
    source = {
        "name": "Prometheus",
        "uid": "prometheus",
        "type": "prometheus",
        "url": "http://prometheus:9090",
    }
    _yaml(folder / "provisioning/datasources/prometheus.yml", {"apiVersion": 1, "datasources": [source]})
    provider = {"name": "tanhui", "type": "file", "options": {"path": "/data/grafana/dashboards"}}
    _yaml(folder / "provisioning/dashboards/files.yml", {"apiVersion": 1, "providers": [provider]})
    path = folder / "dashboards" / "network.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(dashboard(), indent=2) + "\n", "utf-8")


def dashboard() -> dict[str, Any]:
    """The network's dashboard: one panel a figure of Fabric's metrics reference."""
    panels = [
        {
            "id": number + 1,
            "title": title,
            "type": "timeseries",
            "datasource": {"type": "prometheus", "uid": "prometheus"},
            "fieldConfig": {"defaults": {"unit": unit}, "overrides": []},
            "gridPos": {"h": 8, "w": 12, "x": 12 * (number % 2), "y": 8 * (number // 2)},
            "targets": [{"expr": expression, "refId": "A"}],
        }
        for number, (title, expression, unit) in enumerate(_PANELS)
    ]
    return {
        "uid": "tanhui-network",
        "title": "碳惠 network",
        "schemaVersion": 41,
        "refresh": "15s",
        "panels": panels,
    }


def _yaml(path: Path, document: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), "utf-8")
