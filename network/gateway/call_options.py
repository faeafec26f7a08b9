"""How long each kind of call may take: defaults for a gateway, and a call's own that override them."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CallOptions:
    """What one call asks of the transport.

    Attributes:
        timeout_s: seconds until the call ends with DEADLINE_EXCEEDED; None waits without end. For an event
            stream it bounds the whole stream.
    """

    timeout_s: float | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for a time that has passed before the call starts."""
        if self.timeout_s is not None and self.timeout_s <= 0:
            raise ValueError(f"timeout_s is {self.timeout_s}, must be above 0")


UNBOUNDED = CallOptions()
"""For event streams, which end when their reader closes them."""


@dataclass(frozen=True, slots=True)
class DefaultCallOptions:
    """One default for each of the eight kinds of call."""

    evaluate: CallOptions = field(default=CallOptions(timeout_s=30))
    endorse: CallOptions = field(default=CallOptions(timeout_s=30))
    submit: CallOptions = field(default=CallOptions(timeout_s=30))
    commit_status: CallOptions = field(default=CallOptions(timeout_s=120))
    chaincode_events: CallOptions = UNBOUNDED
    block_events: CallOptions = UNBOUNDED
    filtered_block_events: CallOptions = UNBOUNDED
    block_and_private_data_events: CallOptions = UNBOUNDED
