"""Answers of the Deliver service: blocks, or a status that ends the stream (common/deliver/deliver.go)."""

from typing import Final

from fabric_protos.common import common_pb2
from fabric_protos.peer import events_pb2

from tanhui.network.gateway.errors import UnexpectedMessageError
from tanhui.network.gateway.status import GrpcCode
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.transport import TransportError

_CODES: Final[dict[int, GrpcCode]] = {
    common_pb2.BAD_REQUEST: GrpcCode.INVALID_ARGUMENT,
    common_pb2.FORBIDDEN: GrpcCode.PERMISSION_DENIED,
    common_pb2.NOT_FOUND: GrpcCode.NOT_FOUND,
    common_pb2.SERVICE_UNAVAILABLE: GrpcCode.UNAVAILABLE,
    common_pb2.INTERNAL_SERVER_ERROR: GrpcCode.INTERNAL,
}


def checked_answer(answer: bytes) -> events_pb2.DeliverResponse:
    """A Deliver answer that is no refusal; SUCCESS, after the last block asked for, is none.

    Raises:
        TransportError: the peer refuses, with the gRPC code that says the same.
        UnexpectedMessageError: the bytes are no answer.
    """
    try:
        response = parse(events_pb2.DeliverResponse, answer, "deliver_response")
    except MessageError as reason:
        raise UnexpectedMessageError(str(reason)) from reason
    if response.WhichOneof("Type") == "status" and response.status != common_pb2.SUCCESS:
        name = common_pb2.Status.Name(response.status)
        raise TransportError(_CODES.get(response.status, GrpcCode.UNKNOWN), f"Deliver answered {name}")
    return response
