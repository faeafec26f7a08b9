"""What may be ordered (orderer/common/msgprocessor, orderer/common/multichannel/registrar.go). Any thread.

An envelope is admitted under one configuration; under a newer one it is judged again before its block is cut.
"""

from fabric_protos.common import common_pb2, configtx_pb2

from tanhui.network.protocol.channel_config import ChannelConfig
from tanhui.network.protocol.config_update import propose_config_update
from tanhui.network.protocol.envelopes import EnvelopeView, envelope_payload, parse_envelope
from tanhui.network.protocol.errors import MessageError, ProtocolError
from tanhui.network.protocol.policies import Verify, evaluate_signed_data, verify_anew
from tanhui.network.protocol.proposals import new_nonce
from tanhui.node.endorsing.judge import expiry_ns
from tanhui.node.ordering.cutter import Message
from tanhui.node.ordering.errors import NotOrdered
from tanhui.node.ordering.orderer import BlockSigningIdentity
from tanhui.node.ordering.queue import Queued

WRITERS = "/Channel/Writers"
MAINTENANCE_WRITERS = "/Channel/Orderer/Writers"
MAINTENANCE = 1
"""orderer.ConsensusType.STATE_MAINTENANCE."""


def read_broadcast(envelope: common_pb2.Envelope) -> tuple[Message, EnvelopeView]:
    """The envelope as it will stand in a block, and its headers. Raises NotOrdered (400)."""
    message = canonical(envelope)
    try:
        view = parse_envelope(message.raw)
    except MessageError as error:
        raise NotOrdered(common_pb2.BAD_REQUEST, f"could not determine channel ID: {error}") from None
    if view.type == common_pb2.CONFIG:
        raise NotOrdered(common_pb2.BAD_REQUEST, "message is of type that cannot be processed directly")
    if view.type == common_pb2.ORDERER_TRANSACTION:
        raise NotOrdered(common_pb2.BAD_REQUEST, "message is of type that is no longer supported")
    return message, view


def canonical(envelope: common_pb2.Envelope) -> Message:
    """Only payload and signature: a block's envelopes must marshal back to their own bytes."""
    clean = common_pb2.Envelope(payload=envelope.payload, signature=envelope.signature)
    return Message(clean.SerializeToString(), len(envelope.payload) + len(envelope.signature))


def admit(
    message: Message,
    view: EnvelopeView,
    config: ChannelConfig,
    identity: BlockSigningIdentity,
    now_ns: int,
    *,
    verify: Verify = verify_anew,
) -> Queued:
    """Apply the channel's rules; a CONFIG_UPDATE becomes the orderer's CONFIG envelope.

    `verify` may answer from what was verified before.

    Raises:
        NotOrdered: 400 malformed or too large, 403 not a writer, 503 in maintenance.
    """
    in_maintenance = config.consensus is not None and config.consensus.state == MAINTENANCE
    if view.type != common_pb2.CONFIG_UPDATE:
        if in_maintenance:
            raise NotOrdered(
                common_pb2.SERVICE_UNAVAILABLE, "normal transactions are rejected: maintenance mode"
            )
        check_rules(message, view, config, now_ns, verify)
        return Queued(message, config.sequence)
    prefix = "config update for existing channel did not pass initial checks: "
    try:
        check_rules(message, view, config, now_ns, verify)
    except NotOrdered as refused:
        raise NotOrdered(refused.status, prefix + refused.info) from None
    try:
        config_envelope = propose_config_update(config, message.raw)
    except ProtocolError as error:
        raise NotOrdered(
            common_pb2.BAD_REQUEST,
            f"error applying config update to existing channel '{config.channel_id}': {error}",
        ) from None
    made = config_message(config.channel_id, config_envelope, identity, now_ns)
    _check_size(made, config)
    return Queued(made, config.sequence, is_config=True)


def config_message(
    channel_id: str, envelope: configtx_pb2.ConfigEnvelope, identity: BlockSigningIdentity, now_ns: int
) -> Message:
    """The CONFIG transaction, signed by the orderer (msgprocessor, ProcessConfigUpdateMsg)."""
    payload = envelope_payload(
        common_pb2.CONFIG,
        channel_id,
        envelope.SerializeToString(),
        creator=identity.creator,
        nonce=new_nonce(),
        timestamp_ns=now_ns,
    )
    return canonical(common_pb2.Envelope(payload=payload, signature=identity.sign(payload)))


def update_in(message: Message) -> common_pb2.Envelope:
    """The CONFIG_UPDATE inside a CONFIG envelope, to be applied again to a newer configuration."""
    view = parse_envelope(message.raw)
    return configtx_pb2.ConfigEnvelope.FromString(view.data).last_update


def check_rules(
    message: Message,
    view: EnvelopeView,
    config: ChannelConfig,
    now_ns: int,
    verify: Verify = verify_anew,
) -> None:
    """Empty, too large, expired, not a writer: in this order. Raises NotOrdered."""
    if not view.payload:
        raise NotOrdered(common_pb2.BAD_REQUEST, "Message was empty")
    _check_size(message, config)
    expires = expiry_ns(view.creator)
    if expires is not None and now_ns > expires:
        raise NotOrdered(common_pb2.BAD_REQUEST, "broadcast client identity expired")
    in_maintenance = config.consensus is not None and config.consensus.state == MAINTENANCE
    path = MAINTENANCE_WRITERS if in_maintenance else WRITERS
    try:
        evaluate_signed_data(
            config.policy(path),
            [view.signed],
            config.deserialize_identity,
            path,
            verify,
        )
    except ProtocolError as error:
        raise NotOrdered(common_pb2.FORBIDDEN, f"{error}: permission denied") from None


def _check_size(message: Message, config: ChannelConfig) -> None:
    assert config.batch_limits is not None, "a channel that is ordered has orderer settings"
    most = config.batch_limits.absolute_max_bytes
    if message.counted_bytes > most:
        raise NotOrdered(
            common_pb2.BAD_REQUEST,
            f"message payload is {message.counted_bytes} bytes and exceeds maximum allowed {most} bytes",
        )
