"""The orderers' signatures on a block: what they cover, how they are made, and whose they are.

Sources: orderer/common/multichannel/blockwriter.go (what an orderer writes), orderer/consensus/smartbft (BFT
signatures name a consenter instead of carrying its identity), protoutil/blockutils.go (BlockSignatureVerifier).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fabric_protos.common import common_pb2, configuration_pb2

from tanhui.network.protocol.blocks import LAST_CONFIG, SIGNATURES, block_header_bytes
from tanhui.network.protocol.endorsements import Sign
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.identities import serialize_identity
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.proposals import new_nonce, signature_header


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
