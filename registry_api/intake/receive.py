"""One upload from its first byte to its acknowledgement."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

import msgspec

from tanhui.registry_api.intake.lines import (
    BadLine,
    Format,
    GoodLine,
    Line,
    csv_lines,
    json_array,
    json_lines,
    split_lines,
)
from tanhui.registry_api.intake.queue import IntakeQueue, NewBatch
from tanhui.registry_api.intake.reading import BadActivity
from tanhui.registry_api.problems import IDEMPOTENCY_REUSED, MALFORMED, TOO_LARGE, Problem

BAD_LINES_SHOWN_MAX = 10_000
"""Bad lines that a receipt lists; all are counted."""

BATCHES_A_COMMIT = 50
REQUEST_ID_CHARACTERS_MAX = 64


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes and lines."""

    body_bytes_max: int
    line_bytes_max: int
    batch_lines_max: int


@dataclass(frozen=True, slots=True)
class UploadRequest:
    """What an upload is: who sends it under which id, in which format, with what in common (`header`)."""

    upload: str
    """Its id in the queue (`upload_id`)."""
    key: str
    """The Idempotency-Key, of which the batches' request ids are made."""
    identity: str
    header: bytes
    media: Format
    received: int
    read: Callable[[bytes], bytes]
    """Makes of an activity what is queued; raises BadActivity."""
    needed: Sequence[str] = ()
    """Columns that a CSV file must have."""


def upload_id(owner: str, key: str) -> str:
    """The id of an organisation's upload in the queue: 64 hex digits."""
    return hashlib.sha256(f"{owner}\n{key}".encode()).hexdigest()


def batch_request_id(key: str, number: int) -> str:
    """The request id of an upload's batch, the same whenever the upload comes again; at most 64 characters."""
    readable = f"{key}.{number}"
    if len(readable) <= REQUEST_ID_CHARACTERS_MAX:
        return readable
    return f"{key[:9]}{hashlib.sha256(key.encode()).hexdigest()[:40]}.{number}"


class _Measured:
    """The body's bytes on their way, counted and hashed."""

    def __init__(self, chunks: AsyncIterator[bytes], bytes_max: int) -> None:
        self._chunks = chunks
        self._bytes_max = bytes_max
        self.size = 0
        self.sha256 = hashlib.sha256()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._chunks:
            self.size += len(chunk)
            if self.size > self._bytes_max:
                raise Problem(TOO_LARGE, params={"limit": str(self._bytes_max)})
            self.sha256.update(chunk)
            yield chunk


async def receive(
    queue: IntakeQueue, request: UploadRequest, body: AsyncIterator[bytes], limits: Limits
) -> bool:
    """Read, check and keep an upload; when this returns, its good lines are on disk and will be committed.

    Returns:
        True for a new upload; False when the same one was received before, and nothing was added.

    Raises:
        OperationalError: the queue cannot be kept, on a full disk for example; it may be sent again.
        Problem: another body came under the same id, the body is too large, or it is not of its format.
    """
    measured = _Measured(body, limits.body_bytes_max)
    measured.sha256.update(request.header + b"\n")
    if not await asyncio.to_thread(
        queue.begin, request.upload, request.identity, request.header, request.received
    ):
        await _require_same(queue, request, measured)
        return False
    try:
        lines, bad = await _keep(queue, request, measured, limits)
        await asyncio.to_thread(
            queue.finish, request.upload, measured.sha256.hexdigest(), lines, msgspec.json.encode(bad)
        )
    except BaseException:
        await asyncio.to_thread(queue.abandon, request.upload)
        raise
    return True


async def _require_same(queue: IntakeQueue, request: UploadRequest, measured: _Measured) -> None:
    async for _ in measured:
        pass
    known = await asyncio.to_thread(queue.upload, request.upload)
    if known is None or known["state"] == "open" or known["body_sha256"] != measured.sha256.hexdigest():
        raise Problem(IDEMPOTENCY_REUSED, name="Idempotency-Key", value=request.key)


async def _keep(
    queue: IntakeQueue, request: UploadRequest, measured: _Measured, limits: Limits
) -> tuple[int, list[list[int | str]]]:
    pending: list[NewBatch] = []
    numbers: list[int] = []
    activities: list[bytes] = []
    bad: list[list[int | str]] = []
    total = 0
    made = 0

    def cut() -> None:
        nonlocal made
        request_id = batch_request_id(request.key, made)
        pending.append(NewBatch(request_id, tuple(numbers), tuple(activities)))
        made += 1
        numbers.clear()
        activities.clear()

    async for received in _lines(request, measured, limits):
        total += 1
        line = _read(received, request.read)
        if isinstance(line, BadLine):
            if len(bad) < BAD_LINES_SHOWN_MAX:
                bad.append([line.number, line.reason])
            continue
        numbers.append(line.number)
        activities.append(line.activity)
        if len(numbers) == limits.batch_lines_max:
            cut()
        if len(pending) == BATCHES_A_COMMIT:
            await asyncio.to_thread(queue.append, request.upload, tuple(pending))
            pending.clear()
    if numbers:
        cut()
    await asyncio.to_thread(queue.append, request.upload, tuple(pending))
    return total, bad


def _read(line: Line, read: Callable[[bytes], bytes]) -> Line:
    if isinstance(line, BadLine):
        return line
    try:
        return GoodLine(line.number, read(line.activity))
    except BadActivity as error:
        return BadLine(line.number, str(error))


async def _lines(request: UploadRequest, measured: _Measured, limits: Limits) -> AsyncIterator[Line]:
    if request.media == "json":
        body = b"".join([chunk async for chunk in measured])
        try:
            for line in json_array(body):
                if isinstance(line, GoodLine) and len(line.activity) > limits.line_bytes_max:
                    yield BadLine(line.number, "the activity is too long")
                else:
                    yield line
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Problem(MALFORMED, name="body", params={"reason": str(error)}) from error
        return
    numbered = split_lines(aiter(measured), limits.line_bytes_max)
    is_csv = request.media == "csv"
    async for line in csv_lines(numbered, request.needed) if is_csv else json_lines(numbered):
        yield line
