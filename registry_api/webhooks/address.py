"""Where a webhook may go: HTTPS, to the open internet; never to this machine or the network it stands in.

The name is looked up here and the connection made to the address that was judged, so that a name that changes its
answer between the two leads nowhere else.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from tanhui.registry_api.problems import ApiCode, Problem

URL_CHARACTERS_MAX: Final = 500
WEBHOOK_URL: Final = ApiCode(
    "api.webhook_url",
    422,
    "回调地址 {value} 不可用:{reason}",
    "The webhook address {value} cannot be used: {reason}",
)


class AddressRefused(Exception):  # noqa: N818  says why
    """The name leads nowhere, or where no webhook may go."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL's parts: what is dialled, and what the server is called."""

    url: str
    host: str
    port: int
    plain: bool


def target_of(url: str, private_hosts: Collection[str]) -> Target:
    """The target of a URL; hosts in `private_hosts` may be plain and near. Raises Problem (422)."""

    def refused(reason: str) -> Problem:
        return Problem(WEBHOOK_URL, name="url", value=url[:120], params={"reason": reason})

    if len(url) > URL_CHARACTERS_MAX or not url.isascii() or not url.isprintable():
        raise refused("not printable ASCII of at most 500 characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise refused(str(error)[:100]) from error
    host = (parts.hostname or "").lower()
    if not host or parts.username is not None or parts.fragment:
        raise refused("needs a host, and no user or fragment")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in private_hosts):
        raise refused("must be https")
    return Target(url, host, port or (80 if parts.scheme == "http" else 443), parts.scheme == "http")


async def address_of(target: Target, private_hosts: Collection[str]) -> str:
    """The address to dial. Raises AddressRefused."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise AddressRefused(f"{target.host}: {error.strerror}") from error
    addresses = [str(one[4][0]) for one in found]
    if target.host not in private_hosts:
        for address in addresses:
            if not _is_open(address.partition("%")[0]):
                raise AddressRefused(f"{target.host} is {address}, which is not on the open internet")
    return addresses[0]


_NEAR_IN_IPV6: Final = tuple(
    ipaddress.IPv6Network(one)
    for one in ("::/32", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "fec0::/10", "5f00::/16")
)
"""What stands for an IPv4 address behind a translator or tunnel (RFC 4291, 6052, 8215, 4380, 3056), or for a site."""


def _is_open(text: str) -> bool:
    """Whether one host on the open internet has this address; a translator would lead the others back in here."""
    address = ipaddress.ip_address(text)
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return address.version == 4 or not any(address in one for one in _NEAR_IN_IPV6)
