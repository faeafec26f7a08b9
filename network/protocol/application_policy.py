"""Endorsement policies of chaincodes: a signature policy, or a policy of the channel by its path.

Source: core/policy/application.go. The bytes are the `validation_parameter` of a chaincode's definition, or a
collection's endorsement policy; a key's own policy is a bare SignaturePolicyEnvelope.
"""

from fabric_protos.common import policies_pb2
from fabric_protos.peer import policy_pb2

from tanhui.network.protocol.channel_config import ChannelConfig
from tanhui.network.protocol.errors import PolicyError
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.policies import Policy, SignaturePolicy

DEFAULT_ENDORSEMENT = "/Channel/Application/Endorsement"
LIFECYCLE_ENDORSEMENT = "/Channel/Application/LifecycleEndorsement"


def policy_reference(path: str) -> bytes:
    """peer.ApplicationPolicy bytes that name a policy of the channel."""
    return policy_pb2.ApplicationPolicy(channel_config_policy_reference=path).SerializeToString()


def signature_policy_bytes(envelope: policies_pb2.SignaturePolicyEnvelope) -> bytes:
    """peer.ApplicationPolicy bytes that hold a signature policy."""
    return policy_pb2.ApplicationPolicy(signature_policy=envelope).SerializeToString()


def application_policy(parameter: bytes, config: ChannelConfig) -> Policy:
    """The policy that a definition's validation parameter stands for.

    Raises:
        PolicyError, MessageError: it cannot be parsed, or names a policy that the channel does not have.
    """
    message = parse(policy_pb2.ApplicationPolicy, parameter, "application_policy")
    kind = message.WhichOneof("Type")
    if kind == "signature_policy":
        return SignaturePolicy(message.signature_policy)
    if kind == "channel_config_policy_reference":
        reference = message.channel_config_policy_reference
        if not config.has_policy(reference):
            raise PolicyError("channel_config_policy_reference", f"{reference} does not exist on the channel")
        return config.policy(reference)
    raise PolicyError("application_policy", "is empty")
