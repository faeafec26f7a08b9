"""What an operator may set on a node, with units and bounds. Batch sizes are the channel's."""

from dataclasses import dataclass, fields

KIB = 1024
MIB = 1024 * KIB


class SettingsError(ValueError):
    """A setting out of its bounds.

    Attributes:
        field: the setting's name.
        value: what was given.
    """

    def __init__(self, field: str, value: object, reason: str) -> None:
        super().__init__(f"{field} is {value!r}: {reason}")
        self.field = field
        self.value = value


_BOUNDS: dict[str, tuple[float, float]] = {
    "endorsing_threads": (1, 64),
    "endorsing_queue_max": (1, 100_000),
    "verifying_processes": (0, 1),
    "timestamp_window_s": (1, 24 * 3600),
    "ordering_queue_messages_max": (1, 1_000_000),
    "ordering_queue_bytes_max": (64 * KIB, 4096 * MIB),
    "blocks_in_flight_max": (1, 64),
    "block_gather_s": (0.0, 24 * 3600),
    "submit_wait_s_max": (0.0, 600.0),
    "request_bytes_max": (64 * KIB, 256 * MIB),
    "recent_blocks_max": (1, 10_000),
    "recent_blocks_bytes_max": (1 * MIB, 4096 * MIB),
    "gateway_calls_max": (1, 100_000),
    "endorser_calls_max": (1, 100_000),
    "deliver_streams_max": (1, 100_000),
    "connections_max": (1, 100_000),
    "connection_streams_max": (1, 100_000),
    "keepalive_interval_s": (10, 24 * 3600),
    "keepalive_timeout_s": (1, 3600),
    "keepalive_min_interval_s": (1, 3600),
    "drain_s_max": (0.0, 600.0),
}


@dataclass(frozen=True, slots=True)
class NodeSettings:
    """Limits of one node. The defaults are Fabric's where Fabric has such a limit (sampleconfig/core.yaml).

    Attributes:
        endorsing_threads: threads that verify, simulate and sign.
        endorsing_queue_max: proposals that may wait for such a thread; beyond it RESOURCE_EXHAUSTED.
        verifying_processes: processes that verify signatures beside the event loop once many come together; none
            is started where the node has one processor.
        timestamp_window_s: how far a proposal's or seek's timestamp may be from the node's clock, either way.
        ordering_queue_messages_max: envelopes accepted and not yet cut into a block.
        ordering_queue_bytes_max: their bytes together.
        blocks_in_flight_max: blocks cut and not yet committed.
        block_gather_s: how long a block gathers after its first transaction, at least; it is cut then, before the
            channel's BatchTimeout, where the blocks before it are committed (docs/adr/0014). With a BatchTimeout or
            more, the channel's limits alone cut.
        submit_wait_s_max: how long a submit waits for room in the queue before it is refused.
        request_bytes_max: largest message in or out of the server.
        recent_blocks_max, recent_blocks_bytes_max: newest blocks kept in memory for streams.
        gateway_calls_max, endorser_calls_max, deliver_streams_max: calls at once, by service; of the Gateway so
            many unary calls, and as many event streams beside them.
        connections_max: clients' connections at once; beyond it idle ones make room, or new ones are hung up on.
        connection_streams_max: HTTP/2 streams at once on one connection.
        keepalive_interval_s, keepalive_timeout_s: pings to a silent client, and when it counts as gone.
        keepalive_min_interval_s: clients that ping more often are disconnected.
        drain_s_max: how long a stop waits for calls under way.
    """

    endorsing_threads: int = 2
    endorsing_queue_max: int = 2_500
    verifying_processes: int = 1
    timestamp_window_s: float = 15 * 60
    ordering_queue_messages_max: int = 10_000
    ordering_queue_bytes_max: int = 256 * MIB
    blocks_in_flight_max: int = 4
    block_gather_s: float = 0.002
    submit_wait_s_max: float = 30.0
    request_bytes_max: int = 100 * MIB
    recent_blocks_max: int = 64
    recent_blocks_bytes_max: int = 64 * MIB
    gateway_calls_max: int = 500
    endorser_calls_max: int = 2_500
    deliver_streams_max: int = 2_500
    connections_max: int = 1_000
    connection_streams_max: int = 1_000
    keepalive_interval_s: float = 7_200
    keepalive_timeout_s: float = 20
    keepalive_min_interval_s: float = 60
    drain_s_max: float = 10.0

    def __post_init__(self) -> None:
        """Hold every setting to its bounds. Raises SettingsError."""
        assert set(_BOUNDS) == {field.name for field in fields(self)}, "every setting has bounds"
        for name, (least, most) in _BOUNDS.items():
            value = getattr(self, name)
            if not least <= value <= most:
                raise SettingsError(name, value, f"must be between {least} and {most}")
