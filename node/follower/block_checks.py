"""What a block must be before its transactions are looked at: chain, envelopes, orderers.

Sources: protoutil/blockutils.go (VerifyTransactionsAreWellFormed, BlockSignatureVerifier),
internal/pkg/peer/blocksprovider (what a peer checks of an orderer). No state beyond the last header and the
configuration in force.
"""

from fabric_protos.common import common_pb2

from tanhui.network.protocol.block_signatures import block_signers, last_config_of
from tanhui.network.protocol.blocks import (
    block_hash,
    check_well_formed,
    data_hash,
    is_config_block,
    is_config_envelope,
)
from tanhui.network.protocol.channel_config import ChannelConfig
from tanhui.network.protocol.errors import MessageError, ProtocolError
from tanhui.network.protocol.policies import SignedData, evaluate_signed_data
from tanhui.node.follower.read_block import ReadBlock

BLOCK_VALIDATION = "/Channel/Orderer/BlockValidation"
BFT_CAPABILITY = "V3_0"
"""With this channel capability a signature may name a consenter instead of carrying an identity."""


class BlockRefused(Exception):  # noqa: N818 - a judgement, not a fault
    """A block that no honest peer delivers. `kind` as in Evidence, `claimed` and `own` where both exist."""

    def __init__(self, kind: str, detail: str, claimed: str = "", own: str = "") -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail
        self.claimed = claimed
        self.own = own


def check_genesis(block: common_pb2.Block, genesis: bytes) -> ChannelConfig:
    """The channel's first configuration, once the block is the pinned one. Nobody signs a genesis block.

    Raises:
        BlockRefused: another hash, or a content that is not its header's.
    """
    found = block_hash(block.header)
    if found != genesis:
        raise BlockRefused("genesis", "is another channel's first block", found.hex(), genesis.hex())
    if block.header.number != 0:
        raise BlockRefused("genesis", f"has number {block.header.number}")
    _check_data(block)
    try:
        return ChannelConfig.from_block(block)
    except ProtocolError as error:
        raise BlockRefused("genesis", str(error)) from None


def check_chain(block: common_pb2.Block, number: int, previous: bytes, read: ReadBlock | None = None) -> None:
    """Raise BlockRefused unless the block is the next one, and whole.

    Args:
        block: as delivered.
        number: expected.
        previous: header hash of the block before.
        read: its data, where they were read already.
    """
    header = block.header
    if header.number != number:
        raise BlockRefused("header.number", "is not the next block", str(header.number), str(number))
    if header.previous_hash != previous:
        raise BlockRefused(
            "header.previous_hash", "continues another chain", header.previous_hash.hex(), previous.hex()
        )
    _check_data(block, read)


def check_orderers(block: common_pb2.Block, config: ChannelConfig) -> None:
    """Raise BlockRefused unless enough orderers signed the header, by the policy in force (Raft and BFT)."""
    consenters = None
    if BFT_CAPABILITY in config.channel_capabilities and config.consensus is not None:
        consenters = config.consensus.consenters
    try:
        signed = [
            SignedData(one.identity, one.signed, one.signature) for one in block_signers(block, consenters)
        ]
        evaluate_signed_data(
            config.policy(BLOCK_VALIDATION), signed, config.deserialize_identity, BLOCK_VALIDATION
        )
    except ProtocolError as error:
        raise BlockRefused("orderer_signatures", str(error)) from None


def check_last_config(block: common_pb2.Block, last_config: int) -> None:
    """Raise BlockRefused unless the signed metadata names the newest config block, this one included."""
    expected = block.header.number if is_config_block(block) else last_config
    try:
        found = last_config_of(block)
    except MessageError as error:
        raise BlockRefused("last_config", str(error)) from None
    if found != expected:
        raise BlockRefused("last_config", "names another config block", str(found), str(expected))


def _check_data(block: common_pb2.Block, read: ReadBlock | None = None) -> None:
    envelopes = block.data.data
    found = data_hash(envelopes) if read is None else read.data_hash
    if found != block.header.data_hash:
        raise BlockRefused(
            "header.data_hash", "is not of these envelopes", block.header.data_hash.hex(), found.hex()
        )
    try:
        if read is None or len(envelopes) < 2:
            check_well_formed(envelopes)
        elif read.fault is not None:
            raise read.fault
    except MessageError as error:
        raise BlockRefused("envelopes", str(error)) from None
    # A config transaction stands alone: among others its data would escape the check above.
    if len(envelopes) == 1:
        return
    configs = (
        map(is_config_envelope, envelopes) if read is None else (one.is_config for one in read.candidates)
    )
    if any(configs):
        raise BlockRefused("envelopes", "a config transaction shares its block")
