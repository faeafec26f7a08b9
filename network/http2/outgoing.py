"""What waits to be sent on one connection: control frames, and messages as far as the other side's windows allow.

Many messages travel in one DATA frame, and many frames in one write (RFC 9113, section 5.2; PROTOCOL-HTTP2.md). Calls
take turns, so that one with much to say does not hold up the others.
"""

from collections import deque
from collections.abc import Iterable
from typing import Final, Generic, Protocol, TypeVar

from tanhui.network.http2 import frames, responses
from tanhui.network.http2.frames import FrameError
from tanhui.network.http2.status import Status

WRITE_BYTES_MAX: Final = 1 << 18
"""DATA in one write; what is behind it waits for the next turn of the event loop."""


class Sending(Protocol):
    """A call, as far as its messages go out."""

    number: int
    window: int
    """Bytes that the other side takes on it, beyond those that it takes on every call: below zero once some went."""
    outgoing: deque[bytes | memoryview]
    """gRPC frames, headers and messages apart."""
    queued_bytes: int
    """In `outgoing`."""
    headers_sent: bool
    is_queued: bool
    """It waits for its turn."""
    closed: bool
    ending: Status | None
    """What a server ends it with once everything is sent."""
    ends_with_data: bool
    """What is queued is all there will be: a client's one message."""

    def emptied(self) -> None:
        """Everything queued was sent."""


CallT = TypeVar("CallT", bound=Sending)


class Outgoing(Generic[CallT]):
    """Of one connection.

    Attributes:
        has_more: data waits for the next turn.
        has_grown: SETTINGS let more through on every call; some may have waited for it.
        sent_data: messages went out since this was last set to False.
        sent_any: messages or trailers did.
    """

    def __init__(self, frame_bytes_max: int) -> None:
        """`frame_bytes_max`: the largest frame to send, whatever the other side would take."""
        self._frame_bytes_max = frame_bytes_max
        self._frame_bytes = frames.FRAME_BYTES_MIN
        self._window = frames.WINDOW_BYTES_DEFAULT
        self._parts: list[bytes | memoryview] = []
        self._queue: deque[CallT] = deque()
        self._call_window = frames.WINDOW_BYTES_DEFAULT
        self.has_more = False
        self.has_grown = False
        self.sent_data = False
        self.sent_any = False

    def add(self, frame: bytes) -> None:
        """Send a frame that no window holds up, in its turn."""
        self._parts.append(frame)

    def queue(self, call: CallT) -> None:
        """It has something to say, or room for it."""
        if not call.is_queued:
            call.is_queued = True
            self._queue.append(call)

    def add_data(self) -> list[CallT]:
        """Move what waits in calls behind it, as far as windows and WRITE_BYTES_MAX allow; the calls that ended."""
        self.has_more = False
        queue, written = self._queue, 0
        starved: list[CallT] = []
        ended: list[CallT] = []
        while queue:
            if written >= WRITE_BYTES_MAX:
                self.has_more = True
                break
            call = queue.popleft()
            call.is_queued = False
            if call.closed:
                continue
            if call.outgoing:
                if self._window <= 0:
                    starved.append(call)
                    continue
                written += self._add_frame(call)
                if call.outgoing:
                    if call.window + self._call_window > 0:
                        self.queue(call)
                    continue  # or its own window grows first
                call.emptied()
            if call.ending is not None:
                alone = not call.headers_sent
                self._parts.append(responses.trailers(call.number, call.ending, alone=alone))
                self.sent_any = True
                ended.append(call)
        for call in starved:
            self.queue(call)
        return ended

    def taken(self) -> bytes:
        """All of it, for one write."""
        parts, self._parts = self._parts, []
        return b"".join(parts)

    def grow(self, increment: int) -> None:
        """The other side takes so much more on the connection. Raises FrameError."""
        self._window += increment
        if self._window > frames.WINDOW_BYTES_MAX:
            raise FrameError(frames.FLOW_CONTROL_ERROR, "a window of more than 2^31-1 bytes")

    def grow_call(self, call: CallT, increment: int) -> None:
        """The other side takes so much more on a call. Raises FrameError."""
        call.window += increment
        if call.window + self._call_window > frames.WINDOW_BYTES_MAX:
            raise FrameError(
                frames.FLOW_CONTROL_ERROR, f"a window of more than 2^31-1 bytes on {call.number}"
            )
        if call.outgoing:
            self.queue(call)

    def settle(self, payload: bytes) -> None:
        """What the other side's SETTINGS say, at a cost that no number of calls multiplies. Raises FrameError."""
        for name, value in frames.parse_settings(payload):
            if name == frames.SETTINGS_INITIAL_WINDOW:
                if value > frames.WINDOW_BYTES_MAX:
                    raise FrameError(frames.FLOW_CONTROL_ERROR, f"a window of {value} bytes")
                self.has_grown = self.has_grown or value > self._call_window
                self._call_window = value
            elif name == frames.SETTINGS_MAX_FRAME:
                if not frames.FRAME_BYTES_MIN <= value < 1 << 24:
                    raise FrameError(frames.PROTOCOL_ERROR, f"frames of {value} bytes")
                self._frame_bytes = min(value, self._frame_bytes_max)

    def queue_grown(self, calls: Iterable[CallT]) -> None:
        """Whoever waited for what SETTINGS let through."""
        self.has_grown = False
        for call in calls:
            if call.outgoing:
                self.queue(call)

    def _add_frame(self, call: CallT) -> int:
        """Headers where none were sent, and one DATA frame; the bytes in it."""
        parts = self._parts
        if not call.headers_sent:
            call.headers_sent = True
            parts.append(responses.headers(call.number))
        room = min(self._frame_bytes, self._window, call.window + self._call_window)
        if room <= 0:
            return 0
        parts.append(b"")
        place, size = len(parts) - 1, _take(call.outgoing, room, parts)
        flags = frames.END_STREAM if call.ends_with_data and not call.outgoing else 0
        parts[place] = frames.frame_header(frames.DATA, flags, call.number, size)
        self._window -= size
        call.window -= size
        call.queued_bytes -= size
        self.sent_data = self.sent_any = True
        return size


def _take(outgoing: "deque[bytes | memoryview]", room: int, parts: "list[bytes | memoryview]") -> int:
    """Move up to `room` bytes from the front to `parts`, and what is empty behind them; how many they are."""
    size = 0
    while outgoing and (size < room or not outgoing[0]):
        part = outgoing.popleft()
        if size + len(part) > room:  # a view: a message of 100 MiB is not copied for every frame of it
            view = memoryview(part)
            outgoing.appendleft(view[room - size :])
            part = view[: room - size]
        parts.append(part)
        size += len(part)
    return size
