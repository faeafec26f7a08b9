"""A chaincode's definition: what the organisations of a channel agree on, in `_lifecycle`'s own messages.

Each function gives the arguments of one call of `_lifecycle`: its name and its message (lifecycle.proto,
core/chaincode/lifecycle/scc.go).
"""

from dataclasses import dataclass
from typing import Any, Final

from fabric_protos.peer import collection_pb2, policy_pb2
from fabric_protos.peer.lifecycle import lifecycle_pb2

from tanhui.network.channel.topology import Chaincode, Collection
from tanhui.network.protocol.policy_dsl import parse_signature_policy

LIFECYCLE: Final = "_lifecycle"
ENDORSEMENT_PLUGIN: Final = "escc"
VALIDATION_PLUGIN: Final = "vscc"

Arguments = tuple[bytes, bytes]


@dataclass(frozen=True)
class Definition:
    """What is approved and committed; equal on every organisation, or the approvals do not count.

    Attributes:
        validation_parameter: peer.ApplicationPolicy bytes, the endorsement policy.
        collections: peer.CollectionConfigPackage bytes, b"" without private data.
    """

    name: str
    version: str
    sequence: int
    validation_parameter: bytes
    collections: bytes = b""
    init_required: bool = False

    @classmethod
    def of(cls, chaincode: Chaincode) -> "Definition":
        """The definition that a topology describes."""
        collections = collection_package(chaincode.collections) if chaincode.collections else b""
        return cls(
            name=chaincode.name,
            version=chaincode.version,
            sequence=chaincode.sequence,
            validation_parameter=application_policy(chaincode.endorsement_policy).SerializeToString(),
            collections=collections,
            init_required=chaincode.init_required,
        )


def application_policy(text: str) -> policy_pb2.ApplicationPolicy:
    """A signature policy, or the path of a channel policy where the text starts with a slash."""
    if text.startswith("/"):
        return policy_pb2.ApplicationPolicy(channel_config_policy_reference=text)
    return policy_pb2.ApplicationPolicy(signature_policy=parse_signature_policy(text))


def collection_package(collections: list[Collection]) -> bytes:
    """peer.CollectionConfigPackage bytes."""
    package = collection_pb2.CollectionConfigPackage()
    for each in collections:
        config = package.config.add().static_collection_config
        config.name = each.name
        config.member_orgs_policy.signature_policy.CopyFrom(parse_signature_policy(each.policy))
        config.required_peer_count = each.required_peers
        config.maximum_peer_count = each.peers_max
        config.block_to_live = each.blocks_to_live
        config.member_only_read = each.member_only_read
        config.member_only_write = each.member_only_write
        config.endorsement_policy.CopyFrom(application_policy(each.endorsement_policy))
    return package.SerializeToString()


def install_arguments(package: bytes) -> Arguments:
    """Put a package on one peer; its organisation's admin asks."""
    message = lifecycle_pb2.InstallChaincodeArgs(chaincode_install_package=package)
    return b"InstallChaincode", message.SerializeToString()


def installed_arguments() -> Arguments:
    """What is installed on one peer."""
    return b"QueryInstalledChaincodes", lifecycle_pb2.QueryInstalledChaincodesArgs().SerializeToString()


def approve_arguments(definition: Definition, package: str | None) -> Arguments:
    """One organisation's approval; `package` is the id installed on its peers, None when it runs none."""
    source = lifecycle_pb2.ChaincodeSource()
    if package is None:
        source.unavailable.SetInParent()
    else:
        source.local_package.package_id = package
    message = lifecycle_pb2.ApproveChaincodeDefinitionForMyOrgArgs(**_agreed(definition), source=source)
    return b"ApproveChaincodeDefinitionForMyOrg", message.SerializeToString()


def readiness_arguments(definition: Definition) -> Arguments:
    """Which organisations have approved exactly this definition."""
    message = lifecycle_pb2.CheckCommitReadinessArgs(**_agreed(definition))
    return b"CheckCommitReadiness", message.SerializeToString()


def commit_arguments(definition: Definition) -> Arguments:
    """Make the definition the channel's."""
    message = lifecycle_pb2.CommitChaincodeDefinitionArgs(**_agreed(definition))
    return b"CommitChaincodeDefinition", message.SerializeToString()


def approval_arguments(definition: Definition) -> Arguments:
    """What the asking organisation approved at a sequence."""
    message = lifecycle_pb2.QueryApprovedChaincodeDefinitionArgs(
        name=definition.name, sequence=definition.sequence
    )
    return b"QueryApprovedChaincodeDefinition", message.SerializeToString()


def definition_arguments(name: str) -> Arguments:
    """The committed definition of a chaincode."""
    message = lifecycle_pb2.QueryChaincodeDefinitionArgs(name=name)
    return b"QueryChaincodeDefinition", message.SerializeToString()


def _agreed(definition: Definition) -> dict[str, Any]:
    """The members that approval, readiness and commit have in common: what must be the same in all of them."""
    return {
        "name": definition.name,
        "version": definition.version,
        "sequence": definition.sequence,
        "endorsement_plugin": ENDORSEMENT_PLUGIN,
        "validation_plugin": VALIDATION_PLUGIN,
        "validation_parameter": definition.validation_parameter,
        "collections": _collections(definition),
        "init_required": definition.init_required,
    }


def _collections(definition: Definition) -> collection_pb2.CollectionConfigPackage | None:
    if not definition.collections:
        return None
    return collection_pb2.CollectionConfigPackage.FromString(definition.collections)
