"""What can go wrong when a network's programs are started and watched."""

from collections.abc import Mapping


class ProcessesError(Exception):
    """Any fault of this package's own."""


class ProgramMissingError(ProcessesError):
    """Fabric's programs are not on this machine."""


class NodeFailedError(ProcessesError):
    """A node ended, or did not become healthy in time; its log's last lines say why.

    Attributes:
        node: the node's full name.
        log: where its log stands.
    """

    def __init__(self, node: str, log: str, reason: str, tail: str) -> None:
        super().__init__(f"{node}: {reason}; the end of {log}:\n{tail}")
        self.node = node
        self.log = log


class PortsTakenError(ProcessesError):
    """Somebody listens already where a program was to listen.

    Attributes:
        taken: host and port by what the user knows them as.
    """

    def __init__(self, taken: Mapping[str, tuple[str, int]]) -> None:
        places = "; ".join(f"{name}: {host}:{port}" for name, (host, port) in taken.items())
        super().__init__(f"somebody listens there already: {places}. Stop it, or choose other ports")
        self.taken = taken


class NodeUnknownError(ProcessesError):
    """A node that is not there, or not one for what was asked."""

    def __init__(self, node: str, reason: str) -> None:
        super().__init__(f"{node}: {reason}")
        self.node = node
