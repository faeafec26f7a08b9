"""Block 0 of a channel: its configuration, unsigned (common/genesis/genesis.go)."""

import hashlib
import secrets
from datetime import UTC, datetime
from typing import Final

from fabric_protos.common import common_pb2, configtx_pb2

from tanhui.network.channel.config_tree import ChannelMaterial, channel_group
from tanhui.network.channel.topology import Topology

_MESSAGE_VERSION: Final = 1
_NONCE_BYTES: Final = 24
_METADATA_SLOTS: Final = 5


def genesis_block(
    topology: Topology,
    material: ChannelMaterial,
    *,
    moment: datetime | None = None,
    nonce: bytes | None = None,
) -> bytes:
    """The block in protobuf; with `moment` and `nonce` given, the same bytes each time.

    Raises ChannelError when the material does not fit the topology.
    """
    group = channel_group(topology, material)
    return config_block(topology.channel.name, group, moment=moment, nonce=nonce)


def config_block(
    channel: str,
    group: configtx_pb2.ConfigGroup,
    *,
    moment: datetime | None = None,
    nonce: bytes | None = None,
) -> bytes:
    """Block 0 over a group that is made already."""
    nonce = secrets.token_bytes(_NONCE_BYTES) if nonce is None else nonce
    header = common_pb2.ChannelHeader(
        type=common_pb2.HeaderType.CONFIG,
        version=_MESSAGE_VERSION,
        channel_id=channel,
        tx_id=hashlib.sha256(nonce).hexdigest(),  # nobody's creator: only the nonce is hashed
    )
    header.timestamp.seconds = int((moment or datetime.now(UTC)).timestamp())
    signature_header = common_pb2.SignatureHeader(nonce=nonce)
    config = configtx_pb2.ConfigEnvelope(config=configtx_pb2.Config(channel_group=group))
    payload = common_pb2.Payload(
        header=common_pb2.Header(
            channel_header=header.SerializeToString(deterministic=True),
            signature_header=signature_header.SerializeToString(deterministic=True),
        ),
        data=config.SerializeToString(deterministic=True),
    )
    envelope = common_pb2.Envelope(payload=payload.SerializeToString(deterministic=True))
    data = envelope.SerializeToString(deterministic=True)
    last_config = common_pb2.LastConfig(index=0)
    metadata = [b""] * _METADATA_SLOTS
    metadata[common_pb2.BlockMetadataIndex.LAST_CONFIG] = _metadata(last_config.SerializeToString())
    orderer = common_pb2.OrdererBlockMetadata(last_config=last_config)
    metadata[common_pb2.BlockMetadataIndex.SIGNATURES] = _metadata(orderer.SerializeToString())
    block = common_pb2.Block(
        header=common_pb2.BlockHeader(number=0, data_hash=hashlib.sha256(data).digest()),
        data=common_pb2.BlockData(data=[data]),
        metadata=common_pb2.BlockMetadata(metadata=metadata),
    )
    return block.SerializeToString(deterministic=True)


def _metadata(value: bytes) -> bytes:
    return common_pb2.Metadata(value=value).SerializeToString()
