"""Signed requests to a peer's services: Deliver's seek, CommitStatus, ChaincodeEvents.

Sources: fabric-gateway (blockeventsbuilder, commit, chaincodeeventsbuilder), common/deliver/deliver.go,
internal/pkg/gateway/api.go. The signatures of CommitStatus and ChaincodeEvents cover the raw `request` bytes.
"""

from typing import Literal

from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.orderer import ab_pb2

from tanhui.network.protocol.envelopes import EnvelopeView, envelope_payload, parse_envelope
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.messages import parse

BLOCK_NUMBER_MAX = 2**64 - 1
"""Seek this far to follow a channel for ever; the Node client sends 2^53 − 1 instead."""

Position = int | Literal["oldest", "newest", "next"]
"""Where a stream starts or stops: a block number, or a place relative to the ledger's height."""


def seek_position(position: Position) -> ab_pb2.SeekPosition:
    """orderer.SeekPosition; "next" is the block after the newest."""
    if position == "oldest":
        return ab_pb2.SeekPosition(oldest=ab_pb2.SeekOldest())
    if position == "newest":
        return ab_pb2.SeekPosition(newest=ab_pb2.SeekNewest())
    if position == "next":
        return ab_pb2.SeekPosition(next_commit=ab_pb2.SeekNextCommit())
    return ab_pb2.SeekPosition(specified=ab_pb2.SeekSpecified(number=position))


def seek_payload(
    channel_id: str,
    *,
    creator: bytes,
    start: Position = "next",
    stop: Position = BLOCK_NUMBER_MAX,
    fail_if_not_ready: bool = False,
    nonce: bytes = b"",
    timestamp_ns: int | None = None,
    tls_certificate_hash: bytes = b"",
) -> bytes:
    """common.Payload bytes of a DELIVER_SEEK_INFO envelope; `transactions.envelope` adds the signature."""
    info = ab_pb2.SeekInfo(
        start=seek_position(start),
        stop=seek_position(stop),
        behavior=ab_pb2.SeekInfo.FAIL_IF_NOT_READY
        if fail_if_not_ready
        else ab_pb2.SeekInfo.BLOCK_UNTIL_READY,
    )
    return envelope_payload(
        common_pb2.DELIVER_SEEK_INFO,
        channel_id,
        info.SerializeToString(),
        creator=creator,
        nonce=nonce,
        timestamp_ns=timestamp_ns,
        tls_certificate_hash=tls_certificate_hash,
    )


def parse_seek(raw: bytes) -> tuple[EnvelopeView, ab_pb2.SeekInfo]:
    """A Deliver request: its envelope and what it seeks. Raises MessageError (deliver.go, parseEnvelope)."""
    view = parse_envelope(raw)
    if not view.channel_header_bytes:
        raise MessageError("channel_header", "is missing")
    info = parse(ab_pb2.SeekInfo, view.data, "payload.data")
    if not info.HasField("start") or not info.HasField("stop"):
        raise MessageError("seek_info", "start or stop is missing")
    return view, info


def commit_status_request(channel_id: str, transaction_id: str, identity: bytes) -> bytes:
    """gateway.CommitStatusRequest bytes, which the client signs."""
    return gateway_pb2.CommitStatusRequest(
        transaction_id=transaction_id, channel_id=channel_id, identity=identity
    ).SerializeToString()


def signed_commit_status_request(request: bytes, signature: bytes) -> bytes:
    """gateway.SignedCommitStatusRequest bytes."""
    return gateway_pb2.SignedCommitStatusRequest(request=request, signature=signature).SerializeToString()


def chaincode_events_request(
    channel_id: str,
    chaincode: str,
    identity: bytes,
    *,
    start: Position = "next",
    after_transaction_id: str = "",
) -> bytes:
    """gateway.ChaincodeEventsRequest bytes, which the client signs."""
    return gateway_pb2.ChaincodeEventsRequest(
        channel_id=channel_id,
        chaincode_id=chaincode,
        identity=identity,
        start_position=seek_position(start),
        after_transaction_id=after_transaction_id,
    ).SerializeToString()


def signed_chaincode_events_request(request: bytes, signature: bytes) -> bytes:
    """gateway.SignedChaincodeEventsRequest bytes."""
    return gateway_pb2.SignedChaincodeEventsRequest(request=request, signature=signature).SerializeToString()
