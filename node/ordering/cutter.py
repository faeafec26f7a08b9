"""When a batch of envelopes becomes a block (orderer/common/blockcutter/blockcutter.go). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """The channel's BatchSize.

    Attributes:
        messages_max: MaxMessageCount.
        absolute_bytes_max: AbsoluteMaxBytes; a larger message is refused before it is ordered.
        preferred_bytes_max: PreferredMaxBytes; a larger message gets a block of its own.
    """

    messages_max: int
    absolute_bytes_max: int
    preferred_bytes_max: int


@dataclass(frozen=True, slots=True)
class Message:
    """An admitted envelope: its bytes as they will stand in the block, and its counted size."""

    raw: bytes
    counted_bytes: int
    """len(payload) + len(signature): without protobuf's field headers, as in Fabric."""


Batch = tuple[Message, ...]


class BlockCutter:
    """Collects messages in order. After any call, what is pending stays within both limits."""

    def __init__(self, limits: BatchLimits) -> None:
        self._limits = limits
        self._pending: list[Message] = []
        self._pending_bytes = 0

    @property
    def pending(self) -> int:
        """Messages that wait for their block."""
        return len(self._pending)

    @property
    def room(self) -> tuple[int, int]:
        """With how many messages more, or bytes of them, what is pending is a whole block; each above 0."""
        limits = self._limits
        return limits.messages_max - len(self._pending), limits.preferred_bytes_max - self._pending_bytes + 1

    def set_limits(self, limits: BatchLimits) -> None:
        """New limits after a config block. Only between batches."""
        assert not self._pending, "a config block is cut only when nothing is pending"
        self._limits = limits

    def ordered(self, message: Message) -> Sequence[Batch]:
        """Take the next message; return the batches that are now complete: none, one or two."""
        complete: list[Batch] = []
        if message.counted_bytes > self._limits.preferred_bytes_max:
            if self._pending:
                complete.append(self.cut())
            complete.append((message,))
            return complete
        if self._pending_bytes + message.counted_bytes > self._limits.preferred_bytes_max:
            complete.append(self.cut())
        self._pending.append(message)
        self._pending_bytes += message.counted_bytes
        if len(self._pending) >= self._limits.messages_max:
            complete.append(self.cut())
        return complete

    def cut(self) -> Batch:
        """All that is pending, and start anew; empty when nothing is."""
        batch = tuple(self._pending)
        self._pending.clear()
        self._pending_bytes = 0
        return batch
