"""The log's leaves of one block: what the auditor says of each transaction, from his own replay alone.

Pure: the same block with the same verdicts gives every auditor the same bytes (proofs.leaf).
"""

import re
from hashlib import sha256

from fabric_protos.common import common_pb2

from tanhui.network.protocol.blocks import block_hash, transactions_filter
from tanhui.network.protocol.envelopes import EnvelopeView, parse_envelope
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.stated import event_payload
from tanhui.proofs.effects import EVENT_NAME, NO_EVENTS, events_hash
from tanhui.proofs.leaf import CODE_VALID, Leaf

_TXID = re.compile(r"[0-9a-f]{64}\Z", re.ASCII)


def effects_document(envelope: EnvelopeView, chaincode: str) -> bytes:
    """The effects that a valid transaction of the registry's chaincode stated; b"" where there are none.

    Only this chaincode's event counts: any other on the channel could name its event alike.
    """
    return event_payload(envelope, EVENT_NAME, chaincode)


def leaves_of_block(
    block: common_pb2.Block, *, genesis: bytes, channel: str, chaincode: str, commit_hash: bytes
) -> tuple[Leaf, ...]:
    """One leaf a transaction, in order.

    Args:
        block: with the auditor's own TRANSACTIONS_FILTER.
        genesis: header hash of block 0.
        channel: its name.
        chaincode: whose events are the ledger's effects.
        commit_hash: the auditor's own after this block, b"" at block 0.
    """
    codes = transactions_filter(block)
    header = block_hash(block.header)
    leaves = []
    for tx, raw in enumerate(block.data.data):
        try:
            envelope = parse_envelope(raw)
        except MessageError:
            envelope = None
        txid = "" if envelope is None else envelope.transaction_id
        events = NO_EVENTS
        if codes[tx] == CODE_VALID and envelope is not None:
            events = events_hash(effects_document(envelope, chaincode))
        leaves.append(
            Leaf(
                genesis=genesis,
                channel=channel,
                block=block.header.number,
                tx=tx,
                header=header,
                # What an invalid envelope claims need not be an id at all.
                txid=txid if _TXID.match(txid) else "",
                env=sha256(raw).digest(),
                code=codes[tx],
                commit=commit_hash,
                events=events,
            )
        )
    return tuple(leaves)
