"""The node's end of the process that judges claims: started, asked, and given up on when it fails or is late."""

import asyncio
import contextlib
import socket
import sys
from collections import deque
from collections.abc import Sequence
from typing import Final

import structlog

from tanhui.node.verifying.claims import RIGHT, WRONG, Claim

_log = structlog.get_logger(__name__)

LATE_S: Final = 2.0
"""Without an answer for so long it counts as gone: claims take a tenth of a millisecond."""
END_S_MAX: Final = 5.0
_ANSWERS: Final = {RIGHT[0]: True, WRONG[0]: False}


class JudgeProcess(asyncio.Protocol):
    """One process, from its start to its end. Nobody who asks it is ever left without an answer."""

    def __init__(self) -> None:
        """Use `started`."""
        self._loop = asyncio.get_running_loop()
        self._asked: deque[asyncio.Future[bool]] = deque()
        self._transport: asyncio.Transport | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._heard_s = 0.0
        self._is_ending = False

    @classmethod
    async def started(cls) -> "JudgeProcess":
        """A new process, which takes claims from now on. Raises OSError."""
        if not sys.executable:
            raise OSError("Python does not know its own program")
        judge = cls()
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                # A session of its own: what a terminal sends to the node is no business of this process.
                judge._process = await asyncio.create_subprocess_exec(
                    sys.executable, "-P", "-m", __package__, stdin=theirs.fileno(), start_new_session=True
                )
            judge._transport, _ = await judge._loop.create_connection(lambda: judge, sock=ours)
        except BaseException:
            ours.close()
            await judge.end()
            raise
        _log.info("verifying.started", pid=judge.pid)
        return judge

    @property
    def pid(self) -> int | None:
        """The process's, None before it has begun."""
        return None if self._process is None else self._process.pid

    @property
    def is_up(self) -> bool:
        """Whether it takes claims."""
        return self._transport is not None

    @property
    def asked(self) -> int:
        """Claims that wait for an answer."""
        return len(self._asked)

    def ask(self, claims: Sequence[tuple[Claim, asyncio.Future[bool]]]) -> None:
        """Answer each whether it is right; False, too, where the process never says so."""
        assert self._transport is not None, "it is up"
        if not self._asked:
            self._heard_s = self._loop.time()
        if self._watch is None:
            self._watch = self._loop.call_later(LATE_S, self._look)
        self._asked += [answer for _, answer in claims]
        self._transport.write(b"".join([claim.to_bytes() for claim, _ in claims]))

    async def end(self) -> None:
        """Hang up, and wait until it is gone."""
        self._is_ending = True
        if self._transport is not None:
            self._transport.abort()
        if self._process is not None:
            try:
                async with asyncio.timeout(END_S_MAX):
                    await self._process.wait()
            except TimeoutError:
                self._kill(self._process)
                await self._process.wait()

    # asyncio.Protocol

    def data_received(self, data: bytes) -> None:
        """Answers, a byte each."""
        self._heard_s = self._loop.time()
        for byte in data:
            answer = _ANSWERS.get(byte)
            if answer is None or not self._asked:
                self._fail("an answer that nobody can have given")
                return
            future = self._asked.popleft()
            if not future.done():
                future.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone: what it was asked is judged elsewhere."""
        if not self._is_ending:
            _log.error("verifying.failed", reason="the process ended", pid=self.pid)
        self._transport = None
        if self._watch is not None:
            self._watch.cancel()
        while self._asked:
            future = self._asked.popleft()
            if not future.done():
                future.set_result(False)

    def _look(self) -> None:
        self._watch = None
        if self._asked:
            if self._loop.time() >= self._heard_s + LATE_S:
                self._fail(f"no answer for {LATE_S:g} s")
            else:
                self._watch = self._loop.call_later(LATE_S, self._look)

    def _fail(self, reason: str) -> None:
        _log.error("verifying.failed", reason=reason, pid=self.pid)
        self._is_ending = True
        if self._transport is not None:
            self._transport.abort()
        if self._process is not None:
            self._kill(self._process)

    @staticmethod
    def _kill(process: asyncio.subprocess.Process) -> None:
        with contextlib.suppress(ProcessLookupError):  # it ended by itself in this very moment
            process.kill()
