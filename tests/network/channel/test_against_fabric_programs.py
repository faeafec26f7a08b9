"""Crypto folders, package ids and joins are what Fabric's cryptogen, peer and osnadmin make or say."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml
from fabric_protos.common import common_pb2, configtx_pb2
from fabric_protos.msp import msp_config_pb2

from tanhui.crypto_config.msp_folder import read_msp
from tanhui.crypto_config.organisation import Organisation
from tanhui.crypto_config.organisation_spec import OrganisationSpec
from tanhui.network.channel.bring_up import join_orderers
from tanhui.network.channel.make_network import make_network
from tanhui.network.channel.msp_config import msp_config
from tanhui.network.channel.packages import package_id, service_package
from tanhui.network.channel.participation import ParticipationClient
from tests.conftest import fabric_programs
from tests.support.configtx import run
from tests.support.running_nodes import running_nodes
from tests.support.topologies import on_free_ports, shipped_topology


def program(name: str) -> Path:
    folder = fabric_programs()
    assert folder is not None
    return folder / name


def cryptogen_organisation(folder: Path) -> Path:
    """One organisation with a peer and a user, as cryptogen makes it."""
    described = {
        "PeerOrgs": [
            {
                "Name": "Org",
                "Domain": "org.example",
                "EnableNodeOUs": True,
                "Template": {"Count": 1},
                "Users": {"Count": 1},
            }
        ]
    }
    (folder / "crypto.yaml").write_text(yaml.safe_dump(described), "utf-8")
    run(program("cryptogen"), "generate", "--config", "crypto.yaml", "--output", "theirs", folder=folder)
    return folder / "theirs" / "peerOrganizations" / "org.example"


def layout(folder: Path) -> set[str]:
    """Every file by its place, keys and lists of their own left out."""
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return {name for name in found if not name.endswith(("_sk", ".key")) and "crls" not in name}


@pytest.mark.fabric
def test_a_peers_folders_are_laid_out_as_cryptogen_does(tmp_path: Path) -> None:
    theirs = cryptogen_organisation(tmp_path) / "peers" / "peer0.org.example"
    spec = OrganisationSpec("OrgMSP", "org.example")
    organisation = Organisation.create(tmp_path / "ours", spec)
    ours = organisation.add_node("peer", "peer0", ["localhost"]).folder
    assert layout(ours) == layout(theirs)
    units = [
        yaml.safe_load((one / "msp" / "config.yaml").read_text("utf-8"))["NodeOUs"] for one in (ours, theirs)
    ]
    for each in units:  # cryptogen also names the authority, of which each MSP here has one
        for unit in each.values():
            if isinstance(unit, dict):
                unit.pop("Certificate", None)
    assert units[0] == units[1]
    subjects = [
        subprocess.run(
            ["openssl", "x509", "-noout", "-subject", "-nameopt", "multiline", "-in", str(certificate)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for certificate in (
            next((ours / "msp/signcerts").iterdir()),
            next((theirs / "msp/signcerts").iterdir()),
        )
    ]
    for line in ("organizationalUnitName    = peer", "commonName                = peer0.org.example"):
        assert all(line in subject for subject in subjects), subjects


@pytest.mark.fabric
def test_our_msp_of_a_cryptogen_folder_is_configtxgens_byte_for_byte(tmp_path: Path) -> None:
    folder = cryptogen_organisation(tmp_path) / "msp"
    policies = {
        name: {"Type": "Signature", "Rule": "OR('OrgMSP.member')"}
        for name in ("Readers", "Writers", "Admins")
    }
    described = {
        "Organizations": [{"Name": "Org", "ID": "OrgMSP", "MSPDir": str(folder), "Policies": policies}],
    }
    (tmp_path / "configtx.yaml").write_text(yaml.safe_dump(described), "utf-8")
    shown = json.loads(run(program("configtxgen"), "-printOrg", "Org", folder=tmp_path))
    theirs = shown["values"]["MSP"]["value"]["config"]
    ours = msp_config_pb2.FabricMSPConfig.FromString(msp_config(read_msp(folder, "OrgMSP")).config)
    (tmp_path / "ours.pb").write_bytes(ours.SerializeToString())
    decoded = run(
        program("configtxlator"), "proto_decode", "--type", "msp.FabricMSPConfig", "--input", "ours.pb",
        folder=tmp_path,
    )  # fmt: skip
    assert json.loads(decoded) == theirs


@pytest.mark.fabric
def test_the_peer_command_calculates_our_package_id(tmp_path: Path) -> None:
    organisation = Organisation.create(tmp_path / "org", OrganisationSpec("OrgMSP", "org.example"))
    admin = organisation.add_user("Admin", "admin")
    peer = {
        "localMspId": "OrgMSP",
        "localMspType": "bccsp",
        "mspConfigPath": str(admin.msp_folder),
        "BCCSP": {"Default": "SW", "SW": {"Hash": "SHA2", "Security": 256}},
    }
    (tmp_path / "core.yaml").write_text(yaml.safe_dump({"peer": peer}), "utf-8")
    package = service_package("registry_1.0", "127.0.0.1:9999")
    (tmp_path / "registry.tar.gz").write_bytes(package)
    said = run(
        program("peer"), "lifecycle", "chaincode", "calculatepackageid", "registry.tar.gz", folder=tmp_path
    )
    assert said.decode().strip() == package_id("registry_1.0", package)


@pytest.mark.fabric
def test_osnadmin_joins_by_our_block_and_lists_what_our_client_lists(tmp_path: Path) -> None:
    network = make_network(tmp_path / "network", on_free_ports(shipped_topology("small")))
    ((each, orderer),) = network.topology.consenters
    tls = network.organisations[each.msp_id].member("orderer", orderer.name).tls
    assert orderer.admin_port is not None
    access: list[str | Path] = [
        "-o", f"127.0.0.1:{orderer.admin_port}", "--ca-file", tls.root, "--client-cert", tls.certificate,
        "--client-key", tls.key,
    ]  # fmt: skip
    with running_nodes(network, tmp_path / "nodes"):
        joined = run(
            program("osnadmin"), "channel", "join", "--channelID", "credits", "--config-block",
            network.genesis_file, *access, folder=tmp_path,
        )  # fmt: skip
        assert b"Status: 201" in joined
        client = ParticipationClient(
            "127.0.0.1", orderer.admin_port, root=tls.root, certificate=tls.certificate, key=tls.key
        )
        listed = run(
            program("osnadmin"), "channel", "list", "--channelID", "credits", *access, folder=tmp_path
        )
        theirs = json.loads(listed[listed.index(b"{") :])
        ours = client.info("credits")
        assert (ours.name, ours.relation, ours.status, ours.height) == (
            theirs["name"],
            theirs["consensusRelation"],
            theirs["status"],
            theirs["height"],
        )
        join_orderers(network)  # nothing is left to do


@pytest.mark.fabric
def test_our_config_block_is_read_back_unchanged_by_configtxlator(tmp_path: Path) -> None:
    """Decoded to JSON and encoded again: no field of our bytes is unknown to Fabric's own descriptors."""
    network = make_network(tmp_path / "network", shipped_topology("province"))
    envelope = common_pb2.Envelope.FromString(common_pb2.Block.FromString(network.genesis).data.data[0])
    data = common_pb2.Payload.FromString(envelope.payload).data
    config = configtx_pb2.ConfigEnvelope.FromString(data).config
    (tmp_path / "config.pb").write_bytes(config.SerializeToString(deterministic=True))
    translator = program("configtxlator")
    run(
        translator, "proto_decode", "--type", "common.Config", "--input", "config.pb", "--output", "c.json",
        folder=tmp_path,
    )  # fmt: skip
    run(
        translator, "proto_encode", "--type", "common.Config", "--input", "c.json", "--output", "again.pb",
        folder=tmp_path,
    )  # fmt: skip
    again = configtx_pb2.Config.FromString((tmp_path / "again.pb").read_bytes())
    assert again.SerializeToString(deterministic=True) == config.SerializeToString(deterministic=True)
