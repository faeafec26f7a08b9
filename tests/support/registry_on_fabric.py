"""A registry of its own for one scenario: a fresh name on the real network, and a node beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.gateway_backend import GatewayBackend, NodeBeside, Persons
from tests.support.real_network import CHANNEL, RealNetwork

_persons: dict[RealNetwork, Persons] = {}


@contextmanager
def registry_on_fabric(real: RealNetwork, folder: Path) -> Iterator[GatewayBackend]:
    """Both with an empty state."""
    name = real.fresh_registry()
    persons = _persons.setdefault(real, Persons(real.network))
    node = NodeBeside(real.loop, real.network, folder / "node", [name])
    try:
        yield GatewayBackend(real.loop, real.transports, persons, CHANNEL, name, node)
    finally:
        node.close()
