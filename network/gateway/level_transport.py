"""Several gateways as one ledger: none is asked for less than what another has already announced.

Peers commit at their own pace. A client that was told by one peer that its transaction stands in block 7, and then
asks another that has come to block 6, would be shown a ledger without it: a write that seems lost, or a refusal that
is not one. `Horizon` remembers the newest block that any of the gateways announced, with the question that brought
the announcement: `CommitStatus`, which a peer answers only when its own ledger holds the transaction. A gateway that
is not known to have come that far is asked the same question first.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from fabric_protos.gateway import gateway_pb2

from tanhui.network.gateway.status import GrpcCode
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.transport import Transport, TransportError

LEVEL_WAIT_S: Final = 5.0
"""How long a gateway may be behind before the next one is asked."""
REST_S: Final = 10.0
"""How long `catch_up` leaves out a gateway that did not come level: nobody waits for one that is away."""
COMMIT_STATUS: Final = "/gateway.Gateway/CommitStatus"
_FROM_STATE: Final = frozenset({"/gateway.Gateway/Evaluate", "/gateway.Gateway/Endorse"})


class Horizon:
    """The newest block that a set of gateways announced."""

    def __init__(self) -> None:
        self.block = -1
        self.question = b""
        self._members: list[LevelTransport] = []

    def over(self, transport: Transport) -> "LevelTransport":
        """A gateway of the set."""
        member = LevelTransport(transport, self)
        self._members.append(member)
        return member

    def announced(self, block: int, question: bytes) -> None:
        """A gateway has this block, and said so when it was asked `question`."""
        if block > self.block:
            self.block, self.question = block, question

    async def catch_up(self) -> bool:
        """Wait, for a bounded time, until every gateway that is there has the newest block.

        Answers whether one was not known to have it: then what was refused before may be granted now.
        """
        now_s = asyncio.get_running_loop().time()
        there = (member for member in self._members if member.rests_until_s <= now_s)
        behind = [member for member in there if member.block < self.block]
        await asyncio.gather(*(member.rise(None) for member in behind), return_exceptions=True)
        return bool(behind)


class LevelTransport:
    """`Transport` to one gateway of a `Horizon`; made by `Horizon.over`.

    A gateway that does not come level in time fails with UNAVAILABLE, as one that is away.
    """

    def __init__(self, transport: Transport, horizon: Horizon) -> None:
        self.block = -1
        self.rests_until_s = 0.0
        self._transport = transport
        self._horizon = horizon

    async def unary(self, method: str, request: bytes, timeout_s: float | None) -> bytes:
        """One request, one response. Raises TransportError."""
        if method not in _FROM_STATE:
            answer = await self._transport.unary(method, request, timeout_s)
            if method == COMMIT_STATUS:
                self._note(request, answer)
            return answer
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        if self.block < self._horizon.block:
            await self.rise(timeout_s)
        left_s = None if timeout_s is None else max(0.001, timeout_s - (loop.time() - began_s))
        return await self._transport.unary(method, request, left_s)

    def stream(self, method: str, request: bytes, timeout_s: float | None) -> AsyncIterator[bytes]:
        """One request; many responses, which begin where the request says. Raises TransportError."""
        return self._transport.stream(method, request, timeout_s)

    async def rise(self, timeout_s: float | None) -> None:
        """Wait until this gateway has the horizon's block. Raises TransportError."""
        wait_s = LEVEL_WAIT_S if timeout_s is None else min(timeout_s, LEVEL_WAIT_S)
        block, question = self._horizon.block, self._horizon.question
        try:
            answer = await self._transport.unary(COMMIT_STATUS, question, wait_s)
        except TransportError as reason:
            self.rests_until_s = asyncio.get_running_loop().time() + REST_S
            message = f"the gateway does not have block {block}: {reason.message}"
            raise TransportError(GrpcCode.UNAVAILABLE, message, reason.details) from reason
        self._note(question, answer)

    def _note(self, question: bytes, answer: bytes) -> None:
        try:
            block = parse(gateway_pb2.CommitStatusResponse, answer, "commit_status").block_number
        except MessageError:
            return  # the caller, who reads it too, says so
        self.block = max(self.block, block)
        self.rests_until_s = 0.0
        self._horizon.announced(block, question)
