"""A package says where the service listens; equal input gives equal bytes; Fabric's definitions match."""

import gzip
import hashlib
import io
import json
import tarfile

import pytest
from fabric_protos.peer import collection_pb2, policy_pb2
from fabric_protos.peer.lifecycle import lifecycle_pb2

from tanhui.network.channel.definitions import (
    Definition,
    approve_arguments,
    commit_arguments,
    readiness_arguments,
)
from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.packages import ServiceTls, package_id, service_package
from tanhui.network.channel.topology import Chaincode, Collection


def unpacked(package: bytes) -> dict[str, bytes]:
    found = {}
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(package))) as archive:
        for entry in archive:
            content = archive.extractfile(entry)
            assert content is not None
            found[entry.name] = content.read()
    return found


def test_the_package_is_fabrics_layout_and_reproducible() -> None:
    package = service_package("registry_1.0", "chaincode.example:9999", tls=ServiceTls("root", "own", "key"))
    assert package == service_package(
        "registry_1.0", "chaincode.example:9999", tls=ServiceTls("root", "own", "key")
    )
    outer = unpacked(package)
    assert list(outer) == ["metadata.json", "code.tar.gz"]
    assert json.loads(outer["metadata.json"]) == {"path": "", "type": "ccaas", "label": "registry_1.0"}
    assert json.loads(unpacked(outer["code.tar.gz"])["connection.json"]) == {
        "address": "chaincode.example:9999",
        "dial_timeout": "10s",
        "tls_required": True,
        "root_cert": "root",
        "client_auth_required": True,
        "client_cert": "own",
        "client_key": "key",
    }
    assert package_id("registry_1.0", package) == f"registry_1.0:{hashlib.sha256(package).hexdigest()}"


@pytest.mark.parametrize(
    ("label", "address", "field"), [("", "a:1", "label"), ("-a", "a:1", "label"), ("a", "a", "address")]
)
def test_a_wrong_package_is_named(label: str, address: str, field: str) -> None:
    with pytest.raises(ChannelError) as caught:
        service_package(label, address)
    assert caught.value.field == field


def test_all_three_messages_carry_the_same_definition() -> None:
    collection = Collection(name="evidence", policy="OR('A.member', 'B.member')", required_peers=1)
    chaincode = Chaincode(
        name="registry", endorsement_policy="AND('A.peer', 'B.peer')", collections=[collection]
    )
    definition = Definition.of(chaincode)
    approved = lifecycle_pb2.ApproveChaincodeDefinitionForMyOrgArgs.FromString(
        approve_arguments(definition, "registry_1.0:aa")[1]
    )
    ready = lifecycle_pb2.CheckCommitReadinessArgs.FromString(readiness_arguments(definition)[1])
    committed = lifecycle_pb2.CommitChaincodeDefinitionArgs.FromString(commit_arguments(definition)[1])
    for message in (approved, ready, committed):
        assert (message.name, message.version, message.sequence) == ("registry", "1.0", 1)
        assert (message.endorsement_plugin, message.validation_plugin) == ("escc", "vscc")
        policy = policy_pb2.ApplicationPolicy.FromString(message.validation_parameter)
        assert len(policy.signature_policy.identities) == 2
        static = message.collections.config[0].static_collection_config
        assert (static.name, static.required_peer_count, static.maximum_peer_count) == ("evidence", 1, 3)
        assert static.endorsement_policy.channel_config_policy_reference == "/Channel/Application/Endorsement"
    assert approved.source.local_package.package_id == "registry_1.0:aa"
    without = lifecycle_pb2.ApproveChaincodeDefinitionForMyOrgArgs.FromString(
        approve_arguments(definition, None)[1]
    )
    assert without.source.HasField("unavailable")
    assert collection_pb2.CollectionConfigPackage.FromString(definition.collections).config
