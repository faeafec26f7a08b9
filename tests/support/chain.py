"""Blocks for ledger tests: true Fabric envelopes and read-write sets, unsigned."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import proposal_pb2, proposal_response_pb2, transaction_pb2

from tanhui.network.protocol.blocks import block_hash, build_block

FILTER = common_pb2.BlockMetadataIndex.TRANSACTIONS_FILTER


@dataclass(frozen=True)
class WriteTx:
    """A transaction that only writes: None deletes. `code` is its verdict."""

    txid: str
    writes: Mapping[str, bytes | None]
    code: int = 0
    namespace: str = "registry"
    seconds: int = 1_790_000_000


def kv_write(key: str, value: bytes | None) -> kv_rwset_pb2.KVWrite:
    return kv_rwset_pb2.KVWrite(key=key, is_delete=value is None, value=value or b"")


def read_write_set(namespaces: Mapping[str, kv_rwset_pb2.KVRWSet]) -> bytes:
    return rwset_pb2.TxReadWriteSet(
        data_model=rwset_pb2.TxReadWriteSet.KV,
        ns_rwset=[
            rwset_pb2.NsReadWriteSet(namespace=name, rwset=rwset.SerializeToString(deterministic=True))
            for name, rwset in sorted(namespaces.items())
        ],
    ).SerializeToString(deterministic=True)


def envelope(txid: str, results: bytes, *, seconds: int = 1_790_000_000, channel: str = "credits") -> bytes:
    action = proposal_pb2.ChaincodeAction(results=results)
    response = proposal_response_pb2.ProposalResponsePayload(extension=action.SerializeToString())
    payload = transaction_pb2.ChaincodeActionPayload(
        action=transaction_pb2.ChaincodeEndorsedAction(proposal_response_payload=response.SerializeToString())
    )
    transaction = transaction_pb2.Transaction(
        actions=[transaction_pb2.TransactionAction(payload=payload.SerializeToString())]
    )
    header = common_pb2.ChannelHeader(
        type=common_pb2.HeaderType.ENDORSER_TRANSACTION, tx_id=txid, channel_id=channel
    )
    header.timestamp.seconds = seconds
    outer = common_pb2.Payload(
        header=common_pb2.Header(channel_header=header.SerializeToString()),
        data=transaction.SerializeToString(),
    )
    return common_pb2.Envelope(payload=outer.SerializeToString()).SerializeToString()


def config_envelope(data: bytes, channel: str = "credits") -> bytes:
    header = common_pb2.ChannelHeader(type=common_pb2.HeaderType.CONFIG, channel_id=channel)
    outer = common_pb2.Payload(header=common_pb2.Header(channel_header=header.SerializeToString()), data=data)
    return common_pb2.Envelope(payload=outer.SerializeToString()).SerializeToString()


def make_block(number: int, previous: bytes, envelopes: Sequence[bytes], flags: bytes) -> common_pb2.Block:
    block = build_block(number, previous, envelopes)
    block.metadata.metadata[FILTER] = flags
    return block


def genesis_block(config: bytes = b"config") -> common_pb2.Block:
    return make_block(0, b"", [config_envelope(config)], b"\x00")


def write_block(number: int, previous: bytes, transactions: Sequence[WriteTx]) -> common_pb2.Block:
    envelopes = [
        envelope(
            tx.txid,
            read_write_set(
                {
                    tx.namespace: kv_rwset_pb2.KVRWSet(
                        writes=[kv_write(k, v) for k, v in sorted(tx.writes.items())]
                    )
                }
            ),
            seconds=tx.seconds,
        )
        for tx in transactions
    ]
    return make_block(number, previous, envelopes, bytes(tx.code for tx in transactions))


def next_hash(block: common_pb2.Block) -> bytes:
    return block_hash(block.header)


def txid(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()
