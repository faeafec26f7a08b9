"""What an answer's headers, or its end without any, say of a call (PROTOCOL-HTTP2.md, http-grpc-status-mapping.md)."""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

from tanhui.network.http2 import frames
from tanhui.network.http2.status import (
    CANCELLED,
    INTERNAL,
    PERMISSION_DENIED,
    RESOURCE_EXHAUSTED,
    UNAUTHENTICATED,
    UNAVAILABLE,
    UNIMPLEMENTED,
    UNKNOWN,
    Status,
)

CODE_MAX: Final = 16
_OF_HTTP: Final[Mapping[str, int]] = {
    "400": INTERNAL,
    "401": UNAUTHENTICATED,
    "403": PERMISSION_DENIED,
    "404": UNIMPLEMENTED,
    "429": UNAVAILABLE,
    "502": UNAVAILABLE,
    "503": UNAVAILABLE,
    "504": UNAVAILABLE,
}
_OF_RESET: Final[Mapping[int, int]] = {
    frames.REFUSED_STREAM: UNAVAILABLE,
    frames.CANCEL: CANCELLED,
    frames.ENHANCE_YOUR_CALM: RESOURCE_EXHAUSTED,
    frames.INADEQUATE_SECURITY: PERMISSION_DENIED,
}


def stranger(names: Mapping[str, str]) -> Status | None:
    """What an answer ends with that does not come from gRPC: a proxy's page; None where it does."""
    http, content = names.get(":status", ""), names.get("content-type", "")
    if http == "200" and content.startswith("application/grpc"):
        return None
    if "grpc-status" in names:  # a server may leave the content type out where there is no content
        return None
    return Status(
        _OF_HTTP.get(http, UNKNOWN), f"HTTP status {http or 'missing'}, content type {content or 'missing'}"
    )


def of_trailers(names: Mapping[str, str]) -> Status:
    """grpc-status, grpc-message and the details; what cannot be read is left out."""
    stated = names.get("grpc-status", "")
    if not stated.isascii() or not stated.isdigit():
        return Status(UNKNOWN, f"the answer ended without a status, grpc-status {stated or 'missing'}")
    code = int(stated) if len(stated) <= 2 and int(stated) <= CODE_MAX else UNKNOWN
    message = names.get("grpc-message", "")
    encoded = names.get("grpc-status-details-bin", "")
    return Status(code, unquote(message, errors="replace"), _unpacked(encoded))


def of_reset(code: int) -> Status:
    """RST_STREAM from the server."""
    return Status(_OF_RESET.get(code, INTERNAL), f"the server gave the call up with HTTP/2's error {code}")


def _unpacked(encoded: str) -> bytes:
    """Base64, its padding left out or not."""
    try:
        return b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
