"""Changes are computed as configtxlator does, signed offline by several, and read by the peer command."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from fabric_protos.common import common_pb2, configtx_pb2
from fabric_protos.msp import identities_pb2

from tanhui.crypto_config.keys import KeyAlgorithm
from tanhui.crypto_config.organisation import Organisation as CryptoOrganisation
from tanhui.crypto_config.organisation_spec import OrganisationSpec
from tanhui.network.channel.config_changes import (
    with_batch,
    with_member,
    with_msp,
    with_policy,
    without_member,
)
from tanhui.network.channel.config_delta import compute_update
from tanhui.network.channel.config_update import ConfigChange, config_of
from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.load_topology import load_topology
from tanhui.network.channel.make_network import Network, make_network
from tanhui.network.channel.topology import Batch, Organisation, Peer
from tests.conftest import fabric_programs
from tests.support.configtx import run

TOPOLOGIES = Path(__file__).parents[3] / "network" / "topologies"
VERIFIER = Organisation(
    name="Verifier",
    msp_id="VerifierMSP",
    domain="verifier.example",
    peers=[Peer(name="peer0", host="127.0.0.1", port=9051, anchor=True)],
)


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return make_network(tmp_path / "network", load_topology(TOPOLOGIES / "small.yaml"))


def changes(network: Network, folder: Path) -> dict[str, configtx_pb2.Config]:
    config = config_of(network.genesis)
    verifier = CryptoOrganisation.create(folder / "verifier", VERIFIER.spec)
    regulator = network.organisations["RegulatorMSP"]
    regulator.revoke(regulator.member("client", "registrar").identity().certificate)
    return {
        "a further member": with_member(config, VERIFIER, verifier.msp),
        "a member less": without_member(config, "Operator"),
        "a revocation": with_msp(config, regulator.msp),
        "a policy": with_policy(config, "/Channel/Application/Endorsement", "ANY Endorsement"),
        "a new policy": with_policy(config, "/Channel/Application/Auditors", "OR('RegulatorMSP.client')"),
        "batch limits": with_batch(config, Batch(timeout_ms=50, messages_max=9)),
        "several at once": with_batch(
            with_policy(
                with_member(config, VERIFIER, verifier.msp), "/Channel/Orderer/Regulator2", "ANY Admins"
            ),
            Batch(messages_max=1),
        ),
    }


def test_a_policy_changes_alone_and_members_raise_their_group(network: Network, tmp_path: Path) -> None:
    config, updated = config_of(network.genesis), changes(network, tmp_path)
    update = compute_update("credits", config, updated["a policy"])
    application = update.write_set.groups["Application"]
    assert list(application.policies) == ["Endorsement"]
    assert application.policies["Endorsement"].version == 1
    assert (application.version, application.mod_policy) == (0, "")
    assert not update.read_set.groups["Application"].policies
    update = compute_update("credits", config, updated["a further member"])
    application = update.write_set.groups["Application"]
    assert application.version == 1
    assert set(application.groups) == {"Regulator", "Operator", "Verifier"}
    assert not application.groups["Regulator"].values
    assert set(update.read_set.groups["Application"].groups) == {"Regulator", "Operator"}


def test_nothing_changed_is_refused(network: Network) -> None:
    config = config_of(network.genesis)
    with pytest.raises(ChannelError, match="config 'credits': must differ"):
        ConfigChange.between("credits", config, config)


def test_wrong_changes_name_what_is_wrong(network: Network) -> None:
    config = config_of(network.genesis)
    with pytest.raises(ChannelError, match="organisation 'Nobody': is not a member"):
        without_member(config, "Nobody")
    with pytest.raises(ChannelError, match="organisation 'Regulator': is a member already"):
        with_member(config, network.topology.organisations[0], network.organisations["RegulatorMSP"].msp)
    with pytest.raises(ChannelError, match="must be a path like"):
        with_policy(config, "Writers", "ANY Writers")
    with pytest.raises(ChannelError, match="names the group Nobody"):
        with_policy(config, "/Channel/Nobody/Writers", "ANY Writers")
    other = replace(network.organisations["RegulatorMSP"].msp, msp_id="NobodyMSP")
    with pytest.raises(ChannelError, match="msp_id 'NobodyMSP': is not in the channel"):
        with_msp(config, other)


def test_signatures_gather_on_a_file(network: Network, tmp_path: Path) -> None:
    config, updated = config_of(network.genesis), changes(network, tmp_path)["a further member"]
    admins = [
        network.organisations[m].signing_identity("admin", "Admin") for m in ("RegulatorMSP", "OperatorMSP")
    ]
    first = ConfigChange.between("credits", config, updated).signed_by(admins[0])
    second = ConfigChange.from_bytes(first.to_bytes()).signed_by(admins[1])
    envelope = common_pb2.Envelope.FromString(second.envelope(admins[1]))
    payload = common_pb2.Payload.FromString(envelope.payload)
    body = configtx_pb2.ConfigUpdateEnvelope.FromString(payload.data)
    assert body.config_update == first.update
    signers = []
    for signature in body.signatures:
        header = common_pb2.SignatureHeader.FromString(signature.signature_header)
        signers.append(identities_pb2.SerializedIdentity.FromString(header.creator).mspid)
    assert signers == ["RegulatorMSP", "OperatorMSP"]
    with pytest.raises(ChannelError, match=r"channel_header.type 1: must be CONFIG_UPDATE"):
        ConfigChange.from_bytes(common_pb2.Block.FromString(network.genesis).data.data[0])


@pytest.mark.fabric
def test_equal_to_configtxlator(network: Network, tmp_path: Path) -> None:
    programs = fabric_programs()
    assert programs is not None
    config = config_of(network.genesis)
    (tmp_path / "original.pb").write_bytes(config.SerializeToString())
    for name, updated in changes(network, tmp_path).items():
        (tmp_path / "updated.pb").write_bytes(updated.SerializeToString())
        run(
            programs / "configtxlator", "compute_update", "--channel_id", "credits",
            "--original", "original.pb", "--updated", "updated.pb", "--output", "update.pb", folder=tmp_path,
        )  # fmt: skip
        theirs = configtx_pb2.ConfigUpdate.FromString((tmp_path / "update.pb").read_bytes())
        assert compute_update("credits", config, updated) == theirs, name


@pytest.mark.fabric
@pytest.mark.parametrize("algorithm", ["p256", "p384", "ed25519"])
def test_the_peer_command_accepts_our_msp_and_adds_its_signature(
    network: Network, tmp_path: Path, algorithm: KeyAlgorithm
) -> None:
    """`peer` loads and checks an admin's local MSP before it signs: chain, node OU, key, revocation list."""
    programs = fabric_programs()
    assert programs is not None
    spec = OrganisationSpec("SignersMSP", "signers.example", algorithm=algorithm)
    organisation = CryptoOrganisation.create(tmp_path / "signers", spec)
    organisation.revoke(organisation.add_user("gone").identity().certificate)
    admin = organisation.add_user("Admin", "admin")
    updated = with_policy(config_of(network.genesis), "/Channel/Readers", "ALL Readers")
    change = ConfigChange.between("credits", config_of(network.genesis), updated).signed_by(
        admin.signing_identity()
    )
    (tmp_path / "change.pb").write_bytes(change.to_bytes())
    peer = {
        "localMspId": "SignersMSP",
        "localMspType": "bccsp",
        "mspConfigPath": str(admin.msp_folder),
        "BCCSP": {"Default": "SW", "SW": {"Hash": "SHA2", "Security": 256}},
    }
    (tmp_path / "core.yaml").write_text(yaml.safe_dump({"peer": peer}), "utf-8")
    run(programs / "peer", "channel", "signconfigtx", "-f", "change.pb", folder=tmp_path)
    signed = ConfigChange.from_bytes((tmp_path / "change.pb").read_bytes())
    assert signed.update == change.update
    assert len(signed.signatures) == 2
    theirs = configtx_pb2.ConfigSignature.FromString(signed.signatures[1])
    creator = common_pb2.SignatureHeader.FromString(theirs.signature_header).creator
    ours = configtx_pb2.ConfigSignature.FromString(signed.signatures[0])
    assert creator == common_pb2.SignatureHeader.FromString(ours.signature_header).creator
