"""Chaincode definitions in the `_lifecycle` namespace: what is committed, and what organisations approved.

Sources: core/chaincode/lifecycle/lifecycle.go, core/chaincode/implicitcollection. A definition is public
state; an approval is private state in its organisation's implicit collection, and public as hashes alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fabric_protos.peer import collection_pb2
from fabric_protos.peer.lifecycle import chaincode_definition_pb2

from tanhui.network.protocol import state_serializer
from tanhui.network.protocol.application_policy import DEFAULT_ENDORSEMENT, policy_reference
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.state_serializer import FieldValue, GetState

NAMESPACE = "_lifecycle"
"""The system chaincode, and the namespace it writes to."""

NAMESPACES = "namespaces"
SOURCES = "chaincode-sources"
DEFINITION_TYPE = "ChaincodeDefinition"
PARAMETERS_TYPE = "ChaincodeParameters"
PACKAGE_TYPE = "ChaincodeLocalPackage"

IMPLICIT_COLLECTION_PREFIX = "_implicit_org_"
"""An organisation's own collection in every chaincode, followed by its MSP id."""


@dataclass(frozen=True, slots=True)
class ChaincodeDefinition:
    """What the channel agreed on.

    Attributes:
        sequence: 1 for the first definition, one more for each next.
        version: free text that endorsers put into their results.
        init_required: whether the first call must be an initialisation.
        endorsement_plugin, validation_plugin: "escc" and "vscc" by default.
        validation_parameter: peer.ApplicationPolicy bytes: the endorsement policy.
        collections: peer.CollectionConfigPackage bytes, b"" without private collections.
    """

    sequence: int
    version: str
    init_required: bool = False
    endorsement_plugin: str = "escc"
    validation_plugin: str = "vscc"
    validation_parameter: bytes = b""
    collections: bytes = b""

    def with_defaults(self) -> "ChaincodeDefinition":
        """Empty parts replaced by Fabric's defaults (SetChaincodeDefinitionDefaults)."""
        return replace(
            self,
            endorsement_plugin=self.endorsement_plugin or "escc",
            validation_plugin=self.validation_plugin or "vscc",
            validation_parameter=self.validation_parameter or policy_reference(DEFAULT_ENDORSEMENT),
        )

    @property
    def collection_configs(self) -> collection_pb2.CollectionConfigPackage:
        """The private collections. Raises MessageError."""
        return parse(collection_pb2.CollectionConfigPackage, self.collections, "collections")


def implicit_collection(msp_id: str) -> str:
    """The name of an organisation's implicit collection."""
    return IMPLICIT_COLLECTION_PREFIX + msp_id


def private_name(chaincode: str, sequence: int) -> str:
    """The name of a chaincode's approval in an implicit collection."""
    return f"{chaincode}#{sequence}"


def _parameters(definition: ChaincodeDefinition) -> dict[str, FieldValue]:
    return {
        "EndorsementInfo": chaincode_definition_pb2.ChaincodeEndorsementInfo(
            version=definition.version,
            init_required=definition.init_required,
            endorsement_plugin=definition.endorsement_plugin,
        ).SerializeToString(),
        "ValidationInfo": chaincode_definition_pb2.ChaincodeValidationInfo(
            validation_plugin=definition.validation_plugin,
            validation_parameter=definition.validation_parameter,
        ).SerializeToString(),
        "Collections": definition.collections,
    }


def definition_fields(definition: ChaincodeDefinition) -> Mapping[str, FieldValue]:
    """The fields of a committed definition, in Fabric's order."""
    return {"Sequence": definition.sequence, **_parameters(definition)}


def definition_writes(
    chaincode: str, definition: ChaincodeDefinition, get_state: GetState
) -> list[tuple[str, bytes | None]]:
    """The public writes to `_lifecycle` of committing a definition (CommitChaincodeDefinition).

    Args:
        chaincode: its name.
        definition: with its defaults filled in, see `with_defaults`.
        get_state: reads `_lifecycle`; every key asked for belongs into the read set.

    Raises:
        MessageError: the sequence is not the committed one plus one.
    """
    current = committed_sequence(chaincode, get_state)
    if definition.sequence != current + 1:
        raise MessageError(
            "definition.sequence", f"is {definition.sequence}, the next one of {chaincode} is {current + 1}"
        )
    fields = definition_fields(definition)
    return state_serializer.serialize(NAMESPACES, chaincode, DEFINITION_TYPE, fields, get_state)


def committed_sequence(chaincode: str, get_state: GetState) -> int:
    """The sequence of the committed definition, 0 where there is none."""
    return state_serializer.read_int(NAMESPACES, chaincode, "Sequence", get_state)


def read_definition(chaincode: str, get_state: GetState) -> ChaincodeDefinition | None:
    """The committed definition, None where there is none (ChaincodeDefinitionIfDefined).

    Raises:
        MessageError: what stands there is no definition, or cannot be parsed.
    """
    metadata = state_serializer.read_metadata(NAMESPACES, chaincode, get_state)
    if metadata is None:
        return None
    if metadata.datatype != DEFINITION_TYPE:
        raise MessageError(f"namespaces/metadata/{chaincode}", f"is a {metadata.datatype}")
    endorsement = parse(
        chaincode_definition_pb2.ChaincodeEndorsementInfo,
        state_serializer.read_bytes(NAMESPACES, chaincode, "EndorsementInfo", get_state),
        "EndorsementInfo",
    )
    validation = parse(
        chaincode_definition_pb2.ChaincodeValidationInfo,
        state_serializer.read_bytes(NAMESPACES, chaincode, "ValidationInfo", get_state),
        "ValidationInfo",
    )
    return ChaincodeDefinition(
        sequence=committed_sequence(chaincode, get_state),
        version=endorsement.version,
        init_required=endorsement.init_required,
        endorsement_plugin=endorsement.endorsement_plugin,
        validation_plugin=validation.validation_plugin,
        validation_parameter=validation.validation_parameter,
        collections=state_serializer.read_bytes(NAMESPACES, chaincode, "Collections", get_state),
    )


def approval_writes(
    chaincode: str, definition: ChaincodeDefinition, package_id: str, get_private: GetState
) -> list[tuple[str, bytes | None]]:
    """The private writes of an organisation's approval, to its implicit collection in `_lifecycle`.

    Args:
        chaincode: its name.
        definition: with its defaults filled in.
        package_id: the installed package, "" for none.
        get_private: reads the organisation's implicit collection.
    """
    name = private_name(chaincode, definition.sequence)
    return [
        *state_serializer.serialize(NAMESPACES, name, PARAMETERS_TYPE, _parameters(definition), get_private),
        *state_serializer.serialize(SOURCES, name, PACKAGE_TYPE, {"PackageID": package_id}, get_private),
    ]


def approval_mismatches(
    chaincode: str, definition: ChaincodeDefinition, get_hash: GetState
) -> tuple[str, ...]:
    """What an organisation's approval differs in, () when it approved this definition (QueryOrgApprovals).

    Args:
        chaincode: its name.
        definition: with its defaults filled in.
        get_hash: SHA256 of a value in the organisation's implicit collection by its key, None where absent.
    """
    name = private_name(chaincode, definition.sequence)
    return state_serializer.mismatches(NAMESPACES, name, PARAMETERS_TYPE, _parameters(definition), get_hash)
