"""The eight calls a Gateway client makes, each with its default options; messages are bytes on the way out.

Names of the services: gateway/gateway.proto and peer/events.proto.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final, Literal

from fabric_protos.gateway import gateway_pb2

from tanhui.network.gateway.call_options import CallOptions, DefaultCallOptions
from tanhui.network.gateway.errors import (
    CommitStatusError,
    EndorseError,
    GatewayError,
    SubmitError,
    UnexpectedMessageError,
)
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.gateway_errors import was_ordered
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.transport import Transport, TransportError

EVALUATE: Final = "/gateway.Gateway/Evaluate"
ENDORSE: Final = "/gateway.Gateway/Endorse"
SUBMIT: Final = "/gateway.Gateway/Submit"
COMMIT_STATUS: Final = "/gateway.Gateway/CommitStatus"
CHAINCODE_EVENTS: Final = "/gateway.Gateway/ChaincodeEvents"
DELIVER: Final = "/protos.Deliver/Deliver"
DELIVER_FILTERED: Final = "/protos.Deliver/DeliverFiltered"
DELIVER_WITH_PRIVATE_DATA: Final = "/protos.Deliver/DeliverWithPrivateData"

StreamMethod = Literal[
    "/gateway.Gateway/ChaincodeEvents",
    "/protos.Deliver/Deliver",
    "/protos.Deliver/DeliverFiltered",
    "/protos.Deliver/DeliverWithPrivateData",
]


@dataclass(frozen=True, slots=True)
class GatewayCalls:
    """Sends over one transport and turns its errors into those of `errors`."""

    transport: Transport
    defaults: DefaultCallOptions

    async def evaluate(self, request: bytes, options: CallOptions | None) -> gateway_pb2.EvaluateResponse:
        """Run a proposal on one peer, ledger untouched. Raises GatewayError."""
        used = options or self.defaults.evaluate
        try:
            answer = await self.transport.unary(EVALUATE, request, used.timeout_s)
        except TransportError as reason:
            raise GatewayError(reason) from reason
        try:
            return parse(gateway_pb2.EvaluateResponse, answer, "evaluate_response")
        except MessageError as reason:
            raise UnexpectedMessageError(str(reason)) from reason

    async def endorse(
        self, request: bytes, transaction_id: str, options: CallOptions | None
    ) -> gateway_pb2.EndorseResponse:
        """Collect endorsements for a proposal. Raises EndorseError."""
        used = options or self.defaults.endorse
        try:
            answer = await self.transport.unary(ENDORSE, request, used.timeout_s)
        except TransportError as reason:
            raise EndorseError(reason, transaction_id) from reason
        try:
            return parse(gateway_pb2.EndorseResponse, answer, "endorse_response")
        except MessageError as reason:
            raise UnexpectedMessageError(str(reason)) from reason

    async def submit(self, request: bytes, transaction_id: str, options: CallOptions | None) -> None:
        """Hand a transaction to the orderers; one that they say they had before is handed over. Raises SubmitError."""
        used = options or self.defaults.submit
        try:
            await self.transport.unary(SUBMIT, request, used.timeout_s)
        except TransportError as reason:
            if not was_ordered(reason.details):
                raise SubmitError(reason, transaction_id) from reason

    async def commit_status(
        self, request: bytes, transaction_id: str, options: CallOptions | None
    ) -> gateway_pb2.CommitStatusResponse:
        """Wait until a transaction stands in a block. Raises CommitStatusError."""
        used = options or self.defaults.commit_status
        try:
            answer = await self.transport.unary(COMMIT_STATUS, request, used.timeout_s)
        except TransportError as reason:
            raise CommitStatusError(reason, transaction_id) from reason
        try:
            return parse(gateway_pb2.CommitStatusResponse, answer, "commit_status_response")
        except MessageError as reason:
            raise UnexpectedMessageError(str(reason)) from reason

    def stream(
        self, method: StreamMethod, request: bytes, options: CallOptions | None
    ) -> AsyncIterator[bytes]:
        """Open an event stream. Raises TransportError while it is read: what recovers needs that one."""
        used = options or self._stream_default(method)
        return self.transport.stream(method, request, used.timeout_s)

    def _stream_default(self, method: StreamMethod) -> CallOptions:
        if method == CHAINCODE_EVENTS:
            return self.defaults.chaincode_events
        if method == DELIVER:
            return self.defaults.block_events
        if method == DELIVER_FILTERED:
            return self.defaults.filtered_block_events
        return self.defaults.block_and_private_data_events
