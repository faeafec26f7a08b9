"""What a call's headers ask for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tanhui.network.http2.header_blocks import Headers

_TIMEOUT: Final = re.compile(r"([0-9]{1,8})([HMSmun])")
_UNIT_S: Final[Mapping[str, float]] = {"H": 3600, "M": 60, "S": 1, "m": 1e-3, "u": 1e-6, "n": 1e-9}


@dataclass(frozen=True, slots=True)
class Request:
    """One call, before its messages.

    Attributes:
        stream: HTTP/2's number for it.
        method: "/service/Method".
        timeout_s: how long the client waits, None for as long as it takes.
    """

    stream: int
    method: str
    timeout_s: float | None


def read_request(found: Headers) -> Request | None:
    """None for what is no gRPC call."""
    names = found.names
    is_grpc = names.get("content-type", "").startswith("application/grpc")
    timeout = _TIMEOUT.fullmatch(names["grpc-timeout"]) if "grpc-timeout" in names else None
    if names.get(":method") != "POST" or not is_grpc or (timeout is None) != ("grpc-timeout" not in names):
        return None
    timeout_s = None if timeout is None else int(timeout[1]) * _UNIT_S[timeout[2]]
    return Request(found.stream, names.get(":path", ""), timeout_s)
