"""How a call ends."""

from typing import Final, NamedTuple

OK: Final = 0
RESOURCE_EXHAUSTED: Final = 8
UNIMPLEMENTED: Final = 12
INTERNAL: Final = 13
UNAVAILABLE: Final = 14
"""Of gRPC's status codes (statuscodes.md), those that this package itself answers with."""


class Status(NamedTuple):
    """gRPC's code, a message, and a google.rpc.Status where there is more to say."""

    code: int = OK
    message: str = ""
    details: bytes = b""


class CallError(Exception):
    """The client broke the call's own rules: it ends with this status, and its connection goes on."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.status = Status(code, message)
