"""docker-compose.yml is what the topology renders; Compose reads it; its material is complete."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tanhui.cli.connected_registry import identities_of
from tanhui.crypto_config.custody import Custody
from tanhui.network.connection import read_profile
from tanhui.network.processes.compose import compose_document, render_compose
from tanhui.network.processes.container_material import make_container_material
from tests.support.topologies import shipped_topology

ROOT = Path(__file__).parents[3]
TOPOLOGY = "network/topologies/province.yaml"


def test_the_file_at_the_top_is_the_rendering() -> None:
    assert (ROOT / "docker-compose.yml").read_text("utf-8") == render_compose(
        shipped_topology("province"), TOPOLOGY
    )


def test_every_image_is_pinned_and_no_node_sees_another_ones_key() -> None:
    services = compose_document(shipped_topology("province"), TOPOLOGY)["services"]
    for name, service in services.items():
        assert ":" in service["image"], name
        assert not service["image"].endswith(":latest"), name
    peer = services["peer0.operator.example"]
    assert [one["target"] for one in peer["volumes"]] == [
        "/data/network/organisations/operator.example/peers/peer0.operator.example",
        "/data/nodes/peer0.operator.example",
    ]


def test_material_names_containers_and_stands_where_they_look(tmp_path: Path) -> None:
    network = make_container_material(tmp_path, shipped_topology("province"))
    services = compose_document(shipped_topology("province"), TOPOLOGY)["services"]
    for service in services.values():
        for volume in service["volumes"]:
            if isinstance(volume, dict) and volume["target"].startswith("/data/"):
                assert (tmp_path / volume["target"].removeprefix("/data/")).is_dir(), volume
    core = yaml.safe_load((tmp_path / "nodes/peer0.operator.example/core.yaml").read_text("utf-8"))
    assert core["peer"]["address"] == "peer0.operator.example:8051"
    assert core["chaincode"]["externalBuilders"][0]["path"] == "/opt/hyperledger/ccaas_builder"
    assert b"orderer0.ordering.notary.example" in network.genesis
    scraped = yaml.safe_load((tmp_path / "prometheus/prometheus.yml").read_text("utf-8"))
    assert len(scraped["scrape_configs"][0]["static_configs"][0]["targets"]) == 10
    assert json.loads((tmp_path / "grafana/dashboards/network.json").read_text("utf-8"))["panels"]


def test_the_api_has_every_gateway_every_user_and_no_administrator(tmp_path: Path) -> None:
    network = make_container_material(tmp_path, shipped_topology("province"))
    make_container_material(tmp_path, shipped_topology("province"))
    profile = read_profile(tmp_path / "api/connection.json")
    assert [one.endpoint for one in profile.gateways] == [
        f"{peer.host}:{peer.port}" for each in network.topology.members for peer in each.peers
    ]
    names = set(identities_of(profile, Custody()))
    assert {"regulator-registrar", "operator-recorder", "exchange-custodian"} <= names
    assert not any("Admin" in name for name in names)
    inside = [path for path in (tmp_path / "api").rglob("*") if path.is_file()]
    assert len([path for path in inside if b"PRIVATE KEY" in path.read_bytes()]) == len(names)
    api = compose_document(shipped_topology("province"), TOPOLOGY)["services"]["api"]
    assert {one["target"] for one in api["volumes"]} == {"/data/api", "/data/registry"}
    assert api["environment"]["TANHUI_API_DATABASE_URL"].startswith("postgresql://")


def compose_program() -> list[str] | None:
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) is None:
            continue
        if subprocess.run([*command, "version"], capture_output=True, check=False).returncode == 0:
            return command
    return None


def test_compose_reads_the_file() -> None:
    program = compose_program()
    if program is None:
        pytest.skip("no Docker Compose: install docker compose or docker-compose")
    command = [*program, "--file", str(ROOT / "docker-compose.yml"), "config"]
    environment = {**os.environ, "POSTGRES_PASSWORD": "p", "GRAFANA_PASSWORD": "g"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    read = yaml.safe_load(done.stdout)["services"]
    assert read.keys() == compose_document(shipped_topology("province"), TOPOLOGY)["services"].keys()
