"""The log's leaves of one block: what the auditor says of each transaction, from his own replay alone.

Pure: the same block with the same verdicts gives every auditor the same bytes (proofs.leaf).
"""

from collections.abc import Iterator

from fabric_protos.common import common_pb2

from tanhui.network.protocol.blocks import block_hash, transactions_filter
from tanhui.network.protocol.envelopes import EnvelopeView
from tanhui.network.protocol.stated import event_payload
from tanhui.node.follower.read_block import ReadBlock
from tanhui.proofs.block_leaves import BlockLeaves
from tanhui.proofs.effects import EVENT_NAME, NO_EVENTS, events_hash
from tanhui.proofs.leaf import CODE_VALID, is_txid


def effects_document(envelope: EnvelopeView, chaincode: str) -> bytes:
    """The effects that a valid transaction of the registry's chaincode stated; b"" where there are none.

    Only this chaincode's event counts: any other on the channel could name its event alike.
    """
    return event_payload(envelope, EVENT_NAME, chaincode)


def leaves_of_block(
    block: common_pb2.Block,
    *,
    genesis: bytes,
    channel: str,
    chaincode: str,
    commit_hash: bytes,
    read: ReadBlock | None = None,
) -> BlockLeaves:
    """One leaf a transaction, in order.

    Args:
        block: with the auditor's own TRANSACTIONS_FILTER.
        genesis: header hash of block 0.
        channel: its name.
        chaincode: whose events are the ledger's effects.
        commit_hash: the auditor's own after this block, b"" at block 0.
        read: its data, where they were read already.
    """
    codes = transactions_filter(block)
    if read is None:
        read = ReadBlock.of(block.data.data)

    def stated(read: ReadBlock) -> Iterator[tuple[str, bytes, int, bytes]]:
        for one, env, code in zip(read.candidates, read.digests, codes, strict=True):
            events, event, txid = NO_EVENTS, None, one.txid
            if code == CODE_VALID and one.action is not None:
                event = one.action.event  # and the id is the one that nonce and creator give
            elif not is_txid(txid):
                txid = ""  # what an invalid envelope claims need not be an id at all
            if event is not None and event.event_name == EVENT_NAME and event.chaincode_id == chaincode:
                events = events_hash(event.payload)
            yield txid, env, code, events

    return BlockLeaves(
        genesis=genesis,
        channel=channel,
        block=block.header.number,
        header=block_hash(block.header),
        commit=commit_hash,
        transactions=stated(read),
    )
