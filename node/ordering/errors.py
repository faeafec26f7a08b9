"""Why an envelope is not ordered, in the orderer's own words (orderer/common/broadcast, msgprocessor)."""

from fabric_protos.common import common_pb2

from tanhui.node.errors import NodeRefusal


class NotOrdered(NodeRefusal):
    """The envelope was refused and left no trace.

    Attributes:
        status: common.Status: 400 BAD_REQUEST, 403 FORBIDDEN, 404 NOT_FOUND, 503 SERVICE_UNAVAILABLE.
        info: BroadcastResponse.info.
    """

    def __init__(self, status: int, info: str) -> None:
        super().__init__(f"{common_pb2.Status.Name(common_pb2.Status.ValueType(status))}: {info}")
        self.status = status
        self.info = info


class OrderingQueueFull(NotOrdered):
    """No room came free within the time a caller may wait."""

    def __init__(self, messages: int, queued_bytes: int) -> None:
        super().__init__(
            common_pb2.SERVICE_UNAVAILABLE,
            f"the ordering queue is full: {messages} messages, {queued_bytes} bytes",
        )


class OrderingStopped(NotOrdered):
    """The node stops, or cannot write any more."""

    def __init__(self, reason: str) -> None:
        super().__init__(common_pb2.SERVICE_UNAVAILABLE, reason)
