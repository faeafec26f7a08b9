"""The channel participation API of an ordering node, over HTTPS with mutual TLS.

Fabric: orderer/common/channelparticipation/restapi.go. Each call opens its own connection: these are an
operator's calls, a handful in a network's life.
"""

import http.client
import json
import secrets
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from tanhui.network.channel.errors import ChannelError

BASE: Final = "/participation/v1/channels"
TIMEOUT_S: Final = 30.0
ANSWER_BYTES_MAX: Final = 64 << 20


@dataclass(frozen=True)
class ChannelInfo:
    """What a node says of one channel.

    Attributes:
        relation: consenter, follower, config-tracker or other.
        status: active, onboarding, inactive or failed.
        height: blocks that it has.
    """

    name: str
    relation: str
    status: str
    height: int


class ParticipationClient:
    """One ordering node's admin endpoint.

    Args:
        root: file with the TLS root that the node's certificate is under.
        certificate, key: files of the admin's own TLS certificate; the node wants one.
    """

    def __init__(self, host: str, port: int, *, root: Path, certificate: Path, key: Path) -> None:
        self.address = f"{host}:{port}"
        self._host, self._port = host, port
        self._context = ssl.create_default_context(cafile=str(root))
        self._context.load_cert_chain(certificate, key)

    def channels(self) -> list[str]:
        """The names of the node's channels."""
        listed = self._call("GET", BASE).get("channels") or []
        return [str(each["name"]) for each in listed]

    def info(self, channel: str) -> ChannelInfo:
        """One channel's state. ChannelError when the node does not have it."""
        return _info(self._call("GET", f"{BASE}/{quote(channel)}"))

    def join(self, block: bytes) -> ChannelInfo:
        """Join with block 0, or later with the newest config block. ChannelError with the refusal."""
        return _info(self._call("POST", BASE, ("config-block", block)))

    def remove(self, channel: str) -> None:
        """Leave a channel and drop its blocks."""
        self._call("DELETE", f"{BASE}/{quote(channel)}")

    def _call(self, method: str, path: str, part: tuple[str, bytes] | None = None) -> dict[str, Any]:
        body, headers = _form(*part) if part else (None, {})
        connection = http.client.HTTPSConnection(
            self._host, self._port, timeout=TIMEOUT_S, context=self._context
        )
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read(ANSWER_BYTES_MAX)
        except (OSError, http.client.HTTPException) as cause:
            raise ChannelError("orderer", self.address, f"{method} {path}: {cause}") from cause
        finally:
            connection.close()
        document = _document(content)
        if answer.status >= http.client.BAD_REQUEST:
            reason = document.get("error") or answer.reason
            raise ChannelError("orderer", self.address, f"{method} {path} → {answer.status} {reason}")
        return document


def _form(name: str, content: bytes) -> tuple[bytes, dict[str, str]]:
    """multipart/form-data with one file (RFC 7578)."""
    boundary = secrets.token_hex(16)
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}.bin"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def _document(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content or b"{}")
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _info(document: dict[str, Any]) -> ChannelInfo:
    return ChannelInfo(
        name=str(document.get("name", "")),
        relation=str(document.get("consensusRelation", "")),
        status=str(document.get("status", "")),
        height=int(document.get("height", 0)),
    )
