"""The witness as a server: C2SP tlog-witness over HTTP, as a bare ASGI application.

    POST /add-checkpoint               200 cosignature line; 400, 403, 404, 409 with the latest size, 422
    GET  /checkpoints/<sha256(origin)> the latest note that it cosigned, for gossip; 404 before the first

One request is one short body, judged in a thread, for the state is synced to disk before the answer.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from hashlib import sha256
from typing import Any, Protocol

import structlog

from tanhui.proofs.errors import ProofError
from tanhui.proofs.notes import Note, NoteSignature
from tanhui.proofs.witness import REQUEST_BYTES_MAX, AddCheckpoint, WitnessRefusal, parse_request

_log = structlog.get_logger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
TEXT = b"text/plain; charset=utf-8"
SIZE = b"text/x.tlog.size"
PREFIX = "/checkpoints/"


class Cosigner(Protocol):
    """`proofs.witness.Witness`, or the replay auditor."""

    def add_checkpoint(self, request: AddCheckpoint, time: int) -> NoteSignature:
        """Raises WitnessRefusal, OSError."""

    def latest_note(self, origin: str) -> Note | None:
        """Raises SignatureError."""


class WitnessApplication:
    """ASGI. `clock` gives POSIX seconds."""

    def __init__(
        self, cosigner: Cosigner, origins: tuple[str, ...], clock: Callable[[], float] = time.time
    ) -> None:
        """`origins` are the logs that it knows: their latest notes can be read."""
        self._cosigner = cosigner
        self._origins = {sha256(one.encode()).hexdigest(): one for one in origins}
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        status, kind, body = await self._answer(scope, receive)
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes, bytes]:
        method, path = scope["method"], scope["path"]
        if path == "/add-checkpoint":
            if method != "POST":
                return 405, TEXT, b"POST only\n"
            body = await _body(receive)
            if body is None:
                return 413, TEXT, b"at most %d bytes\n" % REQUEST_BYTES_MAX
            return await asyncio.to_thread(self._add, body)
        origin = self._origins.get(path.removeprefix(PREFIX)) if path.startswith(PREFIX) else None
        if method == "GET" and origin is not None:
            note = await asyncio.to_thread(self._cosigner.latest_note, origin)
            return (404, TEXT, b"nothing cosigned yet\n") if note is None else (200, TEXT, note.encode())
        return 404, TEXT, b"not found\n"

    def _add(self, body: bytes) -> tuple[int, bytes, bytes]:
        try:
            line = self._cosigner.add_checkpoint(parse_request(body), int(self._clock()))
        except WitnessRefusal as refusal:
            _log.info("witness.refused", status=refusal.status, reason=str(refusal))
            if refusal.size is not None:
                return refusal.status, SIZE, b"%d\n" % refusal.size
            return refusal.status, TEXT, f"{refusal}\n".encode()
        except (OSError, ProofError) as error:
            # Its own state cannot be read or written: nothing was signed.
            _log.critical("witness.failed", error=str(error))
            return 500, TEXT, b"the witness cannot keep its state\n"
        return 200, TEXT, line.encode()


async def _body(receive: Receive) -> bytes | None:
    """The request's body; None when it is too long."""
    parts: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        part: bytes = message.get("body", b"")
        length += len(part)
        if length > REQUEST_BYTES_MAX:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)
