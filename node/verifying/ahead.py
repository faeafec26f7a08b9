"""Signatures verified ahead of the judgement of what they are on, by another process, where many come together.

The event loop's own thread is what bounds a node, and a signature is a third of what a call costs it; another core can
do that much beside it. It is help and nothing else: whoever finds a signature unverified verifies it, and says what is
wrong with it. So few signatures are left to that, and so is everything while the process is not there.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import structlog

from tanhui.network.protocol.errors import ProtocolError
from tanhui.network.protocol.policies import SignedData
from tanhui.node.validation.signatures import RightSignatures
from tanhui.node.verifying.claims import PART_BYTES_MAX, Claim
from tanhui.node.verifying.judge_process import JudgeProcess

_log = structlog.get_logger(__name__)

TOGETHER_MIN: Final = 3
"""Signatures in one turn of the event loop, or waiting already: fewer cost the caller less than they gain."""
ASKED_MAX: Final = 96
"""Claims that wait for an answer, some 9 ms of work. The event loop verifies what comes beyond them: then both work."""
DATA_BYTES_MAX: Final = 1 << 16
"""Of a message that is hashed here; a larger one may take long, and what takes long has threads."""
RESTART_S: Final = 10.0
"""Between two attempts to start the process."""
_NONE: Final = RightSignatures()


class Signer(Protocol):
    """An identity that may have signed; `MspIdentity`."""

    @property
    def p256_key(self) -> bytes:
        """Its public key, DER, where it is on P-256 and signs SHA-256 digests; b"" for any other."""


class SignaturesAhead:
    """Of one event loop."""

    def __init__(
        self, processes: int, start: Callable[[], Awaitable[JudgeProcess]] = JudgeProcess.started
    ) -> None:
        """`processes`: 1, or 0 for none."""
        self._is_wanted = processes > 0
        self._start = start
        self._judge: JudgeProcess | None = None
        self._starting: asyncio.Task[None] | None = None
        self._next_start_s = 0.0
        self._waiting: list[tuple[Claim, asyncio.Future[bool]]] = []
        self._seen = 0

    async def right(self, signed: SignedData, signer: Callable[[bytes], Signer]) -> RightSignatures:
        """The signature, where it was found to be right; nothing where it was not, or was not looked at.

        Whoever takes the answer still judges the identity.
        """
        fits = len(signed.signature) <= PART_BYTES_MAX and len(signed.data) <= DATA_BYTES_MAX
        if not self._is_wanted or not fits:
            return _NONE
        judge = self._judge
        if judge is None or not judge.is_up:
            self._count()
            return _NONE
        try:
            key = signer(signed.identity).p256_key
        except ProtocolError:
            return _NONE
        if not key or judge.asked + len(self._waiting) >= ASKED_MAX:
            return _NONE
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[bool] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._ask)
        self._waiting.append((Claim(key, hashlib.sha256(signed.data).digest(), signed.signature), answer))
        return RightSignatures((signed,)) if await answer else _NONE

    async def close(self) -> None:
        """End the process."""
        self._is_wanted = False
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        if self._judge is not None:
            await self._judge.end()

    def _ask(self) -> None:
        """What came in one turn, together."""
        waiting, self._waiting = self._waiting, []
        judge = self._judge
        if judge is None or not judge.is_up or len(waiting) + judge.asked < TOGETHER_MIN:
            for _, answer in waiting:
                if not answer.done():
                    answer.set_result(False)
            return
        judge.ask(waiting)

    def _count(self) -> None:
        """Start the process once several come in one turn: an idle node does without."""
        loop = asyncio.get_running_loop()
        if not self._seen:
            loop.call_soon(self._look)
        self._seen += 1

    def _look(self) -> None:
        seen, self._seen = self._seen, 0
        loop = asyncio.get_running_loop()
        if not self._is_wanted or self._starting is not None:
            return
        if seen >= TOGETHER_MIN and loop.time() >= self._next_start_s:
            self._next_start_s = loop.time() + RESTART_S
            self._starting = loop.create_task(self._begin(), name="verifying")

    async def _begin(self) -> None:
        try:
            if self._judge is not None:
                await self._judge.end()
            self._judge = await self._start()
        except OSError as error:
            _log.error("verifying.not_started", reason=str(error))
        finally:
            self._starting = None
