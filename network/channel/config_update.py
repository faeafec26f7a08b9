"""A change of a channel's configuration on its way: computed, signed by several organisations, submitted.

Each organisation signs where its admin's key is; what travels between them is a file that `peer channel
signconfigtx` reads and writes too: an envelope without a signature of its own around the update and the
signatures so far (internal/peer/channel/signconfigtx.go).
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from fabric_protos.common import common_pb2, configtx_pb2

from tanhui.crypto_config.identity import SigningIdentity
from tanhui.network.channel.config_delta import compute_update
from tanhui.network.channel.errors import ChannelError
from tanhui.network.protocol.identities import creator_of
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.proposals import new_nonce

SIGNATURES_MAX: Final = 1_000


@dataclass(frozen=True)
class ConfigChange:
    """An update with the signatures that it has so far.

    Attributes:
        update: common.ConfigUpdate, the bytes that every organisation signs.
        signatures: common.ConfigSignature each.
    """

    channel: str
    update: bytes
    signatures: tuple[bytes, ...] = ()

    @classmethod
    def between(
        cls, channel: str, original: configtx_pb2.Config, updated: configtx_pb2.Config
    ) -> "ConfigChange":
        """The change that leads from one configuration to another. ChannelError when nothing differs."""
        update = compute_update(channel, original, updated)
        return cls(channel, update.SerializeToString(deterministic=True))

    @classmethod
    def from_bytes(cls, raw: bytes) -> "ConfigChange":
        """Back from a file. Raises ChannelError for another kind of envelope, MessageError for none."""
        payload = parse(
            common_pb2.Payload, parse(common_pb2.Envelope, raw, "envelope").payload, "envelope.payload"
        )
        header = parse(common_pb2.ChannelHeader, payload.header.channel_header, "channel_header")
        if header.type != common_pb2.HeaderType.CONFIG_UPDATE:
            raise ChannelError("channel_header.type", header.type, "must be CONFIG_UPDATE (2)")
        body = parse(configtx_pb2.ConfigUpdateEnvelope, payload.data, "config_update_envelope")
        if len(body.signatures) > SIGNATURES_MAX:
            raise ChannelError("signatures", len(body.signatures), f"must be at most {SIGNATURES_MAX}")
        inner = parse(configtx_pb2.ConfigUpdate, body.config_update, "config_update")
        if inner.channel_id != header.channel_id:
            raise ChannelError("config_update.channel_id", inner.channel_id, f"must be {header.channel_id}")
        signatures = tuple(signature.SerializeToString() for signature in body.signatures)
        return cls(header.channel_id, body.config_update, signatures)

    def to_bytes(self) -> bytes:
        """The file: an envelope that nobody has signed as a whole."""
        header = common_pb2.Header(channel_header=self._channel_header(datetime.now(UTC)))
        payload = common_pb2.Payload(header=header, data=self._body())
        return common_pb2.Envelope(payload=payload.SerializeToString()).SerializeToString()

    def signed_by(self, *admins: SigningIdentity) -> "ConfigChange":
        """With one more signature each, over signature header ‖ update."""
        added = []
        for admin in admins:
            header = _signature_header(admin)
            signature = configtx_pb2.ConfigSignature(
                signature_header=header, signature=admin.sign(header + self.update)
            )
            added.append(signature.SerializeToString())
        return replace(self, signatures=(*self.signatures, *added))

    def envelope(self, submitter: SigningIdentity, *, moment: datetime | None = None) -> bytes:
        """The envelope for the ordering service, signed by whoever submits it."""
        header = common_pb2.Header(
            channel_header=self._channel_header(moment or datetime.now(UTC)),
            signature_header=_signature_header(submitter),
        )
        payload = common_pb2.Payload(header=header, data=self._body()).SerializeToString()
        return common_pb2.Envelope(payload=payload, signature=submitter.sign(payload)).SerializeToString()

    def _body(self) -> bytes:
        signatures = [configtx_pb2.ConfigSignature.FromString(each) for each in self.signatures]
        return configtx_pb2.ConfigUpdateEnvelope(
            config_update=self.update, signatures=signatures
        ).SerializeToString()

    def _channel_header(self, moment: datetime) -> bytes:
        header = common_pb2.ChannelHeader(type=common_pb2.HeaderType.CONFIG_UPDATE, channel_id=self.channel)
        header.timestamp.FromDatetime(moment.astimezone(UTC).replace(tzinfo=None))
        return header.SerializeToString()


def config_of(block: bytes) -> configtx_pb2.Config:
    """The configuration in a config block. Raises MessageError, or ChannelError for another kind of block."""
    parsed = parse(common_pb2.Block, block, "block")
    if len(parsed.data.data) != 1:
        raise ChannelError("block.data", len(parsed.data.data), "must be one envelope for a config block")
    envelope = parse(common_pb2.Envelope, parsed.data.data[0], "envelope")
    payload = parse(common_pb2.Payload, envelope.payload, "envelope.payload")
    header = parse(common_pb2.ChannelHeader, payload.header.channel_header, "channel_header")
    if header.type != common_pb2.HeaderType.CONFIG:
        raise ChannelError("channel_header.type", header.type, "must be CONFIG (1)")
    return parse(configtx_pb2.ConfigEnvelope, payload.data, "config_envelope").config


def _signature_header(signer: SigningIdentity) -> bytes:
    return common_pb2.SignatureHeader(
        creator=creator_of(signer.identity), nonce=new_nonce()
    ).SerializeToString()
