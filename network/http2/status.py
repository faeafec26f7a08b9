"""How a call ends."""

from typing import Final, NamedTuple

OK: Final = 0
CANCELLED: Final = 1
UNKNOWN: Final = 2
DEADLINE_EXCEEDED: Final = 4
PERMISSION_DENIED: Final = 7
RESOURCE_EXHAUSTED: Final = 8
UNIMPLEMENTED: Final = 12
INTERNAL: Final = 13
UNAVAILABLE: Final = 14
UNAUTHENTICATED: Final = 16
"""Of gRPC's status codes (statuscodes.md), those that this package itself ends calls with."""


class Status(NamedTuple):
    """gRPC's code, a message, and a google.rpc.Status where there is more to say."""

    code: int = OK
    message: str = ""
    details: bytes = b""


class CallError(Exception):
    """A call that ends with this status. Its connection goes on.

    Attributes:
        status: what the client is told, or was told.
    """

    def __init__(self, code: int, message: str, details: bytes = b"") -> None:
        super().__init__(message)
        self.status = Status(code, message, details)
