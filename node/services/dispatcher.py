"""All services of a node under their names on the wire: what gRPC and programs in the same process both call.

Messages are bytes. As an in-process transport it satisfies `network.protocol.transport.Transport`.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import structlog

from tanhui.network.protocol.transport import TransportError
from tanhui.node.errors import NodeUnavailable
from tanhui.node.services.context import IN_PROCESS, CallContext
from tanhui.node.services.deadlines import Deadlines
from tanhui.node.services.status import Code, refusal

_log = structlog.get_logger(__name__)

Unary = Callable[[bytes], Awaitable[bytes]]
Stream = Callable[[AsyncIterator[bytes], CallContext], AsyncGenerator[bytes, None]]

_EXPIRED: Final[Mapping[str, str]] = {
    "/gateway.Gateway/Evaluate": "evaluate timeout expired",
    "/gateway.Gateway/Endorse": "endorsement timeout expired while collecting endorsements",
    "/gateway.Gateway/Submit": "submit timeout expired while broadcasting to ordering service",
}


class Dispatcher:
    """Finds the handler, holds each service to its number of calls at once, and lets no inner error out."""

    def __init__(
        self,
        unary: Mapping[str, Unary],
        streams: Mapping[str, Stream],
        *,
        calls_max: Mapping[str, int],
        request_bytes_max: int,
    ) -> None:
        """`calls_max` is keyed by service: "/gateway.Gateway".

        It holds for a service's unary calls and for its streams, each counted by itself (Fabric counts them
        together): streams stay open for as long as their readers like, and must not crowd out calls.
        """
        self._unary = dict(unary)
        self._streams = dict(streams)
        self._services = {method: method.rpartition("/")[0] for method in (*unary, *streams)}
        self._calls_max = dict(calls_max)
        self._calls = dict.fromkeys(calls_max, 0)
        self._open_streams = dict.fromkeys(calls_max, 0)
        self._request_bytes_max = request_bytes_max
        self._unary_calls = 0
        self._deadlines = Deadlines()
        self._stopping = False
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def unary_methods(self) -> tuple[str, ...]:
        """Names of the methods with one request and one response."""
        return tuple(self._unary)

    @property
    def stream_methods(self) -> tuple[str, ...]:
        """Names of the methods that stream."""
        return tuple(self._streams)

    @property
    def calls(self) -> Mapping[str, int]:
        """Calls and streams under way, by service."""
        return {service: count + self._open_streams[service] for service, count in self._calls.items()}

    async def call(self, method: str, request: bytes) -> bytes:
        """One unary call. Raises TransportError."""
        handler = self._unary.get(method)
        if handler is None:
            raise refusal(Code.UNIMPLEMENTED, f"unknown method {method}")
        service = self._services[method]
        self._admit(service, self._calls)
        self._unary_calls += 1
        try:
            self._check_size(request)
            with _answered(method):
                return await handler(request)
        finally:
            self._calls[service] -= 1
            self._unary_calls -= 1
            if not self._unary_calls:
                self._idle.set()

    async def open(
        self, method: str, requests: AsyncIterator[bytes], context: CallContext
    ) -> AsyncGenerator[bytes, None]:
        """One streaming call. Raises TransportError."""
        handler = self._streams.get(method)
        if handler is None:
            raise refusal(Code.UNIMPLEMENTED, f"unknown method {method}")
        service = self._services[method]
        self._admit(service, self._open_streams)
        try:
            responses = handler(self._sized(requests), context)
            try:
                with _answered(method):
                    async for response in responses:
                        yield response
            finally:
                await responses.aclose()
        finally:
            self._open_streams[service] -= 1

    async def unary(self, method: str, request: bytes, timeout_s: float | None) -> bytes:
        """See Transport: a call from the same process."""
        with self.deadline(method, timeout_s):
            return await self.call(method, request)

    @contextmanager
    def deadline(self, method: str, timeout_s: float | None) -> Iterator[None]:
        """The time that a call has; None for as long as it takes. Raises TransportError when it is over."""
        try:
            with self._deadlines.within(timeout_s):
                yield
        except TimeoutError:
            message = _EXPIRED.get(method, "context deadline exceeded")
            raise refusal(Code.DEADLINE_EXCEEDED, message) from None

    async def stream(
        self, method: str, request: bytes, timeout_s: float | None
    ) -> AsyncGenerator[bytes, None]:
        """See Transport: one request, responses until either side ends."""
        loop = asyncio.get_running_loop()
        ends = None if timeout_s is None else loop.time() + timeout_s
        responses = self.open(method, _once(request), IN_PROCESS)
        try:
            while True:
                try:
                    async with asyncio.timeout_at(ends):
                        response = await anext(responses)
                except StopAsyncIteration:
                    return
                except TimeoutError:
                    raise refusal(Code.DEADLINE_EXCEEDED, "context deadline exceeded") from None
                yield response
        finally:
            await responses.aclose()

    async def drain(self, seconds_max: float) -> bool:
        """Refuse new calls and wait for the unary ones under way; whether all ended in time.

        Streams end by themselves once no block can follow.
        """
        self._stopping = True
        if self._unary_calls:
            self._idle.clear()
        try:
            async with asyncio.timeout(seconds_max):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True

    def _admit(self, service: str, under_way: dict[str, int]) -> None:
        """Count a call, which the caller takes off again. Raises TransportError."""
        if self._stopping:
            raise refusal(Code.UNAVAILABLE, "the node is stopping")
        if under_way[service] >= self._calls_max[service]:
            raise refusal(
                Code.RESOURCE_EXHAUSTED,
                f"too many requests for {service}, exceeding concurrency limit ({self._calls_max[service]})",
            )
        under_way[service] += 1

    def _check_size(self, request: bytes) -> None:
        if len(request) > self._request_bytes_max:
            raise refusal(
                Code.RESOURCE_EXHAUSTED,
                f"grpc: received message larger than max ({len(request)} vs. {self._request_bytes_max})",
            )

    async def _sized(self, requests: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for request in requests:
            self._check_size(request)
            yield request


@contextmanager
def _answered(method: str) -> Iterator[None]:
    """What the caller may see of an error. Raises TransportError."""
    try:
        yield
    except TransportError:
        raise
    except NodeUnavailable as error:
        raise refusal(Code.UNAVAILABLE, str(error)) from None
    except Exception as error:
        _log.error("service.failed", method=method, error=type(error).__name__, exc_info=error)
        raise refusal(Code.INTERNAL, "the node failed; its log says why") from error


async def _once(request: bytes) -> AsyncIterator[bytes]:
    yield request
