"""Details of a failed Gateway call: google.rpc.Status in the trailer `grpc-status-details-bin`.

Sources: internal/pkg/gateway/apiutils.go (newRpcError), fabric-gateway errors. The details
hold gateway.ErrorDetail alone: one for each endpoint that failed.
"""

from collections.abc import Sequence
from typing import NamedTuple

from fabric_protos.gateway import gateway_pb2
from google.protobuf.any_pb2 import Any
from google.protobuf.message import DecodeError
from google.rpc import status_pb2

TRAILER = "grpc-status-details-bin"

DETAILS_MAX = 256
"""Details read from one answer; a network has one a peer at most."""

_TAKEN_BEFORE = "request already processed"
"""How a BFT orderer refuses what stands in a block already (SmartBFT, internal/bft/requestpool.go). The Gateway takes
"request already exists" for success and this for a failure (internal/pkg/gateway/submit.go)."""

_TYPE_URL = "type.googleapis.com/gateway.ErrorDetail"


class ErrorDetail(NamedTuple):
    """Which endpoint of which organisation refused, and why."""

    address: str
    msp_id: str
    message: str


def encode_status(code: int, message: str, details: Sequence[ErrorDetail]) -> bytes:
    """google.rpc.Status bytes; b"" without details, since then gRPC's own status says it all."""
    if not details:
        return b""
    status = status_pb2.Status(code=code, message=message)
    for one in details:
        value = gateway_pb2.ErrorDetail(address=one.address, msp_id=one.msp_id, message=one.message)
        status.details.append(Any(type_url=_TYPE_URL, value=value.SerializeToString()))
    encoded: bytes = status.SerializeToString()
    return encoded


def was_ordered(trailer: bytes) -> bool:
    """Whether a Submit failed because the orderers had taken the same transaction before.

    So it happens to one that is sent again, and to one that most orderers hear of when its block is out. What became
    of it, its commit status tells.
    """
    return any(_TAKEN_BEFORE in one.message for one in decode_details(trailer))


def decode_details(trailer: bytes) -> tuple[ErrorDetail, ...]:
    """The details in a trailer; what is not an ErrorDetail, or cannot be parsed, is left out."""
    try:
        status = status_pb2.Status.FromString(trailer)
    except DecodeError:
        return ()
    found = []
    for one in status.details[:DETAILS_MAX]:
        if one.type_url.rpartition("/")[2] != "gateway.ErrorDetail":
            continue
        try:
            detail = gateway_pb2.ErrorDetail.FromString(one.value)
        except DecodeError:
            continue
        found.append(ErrorDetail(detail.address, detail.msp_id, detail.message))
    return tuple(found)
