"""ChannelRules from a channel's configuration and the chaincode definitions on its ledger.

Sources: core/policy/application.go (application policies), core/chaincode/lifecycle (lifecycle.go,
deployedcc_infoprovider.go: what a namespace's committed definition says).
"""

from collections.abc import Callable
from typing import Final

from fabric_protos.common import configtx_pb2
from fabric_protos.peer import collection_pb2, policy_pb2
from fabric_protos.peer.lifecycle import chaincode_definition_pb2, db_pb2

from tanhui.network.protocol.channel_config import ChannelConfig
from tanhui.network.protocol.errors import ConfigError, ProtocolError
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.policies import Policy, RejectPolicy, SignaturePolicy
from tanhui.network.protocol.policy_dsl import parse_signature_policy
from tanhui.node.ledger import StateReader
from tanhui.node.validation.rules import ConfigRefusedError, Identity, InvalidChaincodeError

LIFECYCLE: Final = "_lifecycle"
LIFECYCLE_POLICY: Final = "/Channel/Application/LifecycleEndorsement"
IMPLICIT_COLLECTION: Final = "_implicit_org_"
BUILT_IN_PLUGIN: Final = "vscc"
DEFINITION_TYPE: Final = "ChaincodeDefinition"

Authorise = Callable[[ChannelConfig, configtx_pb2.ConfigEnvelope], None]
"""Raises ProtocolError unless the envelope is what its update makes of the current configuration."""


class ConfigRules:
    """The channel as of one configuration. Immutable; for many threads."""

    def __init__(self, config: ChannelConfig, authorise: Authorise) -> None:
        self.config = config
        self._authorise = authorise

    @property
    def channel_id(self) -> str:
        """See ChannelRules."""
        return self.config.channel_id

    def deserialize_identity(self, serialized: bytes) -> Identity:
        """See ChannelRules."""
        return self.config.deserialize_identity(serialized)

    def chaincode_policy(self, namespace: str, state: StateReader) -> Policy:
        """See ChannelRules."""
        if namespace == LIFECYCLE:
            return self._lifecycle_policy()
        metadata = state.get(LIFECYCLE, f"namespaces/metadata/{namespace}")
        if metadata is None:
            raise InvalidChaincodeError(f"{namespace} has no committed definition")
        try:
            if parse(db_pb2.StateMetadata, metadata.value, "metadata").datatype != DEFINITION_TYPE:
                raise InvalidChaincodeError(f"{namespace} is no chaincode")
            info = parse(
                chaincode_definition_pb2.ChaincodeValidationInfo,
                _field(namespace, "ValidationInfo", state),
                "ValidationInfo",
            )
        except ProtocolError as error:
            raise InvalidChaincodeError(f"definition of {namespace}: {error}") from None
        if info.validation_plugin != BUILT_IN_PLUGIN or not info.validation_parameter:
            raise InvalidChaincodeError(f"{namespace} names plugin {info.validation_plugin!r} or no policy")
        try:
            return self.application_policy(info.validation_parameter)
        except ProtocolError:
            return RejectPolicy(namespace)

    def collection_policy(self, namespace: str, collection: str, state: StateReader) -> Policy | None:
        """See ChannelRules."""
        if collection.startswith(IMPLICIT_COLLECTION):
            return self._implicit_collection_policy(collection.removeprefix(IMPLICIT_COLLECTION))
        try:
            package = parse(
                collection_pb2.CollectionConfigPackage, _field(namespace, "Collections", state), "Collections"
            )
            for one in package.config:
                found = one.static_collection_config
                if found.name == collection:
                    own = found.HasField("endorsement_policy")
                    return self._application_policy(found.endorsement_policy) if own else None
        except ProtocolError:
            return RejectPolicy(collection)
        raise InvalidChaincodeError(f"{namespace} has no collection {collection}")

    def application_policy(self, serialized: bytes) -> Policy:
        """See ChannelRules."""
        return self._application_policy(parse(policy_pb2.ApplicationPolicy, serialized, "application_policy"))

    def after(self, config_envelope: bytes) -> "ConfigRules":
        """See ChannelRules."""
        try:
            envelope = parse(configtx_pb2.ConfigEnvelope, config_envelope, "config_envelope")
            expected = self.config.sequence + 1
            if envelope.config.sequence != expected:
                raise ConfigError("config.sequence", f"is {envelope.config.sequence}, expected {expected}")
            self._authorise(self.config, envelope)
            return ConfigRules(ChannelConfig(self.channel_id, envelope.config), self._authorise)
        except ProtocolError as error:
            raise ConfigRefusedError(str(error)) from error

    def _application_policy(self, policy: policy_pb2.ApplicationPolicy) -> Policy:
        kind = policy.WhichOneof("Type")
        if kind == "signature_policy":
            return SignaturePolicy(policy.signature_policy)
        if kind == "channel_config_policy_reference":
            return self.config.policy(policy.channel_config_policy_reference)
        raise ConfigError("application_policy", "has no type")

    def _lifecycle_policy(self) -> Policy:
        if self.config.has_policy(LIFECYCLE_POLICY):
            return self.config.policy(LIFECYCLE_POLICY)
        members = sorted(one.msp_id for one in self.config.application_organisations.values())
        return _members_policy(len(members) // 2 + 1, members)

    def _implicit_collection_policy(self, msp_id: str) -> Policy:
        for name, one in self.config.application_organisations.items():
            if one.msp_id == msp_id:
                path = f"/Channel/Application/{name}/Endorsement"
                found = self.config.has_policy(path)
                return self.config.policy(path) if found else _members_policy(1, [msp_id])
        raise InvalidChaincodeError(f"no organisation {msp_id} for its implicit collection")


def _members_policy(needed: int, msp_ids: list[str]) -> Policy:
    quoted = ", ".join(f"'{msp_id}.member'" for msp_id in msp_ids)
    return SignaturePolicy(parse_signature_policy(f"OutOf({needed}, {quoted})"))


def _field(namespace: str, name: str, state: StateReader) -> bytes:
    """A field of a committed definition, b"" when absent (lifecycle/serializer.go)."""
    found = state.get(LIFECYCLE, f"namespaces/fields/{namespace}/{name}")
    return b"" if found is None else parse(db_pb2.StateData, found.value, name).Bytes
