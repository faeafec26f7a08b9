"""Blocks: header bytes and hash, data hash, metadata slots, the orderer's signatures.

Sources: protoutil/blockutils.go, orderer/common/multichannel/blockwriter.go (what an orderer writes),
orderer/consensus/smartbft (BFT signatures name a consenter instead of carrying its identity).
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fabric_protos.common import common_pb2, configuration_pb2
from google.protobuf.message import DecodeError

from tanhui.network.protocol.der import der_element
from tanhui.network.protocol.endorsements import Sign
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.identities import serialize_identity
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.proposals import new_nonce, signature_header

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
        field = f"block.data[{position}]"
        envelope = parse(common_pb2.Envelope, raw, field)
        if not envelope.payload:
            raise MessageError(field, "has no payload")
        if not envelope.signature:
            raise MessageError(field, "has no signature")
        canonical = common_pb2.Envelope(payload=envelope.payload, signature=envelope.signature)
        if canonical.SerializeToString() != raw:
            raise MessageError(field, "does not re-marshal to its own bytes")


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


def signatures_value(last_config: int, consenter_metadata: bytes) -> bytes:
    """What the signatures cover besides the header: common.OrdererBlockMetadata (blockwriter.go).

    Args:
        last_config: number of the newest config block at or before this block.
        consenter_metadata: the consenter's own, etcdraft.BlockMetadata or smartbft.ViewMetadata bytes.
    """
    return common_pb2.OrdererBlockMetadata(
        last_config=common_pb2.LastConfig(index=last_config),
        consenter_metadata=common_pb2.Metadata(value=consenter_metadata).SerializeToString(),
    ).SerializeToString()


def signed_block_bytes(value: bytes, signer_header: bytes, header: common_pb2.BlockHeader) -> bytes:
    """What an orderer signs: value ‖ signature header (or identifier header, under BFT) ‖ block header."""
    return value + signer_header + block_header_bytes(header)


def sign_block(
    block: common_pb2.Block,
    *,
    creator: bytes,
    sign: Sign,
    last_config: int,
    consenter_metadata: bytes = b"",
    nonce: bytes | None = None,
) -> None:
    """Fill the slots LAST_CONFIG and SIGNATURES as a Raft or single orderer does.

    Args:
        block: changed in place.
        creator: the orderer's serialized identity.
        sign: signs a whole message.
        last_config: number of the newest config block, this one included.
        consenter_metadata: etcdraft.BlockMetadata bytes, b"" for an orderer without a consenter.
        nonce: 24 random bytes, drawn here unless given.
    """
    set_last_config(block, last_config)
    value = signatures_value(last_config, consenter_metadata)
    signer = signature_header(creator, new_nonce() if nonce is None else nonce)
    block.metadata.metadata[SIGNATURES] = common_pb2.Metadata(
        value=value,
        signatures=[
            common_pb2.MetadataSignature(
                signature_header=signer, signature=sign(signed_block_bytes(value, signer, block.header))
            )
        ],
    ).SerializeToString()


def identifier_header(identifier: int, nonce: bytes) -> bytes:
    """common.IdentifierHeader bytes: a consenter by its number in the channel's consenter mapping."""
    return common_pb2.IdentifierHeader(identifier=identifier, nonce=nonce).SerializeToString()


def set_bft_signatures(
    block: common_pb2.Block, *, last_config: int, value: bytes, signatures: Sequence[tuple[bytes, bytes]]
) -> None:
    """Fill LAST_CONFIG and SIGNATURES from a BFT quorum.

    Args:
        block: changed in place.
        last_config: number of the newest config block.
        value: `signatures_value`, the same for all.
        signatures: (identifier header, signature over value ‖ identifier header ‖ block header).
    """
    set_last_config(block, last_config)
    block.metadata.metadata[SIGNATURES] = common_pb2.Metadata(
        value=value,
        signatures=[
            common_pb2.MetadataSignature(identifier_header=header, signature=signature)
            for header, signature in signatures
        ],
    ).SerializeToString()


def set_last_config(block: common_pb2.Block, last_config: int) -> None:
    """Fill slot LAST_CONFIG, which is not signed: readers use the signed copy in SIGNATURES."""
    block.metadata.metadata[LAST_CONFIG] = common_pb2.Metadata(
        value=common_pb2.LastConfig(index=last_config).SerializeToString()
    ).SerializeToString()


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


def signatures_of(block: common_pb2.Block) -> common_pb2.Metadata:
    """The SIGNATURES slot. Raises MessageError when the block has none."""
    slots = block.metadata.metadata
    if len(slots) <= SIGNATURES:
        raise MessageError("block.metadata[SIGNATURES]", "is missing")
    return parse(common_pb2.Metadata, slots[SIGNATURES], "block.metadata[SIGNATURES]")


def orderer_metadata(block: common_pb2.Block) -> common_pb2.OrdererBlockMetadata:
    """The signed OrdererBlockMetadata: last config and consenter metadata. Raises MessageError."""
    value = signatures_of(block).value
    return parse(common_pb2.OrdererBlockMetadata, value, "block.metadata[SIGNATURES].value")


def last_config_of(block: common_pb2.Block) -> int:
    """Number of the newest config block, from the signed copy; the genesis block's slot is empty: 0."""
    return orderer_metadata(block).last_config.index


def channel_of(block: common_pb2.Block) -> str:
    """The channel id in the first envelope (protoutil.GetChannelIDFromBlock). Raises MessageError."""
    if not block.data.data:
        raise MessageError("block.data", "is empty")
    envelope = parse(common_pb2.Envelope, block.data.data[0], "block.data[0]")
    payload = parse(common_pb2.Payload, envelope.payload, "block.data[0].payload")
    header = parse(common_pb2.ChannelHeader, payload.header.channel_header, "block.data[0].channel_header")
    return header.channel_id


@dataclass(frozen=True, slots=True)
class BlockSigner:
    """One signature on a block, as data: who says to have signed what."""

    identity: bytes
    signed: bytes
    signature: bytes


def block_signers(
    block: common_pb2.Block, consenters: Sequence[configuration_pb2.Consenter] | None = None
) -> tuple[BlockSigner, ...]:
    """The signatures on a block, to be judged by the channel's BlockValidation policy.

    Args:
        block: with its SIGNATURES slot.
        consenters: the channel's consenter mapping under BFT, None otherwise. A signature that names a
            consenter outside of it is left out, as in BlockSignatureVerifier.

    Raises:
        MessageError: a part cannot be parsed.
    """
    metadata = signatures_of(block)
    header = block_header_bytes(block.header)
    signers = []
    for one in metadata.signatures:
        if consenters is not None and not one.signature_header and one.identifier_header:
            named = parse(common_pb2.IdentifierHeader, one.identifier_header, "identifier_header")
            identity = _consenter_identity(consenters, named.identifier)
            if identity is None:
                continue
            signed = metadata.value + one.identifier_header + header
        else:
            identity = parse(common_pb2.SignatureHeader, one.signature_header, "signature_header").creator
            signed = metadata.value + one.signature_header + header
        signers.append(BlockSigner(identity, signed, one.signature))
    return tuple(signers)


def _consenter_identity(consenters: Sequence[configuration_pb2.Consenter], identifier: int) -> bytes | None:
    """The serialized identity of a consenter by its number."""
    for consenter in consenters:
        if consenter.id == identifier:
            return serialize_identity(consenter.msp_id, consenter.identity)
    return None
