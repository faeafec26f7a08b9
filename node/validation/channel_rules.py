"""ChannelRules from a channel's configuration and the chaincode definitions on its ledger.

Sources: core/policy/application.go (application policies), core/chaincode/lifecycle (lifecycle.go,
deployedcc_infoprovider.go: what a namespace's committed definition says).
"""

from typing import Final

from fabric_protos.common import configtx_pb2

from tanhui.network.protocol.application_policy import LIFECYCLE_ENDORSEMENT, application_policy
from tanhui.network.protocol.channel_config import ChannelConfig
from tanhui.network.protocol.config_update import next_config
from tanhui.network.protocol.errors import ProtocolError
from tanhui.network.protocol.lifecycle import (
    IMPLICIT_COLLECTION_PREFIX,
    NAMESPACE,
    ChaincodeDefinition,
    read_definition,
)
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.policies import Policy, RejectPolicy, SignaturePolicy
from tanhui.network.protocol.policy_dsl import parse_signature_policy
from tanhui.node.ledger import StateReader
from tanhui.node.validation.rules import ConfigRefusedError, Identity, InvalidChaincodeError

BUILT_IN_PLUGIN: Final = "vscc"


class ConfigRules:
    """The channel as of one configuration. Immutable; for many threads."""

    def __init__(self, config: ChannelConfig) -> None:
        self.config = config

    @property
    def channel_id(self) -> str:
        """See ChannelRules."""
        return self.config.channel_id

    def deserialize_identity(self, serialized: bytes) -> Identity:
        """See ChannelRules."""
        return self.config.deserialize_identity(serialized)

    def chaincode_policy(self, namespace: str, state: StateReader) -> Policy:
        """See ChannelRules. A policy that names nothing, or cannot be read, rejects everybody."""
        if namespace == NAMESPACE:
            return self._lifecycle_policy()
        definition = _definition(namespace, state)
        if definition.validation_plugin != BUILT_IN_PLUGIN or not definition.validation_parameter:
            raise InvalidChaincodeError(f"{namespace}: plugin {definition.validation_plugin!r} or no policy")
        try:
            return application_policy(definition.validation_parameter, self.config)
        except ProtocolError:
            return RejectPolicy(namespace)

    def collection_policy(self, namespace: str, collection: str, state: StateReader) -> Policy | None:
        """See ChannelRules."""
        if collection.startswith(IMPLICIT_COLLECTION_PREFIX):
            return self._implicit_collection_policy(collection.removeprefix(IMPLICIT_COLLECTION_PREFIX))
        definition = _definition(namespace, state)
        try:
            for one in definition.collection_configs.config:
                found = one.static_collection_config
                if found.name == collection:
                    own = found.HasField("endorsement_policy")
                    data = found.endorsement_policy.SerializeToString()
                    return application_policy(data, self.config) if own else None
        except ProtocolError:
            return RejectPolicy(collection)
        raise InvalidChaincodeError(f"{namespace} has no collection {collection}")

    def after(self, config_envelope: bytes) -> "ConfigRules":
        """See ChannelRules."""
        try:
            envelope = parse(configtx_pb2.ConfigEnvelope, config_envelope, "config_envelope")
            return ConfigRules(next_config(self.config, envelope))
        except ProtocolError as error:
            raise ConfigRefusedError(str(error)) from error

    def _lifecycle_policy(self) -> Policy:
        if self.config.has_policy(LIFECYCLE_ENDORSEMENT):
            return self.config.policy(LIFECYCLE_ENDORSEMENT)
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


def _definition(namespace: str, state: StateReader) -> ChaincodeDefinition:
    def get_state(key: str) -> bytes | None:
        found = state.get(NAMESPACE, key)
        return None if found is None else found.value

    try:
        definition = read_definition(namespace, get_state)
    except ProtocolError as error:
        raise InvalidChaincodeError(f"definition of {namespace}: {error}") from None
    if definition is None:
        raise InvalidChaincodeError(f"{namespace} has no committed definition")
    return definition
