"""How Fabric's services are called: over gRPC, or at a node in the same process. Messages stay bytes.

Programs use `tanhui.network.gateway`; a transport is what it stands on, and what tests and the node provide.
"""

from collections.abc import AsyncIterator
from typing import Protocol


class TransportError(Exception):
    """A call that ended with a status other than OK.

    Attributes:
        code: gRPC status code (grpc/status.proto), 0 to 16.
        message: the status message.
        details: google.rpc.Status from the trailer `grpc-status-details-bin`, b"" when absent.
    """

    def __init__(self, code: int, message: str, details: bytes = b"") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details


class Transport(Protocol):
    """Two ways of calling, named as on the wire: `/gateway.Gateway/Endorse`, `/protos.Deliver/Deliver`."""

    async def unary(self, method: str, request: bytes, timeout_s: float | None) -> bytes:
        """One request, one response. Raises TransportError."""

    def stream(self, method: str, request: bytes, timeout_s: float | None) -> AsyncIterator[bytes]:
        """One request; responses until either side ends. Closing it cancels. Raises TransportError."""
