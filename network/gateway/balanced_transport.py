"""A transport made of transports: calls spread over several gateways, and go elsewhere when one is away."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Literal

from tanhui.network.gateway.status import GrpcCode
from tanhui.network.protocol.gateway_errors import was_ordered
from tanhui.network.protocol.transport import Transport, TransportError

REST_FIRST_S = 0.5
REST_MAX_S = 30.0

_KNOWS_NOBODY = ("no combination of peers", "no peers available", "failed to select a set of endorsers")
"""What Fabric's gateway says with FAILED_PRECONDITION while gossip has not told it of the others, as after a start
(internal/pkg/gateway/registry.go)."""
_SILENT = frozenset({GrpcCode.UNAVAILABLE, GrpcCode.DEADLINE_EXCEEDED})

Preference = Literal["spread", "in_order"]
"""Take the gateway with the fewest calls under way, or the first one that answers."""


class _Member:
    """One gateway: its calls under way, and until when it is left alone."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.under_way = 0
        self.served = 0
        self.failures = 0
        self.rests_until_s = 0.0

    def failed(self, now_s: float) -> None:
        if now_s < self.rests_until_s:
            return  # one outage ends many calls at once, and counts once
        self.rests_until_s = now_s + min(REST_FIRST_S * 2.0 ** min(self.failures, 16), REST_MAX_S)
        self.failures += 1

    def answered(self) -> None:
        self.failures = 0
        self.rests_until_s = 0.0


class BalancedTransport:
    """`Transport` over several gateways of the same channel.

    A call that one gateway answers with UNAVAILABLE, or while it knows no other peer, is sent to the next, once
    to each, and the gateway rests for a while. That is safe for all five calls: proposals and questions change
    nothing, and a transaction that reaches the orderers twice is taken once, by its id. A stream that breaks
    raises as usual; opened again, it goes to a gateway that is there. DEADLINE_EXCEEDED is final, because the
    time is used up; the gateway rests all the same, since one behind a broken link says nothing else.

    Peers commit at their own pace: an evaluate may see an older state than the commit status just given by
    another peer. Where that matters use "in_order", or one transport.
    """

    def __init__(self, transports: Sequence[Transport], prefer: Preference = "spread") -> None:
        if not transports:
            raise ValueError("transports is empty: at least one is needed")
        self._members = [_Member(transport) for transport in transports]
        self._prefer = prefer

    async def unary(self, method: str, request: bytes, timeout_s: float | None) -> bytes:
        """One request to the gateways in turn until one is there. Raises the last TransportError."""
        loop = asyncio.get_running_loop()
        deadline_s = None if timeout_s is None else loop.time() + timeout_s
        failure: TransportError | None = None
        for member in self._order(loop.time()):
            left_s = None if deadline_s is None else deadline_s - loop.time()
            if left_s is not None and left_s <= 0:
                break
            member.under_way += 1
            member.served += 1
            try:
                answer = await member.transport.unary(method, request, left_s)
            except TransportError as reason:
                found = _as_absent(reason)
                if found.code not in _SILENT or was_ordered(found.details):
                    member.answered()
                    raise
                member.failed(loop.time())
                if found.code != GrpcCode.UNAVAILABLE:
                    raise
                failure = found
            else:
                member.answered()
                return answer
            finally:
                member.under_way -= 1
        raise failure or TransportError(GrpcCode.DEADLINE_EXCEEDED, f"{method}: no time left")

    async def stream(self, method: str, request: bytes, timeout_s: float | None) -> AsyncIterator[bytes]:
        """One request; the next gateway is asked as long as none has answered. Raises TransportError."""
        loop = asyncio.get_running_loop()
        failure: TransportError | None = None
        for member in self._order(loop.time()):
            member.under_way += 1
            member.served += 1
            answers = member.transport.stream(method, request, timeout_s)
            begun = False
            try:
                async for answer in answers:
                    begun = True
                    member.answered()
                    yield answer
            except TransportError as reason:
                if reason.code == GrpcCode.UNAVAILABLE:
                    member.failed(loop.time())
                if begun or reason.code != GrpcCode.UNAVAILABLE:
                    raise
                failure = reason
            else:
                return
            finally:
                member.under_way -= 1
                close = getattr(answers, "aclose", None)
                if close is not None:
                    await close()
        assert failure is not None
        raise failure

    def _order(self, now_s: float) -> list[_Member]:
        """Those that do not rest first; then by preference. The resting ones stay, as a last resort."""
        if self._prefer == "in_order":
            return sorted(self._members, key=lambda member: member.rests_until_s > now_s)
        return sorted(
            self._members,
            key=lambda member: (member.rests_until_s > now_s, member.under_way, member.served),
        )


def _as_absent(reason: TransportError) -> TransportError:
    """A gateway that knows no other peer serves nobody yet: as good as one that is away."""
    if reason.code == GrpcCode.FAILED_PRECONDITION and any(text in reason.message for text in _KNOWS_NOBODY):
        return TransportError(GrpcCode.UNAVAILABLE, reason.message, reason.details)
    return reason
