"""A year of operations on the shipped province, by the commands that docs/operations.md shows, writes going on."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from tanhui.crypto_config.certificates import load_certificate
from tests.conftest import Counts
from tests.support.province import EVERYTHING_ONCE, Province, kept_of, province
from tests.support.running_registry import Client, api_on, tanhui
from tests.support.topologies import free_port
from tests.support.traffic import ACCOUNTS, Traffic

WRITERS = 2
BANK = {
    "name": "Bank",
    "msp_id": "BankMSP",
    "domain": "bank.example",
    "title": "银行（示例）",
    "hosts": ["localhost"],
}


class Network:
    """The province with a topology file that is edited as an operator would."""

    def __init__(self, made: Province, operator: Client, folder: Path) -> None:
        self.made, self.operator, self.folder = made, operator, folder
        self.file = folder / "province.yaml"
        self.document: dict[str, Any] = json.loads(msgspec.json.encode(made.native.network.topology))
        self.save()

    def save(self) -> None:
        self.file.write_text(yaml.safe_dump(self.document, allow_unicode=True), "utf-8")

    def run(self, command: str, *arguments: str) -> str:
        data = self.made.native.folder
        done = tanhui("network", command, *arguments, "--topology", str(self.file), "--data", str(data))
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def apply(self, *arguments: str) -> set[str]:
        self.save()
        found = json.loads(self.run("apply", *arguments, "--json"))["differences"]
        return {one["path"] for one in found}

    def organisation(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = next(one for one in self.document["organisations"] if one["name"] == name)
        return found

    def agreed(self) -> dict[str, Any]:
        """What `watch --once` says, when every peer is there and level."""
        deadline = time.monotonic() + 60
        while True:
            found: dict[str, Any] = json.loads(self.run("watch", "--once"))
            assert found["agrees"]
            if not found["absent"] and len(set(found["heights"].values())) == 1:
                return found
            assert time.monotonic() < deadline, found
            time.sleep(0.5)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    folder = tmp_path_factory.mktemp("operations")
    with (
        province(folder / "net", people=20) as made,
        api_on(made.native.connection_file, folder / "api") as (url, _),
    ):
        network = Network(made, Client(url, folder / "api", "operator-recorder"), folder)
        try:
            yield network
        finally:
            network.run("down")


def port() -> int:
    return free_port()


@pytest.mark.fabric
def test_certificates_of_a_peer_and_of_a_consenter_are_renewed(network: Network, counts: Counts) -> None:
    assert json.loads(network.run("plan", "--json"))["differences"] == []
    gaps = []
    with Traffic(network.operator, WRITERS, 11) as traffic:
        traffic.resumed()
        for node in ("peer0.operator.example", "orderer0.ordering.operator.example"):
            before = certificate_of(network, node)
            network.run("renew", node)
            assert certificate_of(network, node) != before
            gaps.append(traffic.resumed())
    network.agreed()
    kept = kept_of(network.made, traffic.acknowledged)
    assert kept == EVERYTHING_ONCE
    counts.note(
        "operations: certificates renewed under load", nodes=2, lost=len(kept.lost), doubled=len(kept.doubled)
    )


@pytest.mark.fabric
def test_a_user_is_revoked(network: Network) -> None:
    approver = Client(network.operator.url, network.operator.data, "operator-approver")
    account = "11" * 16
    approver.done(ACCOUNTS, "before", {"accounts": [{"account": account, "holder": "person"}]})
    network.run("revoke", "OperatorMSP", "approver")
    refused = approver.post(ACCOUNTS, "after", {"accounts": [{"account": "12" * 16, "holder": "person"}]})
    assert refused.status_code >= 500, refused.text
    network.operator.done(ACCOUNTS, "others", {"accounts": [{"account": "13" * 16, "holder": "person"}]})


@pytest.mark.fabric
def test_acls_policies_and_anchor_peers_change_with_offline_signatures(network: Network) -> None:
    network.document["channel"]["acls"] = {"qscc/GetBlockByTxID": "/Channel/Application/Auditors"}
    network.document["channel"]["policies"]["application"]["Auditors"] = "OR('RegulatorMSP.client')"
    network.organisation("Operator")["peers"][1]["anchor"] = True
    network.save()
    change = network.folder / "change.pb"
    shown = json.loads(network.run("plan", "--out", str(change), "--json"))["differences"]
    assert {one["path"] for one in shown} == {
        "/Channel/Application/ACLs",
        "/Channel/Application policy Auditors",
        "/Channel/Application/Operator/AnchorPeers",
    }
    too_few = tanhui(
        "network", "submit", str(change), "--as", "Regulator", "--topology", str(network.file), "--data",
        str(network.made.native.folder),
    )  # fmt: skip
    assert too_few.returncode == 1, "nobody but the submitter has signed"
    for name in ("Regulator", "Operator"):
        network.run("sign", str(change), "--as", name)
    network.run("submit", str(change), "--as", "Regulator")
    assert json.loads(network.run("plan", "--json"))["differences"] == []


@pytest.mark.fabric
def test_an_organisation_joins_by_snapshot_and_leaves_again(network: Network, counts: Counts) -> None:
    snapshot = network.folder / "snapshot"
    network.run("snapshot", "peer1.regulator.example", "--out", str(snapshot))
    peer = {"name": "peer0", "host": "127.0.0.1", "port": port(), "anchor": True}
    peer |= {"chaincode_port": port(), "operations_port": port()}
    network.document["organisations"].append({**BANK, "peers": [peer]})
    network.document["chaincodes"][0]["services"]["BankMSP"] = f"127.0.0.1:{port()}"
    assert "/Channel/Application/Bank" in network.apply("--join-by-snapshot", str(snapshot))
    joined = network.agreed()
    assert len(joined["peers"]) == 7
    assert "peer0.bank.example" in joined["peers"]
    network.operator.done(ACCOUNTS, "seven", {"accounts": [{"account": "17" * 16, "holder": "person"}]})
    network.document["organisations"].pop()
    del network.document["chaincodes"][0]["services"]["BankMSP"]
    network.apply()
    assert len(network.agreed()["peers"]) == 6
    network.operator.done(ACCOUNTS, "six", {"accounts": [{"account": "18" * 16, "holder": "person"}]})
    counts.note("operations: an organisation joined by snapshot and left", blocks=joined["compared"])


@pytest.mark.fabric
def test_a_further_ordering_node_and_one_less(network: Network) -> None:
    orderers = network.organisation("NotaryOrdering")["orderers"]
    orderers.append(
        {"name": "orderer1", "host": "127.0.0.1", "port": port(), "admin_port": port()}
        | {"operations_port": port()}
    )
    assert "/Channel/Orderer/Orderers" in network.apply()
    network.operator.done(ACCOUNTS, "five", {"accounts": [{"account": "15" * 16, "holder": "person"}]})
    status = json.loads(network.run("status", "--json"))["nodes"]
    assert {one["name"]: one["healthy"] for one in status}["orderer1.ordering.notary.example"]
    orderers.pop()
    network.apply()
    network.operator.done(ACCOUNTS, "four", {"accounts": [{"account": "14" * 16, "holder": "person"}]})


@pytest.mark.fabric
def test_the_contract_is_upgraded(network: Network) -> None:
    network.document["chaincodes"][0] |= {"version": "1.1", "sequence": 2}
    network.apply()
    network.operator.done(ACCOUNTS, "upgraded", {"accounts": [{"account": "19" * 16, "holder": "person"}]})
    assert len(network.agreed()["peers"]) == 6


@pytest.mark.fabric
def test_a_backup_is_restored_and_nodes_join_anew(network: Network, counts: Counts) -> None:
    archive = network.folder / "peer.tar"
    network.run("backup", "peer1.exchange.example", "--out", str(archive))
    network.operator.done(ACCOUNTS, "since", {"accounts": [{"account": "16" * 16, "holder": "person"}]})
    network.run("restore", "peer1.exchange.example", "--from", str(archive))
    for node in ("peer1.operator.example", "orderer0.ordering.exchange.example"):
        network.run("rejoin", node)
    agreement = network.agreed()
    assert len(agreement["peers"]) == 6
    network.operator.done(ACCOUNTS, "whole", {"accounts": [{"account": "20" * 16, "holder": "person"}]})
    counts.note("operations: a peer restored, a peer and an orderer joined anew", peers_equal=6)


def certificate_of(network: Network, node: str) -> int:
    """The serial number of the TLS certificate in the node's folder."""
    found = next(network.made.native.folder.glob(f"network/organisations/*/*/{node}/tls/server.crt"))
    return load_certificate(found.read_bytes()).serial_number
