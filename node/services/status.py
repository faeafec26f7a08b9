"""How a refusal reaches the caller: a gRPC status, with gateway.ErrorDetail for each endorser that failed.

Sources: internal/pkg/gateway/apiutils.go (newRpcError, errorDetail); google/rpc/status.proto.
"""

from collections.abc import Sequence
from enum import IntEnum

from tanhui.network.protocol.gateway_errors import ErrorDetail, encode_status
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


def refusal(code: Code, message: str, details: Sequence[ErrorDetail] = ()) -> TransportError:
    """The error to raise; `details` becomes a google.rpc.Status that holds only gateway.ErrorDetail."""
    return TransportError(int(code), message, encode_status(int(code), message, details))
