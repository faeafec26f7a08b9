"""How a refusal reaches the caller: a gRPC status, with gateway.ErrorDetail for each endorser that failed.

Sources: internal/pkg/gateway/apiutils.go (newRpcError, errorDetail); google/rpc/status.proto.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from fabric_protos.gateway import gateway_pb2
from google.protobuf.any_pb2 import Any
from google.rpc import status_pb2

from tanhui.network.protocol.transport import TransportError


class Code(IntEnum):
    """google.rpc.Code, the ones a node answers with."""

    OK = 0
    CANCELLED = 1
    UNKNOWN = 2
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14


@dataclass(frozen=True, slots=True)
class Detail:
    """Which endorser or orderer refused, and why."""

    address: str
    msp_id: str
    message: str


def refusal(code: Code, message: str, details: Sequence[Detail] = ()) -> TransportError:
    """The error to raise; `details` becomes a google.rpc.Status that holds only gateway.ErrorDetail."""
    if not details:
        return TransportError(int(code), message)
    status = status_pb2.Status(code=int(code), message=message)
    for detail in details:
        packed = Any()
        packed.Pack(
            gateway_pb2.ErrorDetail(address=detail.address, msp_id=detail.msp_id, message=detail.message)
        )
        status.details.append(packed)
    return TransportError(int(code), message, status.SerializeToString())
