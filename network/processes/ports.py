"""Ports that somebody else listens on, found before anything starts."""

import errno
import socket
from collections.abc import Mapping

from tanhui.network.processes.errors import PortsTakenError


def require_free(wanted: Mapping[str, tuple[str, int]]) -> None:
    """Nobody listens on any of these; port 0 is always free.

    Args:
        wanted: host and port by what the user knows them as: an option, or a node's field.

    Raises:
        PortsTakenError: it names each that is taken.
    """
    taken = {name: place for name, place in wanted.items() if place[1] and not _is_free(*place)}
    if taken:
        raise PortsTakenError(taken)


def _is_free(host: str, port: int) -> bool:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        # As servers do: a connection that has just ended does not keep the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except OSError as reason:
            # Any other fault, such as an address that is not this machine's, is the program's own to report.
            return reason.errno != errno.EADDRINUSE
    return True
