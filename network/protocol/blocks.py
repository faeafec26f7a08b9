"""Blocks: header bytes and hash, data hash, metadata slots and what a peer writes into them.

Source: protoutil/blockutils.go. The orderers' signatures are block_signatures.py's.
"""

import hashlib
from collections.abc import Iterable, Sequence

from fabric_protos.common import common_pb2
from google.protobuf.message import DecodeError
from google.protobuf.unknown_fields import UnknownFieldSet  # type: ignore[import-not-found] # not in its stubs

from tanhui.network.protocol.commit_hash import uvarint
from tanhui.network.protocol.der import der_element
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.messages import parse

SIGNATURES, LAST_CONFIG, TRANSACTIONS_FILTER, ORDERER, COMMIT_HASH = range(5)
"""Metadata slots (common.BlockMetadataIndex)."""

METADATA_SLOTS = 5


def header_bytes(number: int, previous_hash: bytes, data_hash: bytes) -> bytes:
    """DER SEQUENCE {INTEGER number, OCTET STRING previous, OCTET STRING data hash} (BlockHeaderBytes)."""
    integer = number.to_bytes(number.bit_length() // 8 + 1, "big")
    body = der_element(0x02, integer) + der_element(0x04, previous_hash) + der_element(0x04, data_hash)
    return der_element(0x30, body)


def header_hash(number: int, previous_hash: bytes, data_hash: bytes) -> bytes:
    """SHA256 of `header_bytes`: what the next block names as its predecessor."""
    return hashlib.sha256(header_bytes(number, previous_hash, data_hash)).digest()


def block_header_bytes(header: common_pb2.BlockHeader) -> bytes:
    """`header_bytes` of a parsed header."""
    return header_bytes(header.number, header.previous_hash, header.data_hash)


def block_hash(header: common_pb2.BlockHeader) -> bytes:
    """`header_hash` of a parsed header."""
    return header_hash(header.number, header.previous_hash, header.data_hash)


def data_hash(envelopes: Iterable[bytes]) -> bytes:
    """SHA256 of the concatenated envelopes: flat, not a tree (ComputeBlockDataHash)."""
    digest = hashlib.sha256()
    for envelope in envelopes:
        digest.update(envelope)
    return digest.digest()


def check_well_formed(envelopes: Sequence[bytes]) -> None:
    """Refuse envelopes that do not re-marshal to themselves (VerifyTransactionsAreWellFormed).

    Since the data hash is flat, only this keeps two envelopes from being glued into one.

    Raises:
        MessageError: an empty block, or an envelope without payload or signature, or with other bytes.
    """
    if not envelopes:
        raise MessageError("block.data", "is empty")
    if len(envelopes) == 1 and is_config_envelope(envelopes[0]):
        return
    for position, raw in enumerate(envelopes):
        check_envelope_form(raw, position)


def check_envelope_form(raw: bytes, position: int, parts: tuple[bytes, bytes] | None = None) -> None:
    """The same of one envelope; `parts` are its payload and signature, where it was parsed. Raises MessageError."""
    if parts is None:
        envelope = parse(common_pb2.Envelope, raw, f"block.data[{position}]")
        parts = envelope.payload, envelope.signature
    if not parts[0]:
        raise MessageError(f"block.data[{position}]", "has no payload")
    if not parts[1]:
        raise MessageError(f"block.data[{position}]", "has no signature")
    if _envelope_bytes(*parts) != raw:
        raise MessageError(f"block.data[{position}]", "does not re-marshal to its own bytes")


def _envelope_bytes(payload: bytes, signature: bytes) -> bytes:
    """common.Envelope bytes of what is not empty: two fields, each after its tag and length."""
    return b"".join((b"\x0a", uvarint(len(payload)), payload, b"\x12", uvarint(len(signature)), signature))


def is_config_envelope(raw: bytes) -> bool:
    """Whether an envelope is a CONFIG transaction; False when it cannot be parsed."""
    try:
        payload = common_pb2.Payload.FromString(common_pb2.Envelope.FromString(raw).payload)
        return (
            payload.HasField("header")
            and common_pb2.ChannelHeader.FromString(payload.header.channel_header).type == common_pb2.CONFIG
        )
    except DecodeError:
        return False


def is_config_block(block: common_pb2.Block) -> bool:
    """Whether the block holds one envelope, a CONFIG transaction (protoutil.IsConfigBlock)."""
    return len(block.data.data) == 1 and is_config_envelope(block.data.data[0])


def build_block(number: int, previous_hash: bytes, envelopes: Sequence[bytes]) -> common_pb2.Block:
    """A block with its data hash and five empty metadata slots; not yet signed.

    Args:
        number: 0 for the genesis block.
        previous_hash: the predecessor's header hash, b"" for the genesis block.
        envelopes: common.Envelope bytes in their order.
    """
    return common_pb2.Block(
        header=common_pb2.BlockHeader(
            number=number, previous_hash=previous_hash, data_hash=data_hash(envelopes)
        ),
        data=common_pb2.BlockData(data=envelopes),
        metadata=common_pb2.BlockMetadata(metadata=[b""] * METADATA_SLOTS),
    )


def block_bytes(block: common_pb2.Block) -> bytes:
    """common.Block bytes, deterministic: what `SerializeToString(deterministic=True)` gives, and as it stands on disk.

    Nearly all of a block are its envelopes' bytes, which are put together here once, where the library lets its
    buffer grow, and copies, several times over; what it cannot know of, fields of a later version, it writes itself.
    """
    if len(UnknownFieldSet(block)) or len(UnknownFieldSet(block.data)):
        return block.SerializeToString(deterministic=True)
    parts: list[bytes] = []
    if block.HasField("header"):
        header = block.header.SerializeToString(deterministic=True)
        parts += (b"\x0a", uvarint(len(header)), header)
    if block.HasField("data"):
        data: list[bytes] = []
        for raw in block.data.data:
            data += (b"\x0a", uvarint(len(raw)), raw)
        parts += (b"\x12", uvarint(sum(map(len, data))), *data)
    if block.HasField("metadata"):
        metadata = block.metadata.SerializeToString(deterministic=True)
        parts += (b"\x1a", uvarint(len(metadata)), metadata)
    return b"".join(parts)


def set_commit(block: common_pb2.Block, codes: Iterable[int], commit_hash: bytes) -> None:
    """Fill a peer's own slots: one validation code a transaction, and the commit hash (b"" at block 0).

    Neither is signed: they are this peer's verdict.
    """
    ensure_slots(block)
    block.metadata.metadata[TRANSACTIONS_FILTER] = bytes(codes)
    if commit_hash:
        block.metadata.metadata[COMMIT_HASH] = common_pb2.Metadata(value=commit_hash).SerializeToString()


def ensure_slots(block: common_pb2.Block) -> None:
    """Add missing metadata slots, empty (protoutil.InitBlockMetadata)."""
    missing = METADATA_SLOTS - len(block.metadata.metadata)
    block.metadata.metadata.extend([b""] * max(missing, 0))


def transactions_filter(block: common_pb2.Block) -> bytes:
    """One validation code a transaction; b"" when the block was not validated yet."""
    slots = block.metadata.metadata
    return slots[TRANSACTIONS_FILTER] if len(slots) > TRANSACTIONS_FILTER else b""


def commit_hash_of(block: common_pb2.Block) -> bytes:
    """The commit hash in the peer's slot, b"" when absent. Raises MessageError."""
    slots = block.metadata.metadata
    if len(slots) <= COMMIT_HASH:
        return b""
    return parse(common_pb2.Metadata, slots[COMMIT_HASH], "block.metadata[COMMIT_HASH]").value


def channel_of(block: common_pb2.Block) -> str:
    """The channel id in the first envelope (protoutil.GetChannelIDFromBlock). Raises MessageError."""
    if not block.data.data:
        raise MessageError("block.data", "is empty")
    envelope = parse(common_pb2.Envelope, block.data.data[0], "block.data[0]")
    payload = parse(common_pb2.Payload, envelope.payload, "block.data[0].payload")
    header = parse(common_pb2.ChannelHeader, payload.header.channel_header, "block.data[0].channel_header")
    return header.channel_id
