"""Events that valid transactions of one chaincode announce (internal/pkg/gateway/api.go, ChaincodeEvents)."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from fabric_protos.gateway import gateway_pb2

from tanhui.network.gateway.call_options import CallOptions
from tanhui.network.gateway.calls import CHAINCODE_EVENTS, GatewayCalls
from tanhui.network.gateway.errors import UnexpectedMessageError
from tanhui.network.gateway.event_stream import EventStream, Recovery
from tanhui.network.gateway.events import ChaincodeEvent
from tanhui.network.gateway.positions import StartPosition, settled
from tanhui.network.gateway.signing import MessageSigner
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.requests import chaincode_events_request, signed_chaincode_events_request


@dataclass(frozen=True, slots=True)
class ChaincodeEventsQuery:
    """Which events: of one chaincode on one channel, from a position on."""

    channel_id: str
    chaincode: str
    start: StartPosition
    tls_certificate_hash: bytes = b""


class ChaincodeEventsRequest:
    """`Signable`: a request for one stream, which ends with its connection."""

    def __init__(
        self, calls: GatewayCalls, signer: MessageSigner, request: bytes, signature: bytes = b""
    ) -> None:
        self._calls = calls
        self._signer = signer
        self._request = request
        self._signature = signature

    def serialize(self) -> bytes:
        """gateway.SignedChaincodeEventsRequest."""
        return signed_chaincode_events_request(self._request, self._signature)

    def digest(self) -> bytes:
        """The hash of gateway.ChaincodeEventsRequest."""
        return self._signer.digest(self._request)

    def set_signature(self, signature: bytes) -> None:
        """Attach a signature made elsewhere."""
        self._signature = signature

    def events(self, options: CallOptions | None = None) -> EventStream[ChaincodeEvent]:
        """The events, until either side ends; it does not recover, for that takes a signature each time.

        Reading raises GatewayError, and NoSignerError when nobody signed.
        """
        return EventStream(_OneStream(self, options), None)

    async def open(self, options: CallOptions | None) -> AsyncIterator[bytes]:
        """Sign once, and send."""
        if not self._signature:
            self._signature = await self._signer.sign(self._request)
        return self._calls.stream(CHAINCODE_EVENTS, self.serialize(), options)


def new_chaincode_events_request(
    calls: GatewayCalls, signer: MessageSigner, query: ChaincodeEventsQuery
) -> ChaincodeEventsRequest:
    """The request for a stream, not yet signed."""
    request = chaincode_events_request(
        query.channel_id,
        query.chaincode,
        signer.creator,
        start=query.start.block,
        after_transaction_id=query.start.after_transaction_id,
    )
    return ChaincodeEventsRequest(calls, signer, request)


def rebuild_chaincode_events_request(
    calls: GatewayCalls, signer: MessageSigner, data: bytes
) -> ChaincodeEventsRequest:
    """The request that `serialize` gave. Raises MessageError."""
    signed = parse(gateway_pb2.SignedChaincodeEventsRequest, data, "signed_chaincode_events_request")
    parse(gateway_pb2.ChaincodeEventsRequest, signed.request, "chaincode_events_request")
    return ChaincodeEventsRequest(calls, signer, signed.request, signed.signature)


def chaincode_events(
    calls: GatewayCalls,
    signer: MessageSigner,
    query: ChaincodeEventsQuery,
    options: CallOptions | None,
    recovery: Recovery | None,
) -> EventStream[ChaincodeEvent]:
    """The events, coming back after a disconnect unless `recovery` is None."""
    return EventStream(_Recovering(calls, signer, query, options), recovery)


@dataclass(slots=True)
class _OneStream:
    """A stream that is asked for once."""

    request: ChaincodeEventsRequest
    options: CallOptions | None

    async def settle(self) -> None:
        """The request says where to start, and is signed."""

    async def open(self) -> AsyncIterator[bytes]:
        return await self.request.open(self.options)

    def read(self, answer: bytes) -> Sequence[ChaincodeEvent]:
        return _events(answer)


class _Recovering:
    """A stream that is asked for again, after the last event that was read."""

    def __init__(
        self,
        calls: GatewayCalls,
        signer: MessageSigner,
        query: ChaincodeEventsQuery,
        options: CallOptions | None,
    ) -> None:
        self._calls = calls
        self._signer = signer
        self._query = query
        self._position = query.start
        self._options = options

    async def settle(self) -> None:
        self._position = await settled(
            self._position,
            self._calls,
            self._signer,
            self._query.channel_id,
            self._query.tls_certificate_hash,
        )

    async def open(self) -> AsyncIterator[bytes]:
        query = ChaincodeEventsQuery(self._query.channel_id, self._query.chaincode, self._position)
        return await new_chaincode_events_request(self._calls, self._signer, query).open(self._options)

    def read(self, answer: bytes) -> Sequence[ChaincodeEvent]:
        events = _events(answer)
        if events:
            self._position = StartPosition(events[-1].block_number, events[-1].transaction_id)
        return events


def _events(answer: bytes) -> list[ChaincodeEvent]:
    try:
        response = parse(gateway_pb2.ChaincodeEventsResponse, answer, "chaincode_events_response")
    except MessageError as reason:
        raise UnexpectedMessageError(str(reason)) from reason
    number = response.block_number
    return [
        ChaincodeEvent(number, event.tx_id, event.chaincode_id, event.event_name, event.payload)
        for event in response.events
    ]
