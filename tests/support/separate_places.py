"""Organisations in network namespaces of their own on this machine, whose link can be taken down and up again.

One bridge in the usual namespace, and a pair of interfaces for each place, whose kernel is set as docs/operations.md
asks. Needs root; `can_separate` says whether the machine allows it. Addresses are of 198.18.0.0/15, which RFC 2544 sets
aside for tests.
"""

import dataclasses
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

import msgspec

from tanhui.network.channel.topology import Topology
from tanhui.network.processes.native_network import NativeNetwork
from tanhui.network.processes.places import SYN_RETRIES

BRIDGE = "tanhui-br"
SUBNET = "198.18.77"
HOME = f"{SUBNET}.1"


def ip(*arguments: str) -> None:
    """Run `ip`; a failure shows what it said."""
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")


def can_separate() -> str:
    """Why this machine does not allow namespaces, "" when it does."""
    try:
        with places(["try"]):
            return ""
    except OSError as reason:
        return str(reason)


@contextmanager
def places(names: Sequence[str]) -> Iterator[Mapping[str, str]]:
    """Namespaces by name, each with its address; removed at the end."""
    addresses = {name: f"{SUBNET}.{number}" for number, name in enumerate(names, start=2)}
    try:
        ip("link", "add", BRIDGE, "type", "bridge")
        ip("addr", "add", f"{HOME}/24", "dev", BRIDGE)
        ip("link", "set", BRIDGE, "up")
        for name, address in addresses.items():
            namespace = f"tanhui-{name}"
            ip("netns", "add", namespace)
            ip("link", "add", f"th-{name}", "type", "veth", "peer", "name", "eth0", "netns", namespace)
            ip("link", "set", f"th-{name}", "master", BRIDGE, "up")
            ip("-n", namespace, "addr", "add", f"{address}/24", "dev", "eth0")
            ip("-n", namespace, "link", "set", "eth0", "up")
            ip("-n", namespace, "link", "set", "lo", "up")
            retries = f"echo {SYN_RETRIES} > /proc/sys/net/ipv4/tcp_syn_retries"
            ip("netns", "exec", namespace, "sh", "-c", retries)
        yield addresses
    finally:
        for name in names:
            with suppress(OSError):
                ip("netns", "del", f"tanhui-{name}")
        with suppress(OSError):
            ip("link", "del", BRIDGE)


def cut(name: str) -> None:
    """Nothing gets in or out of the place."""
    ip("link", "set", f"th-{name}", "down")


def mend(name: str) -> None:
    """Everything gets through again."""
    ip("link", "set", f"th-{name}", "up")


def placed(topology: Topology, addresses: Mapping[str, str]) -> Topology:
    """Each organisation's nodes at their place's address, the others' at home."""
    hosts = {each.msp_id: addresses.get(place_of(each.domain), HOME) for each in topology.organisations}
    changed = [
        msgspec.structs.replace(
            each,
            peers=[msgspec.structs.replace(peer, host=hosts[each.msp_id]) for peer in each.peers],
            orderers=[msgspec.structs.replace(one, host=hosts[each.msp_id]) for one in each.orderers],
        )
        for each in topology.organisations
    ]
    chaincodes = [
        msgspec.structs.replace(
            one,
            services={
                msp_id: f"{hosts[msp_id]}:{address.rpartition(':')[2]}"
                for msp_id, address in one.services.items()
            },
        )
        for one in topology.chaincodes
    ]
    return msgspec.structs.replace(topology, organisations=changed, chaincodes=chaincodes)


def place_of(domain: str) -> str:
    """regulator.example and ordering.regulator.example are both at "regulator"."""
    return domain.removeprefix("ordering.").partition(".")[0]


def run_in_places(native: NativeNetwork, names: Sequence[str]) -> None:
    """Start the programs of each place inside its namespace."""

    def inside(command: Sequence[str], full_name: str) -> tuple[str, ...]:
        place = place_of(full_name.partition(".")[2])
        return ("ip", "netns", "exec", f"tanhui-{place}", *command) if place in names else tuple(command)

    for name, node in native.nodes.nodes.items():
        program = dataclasses.replace(node.program, command=inside(node.program.command, name))
        native.nodes.nodes[name] = dataclasses.replace(node, program=program)
    for name, service in native.chaincodes.services.items():
        program = dataclasses.replace(service.program, command=inside(service.program.command, name))
        native.chaincodes.services[name] = dataclasses.replace(service, program=program)
