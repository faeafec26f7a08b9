"""Read a topology file and check it: every refusal names the field's path and the value that stands there."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec
import yaml

from tanhui.crypto_config.errors import CryptoConfigError
from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.topology import Bft, Organisation, Topology
from tanhui.network.protocol.policy_dsl import (
    PolicyTextError,
    is_implicit_meta,
    parse_implicit_meta,
    parse_signature_policy,
)

TOPOLOGY_BYTES_MAX: Final = 1 << 20
_PATH: Final = re.compile(r"(?P<reason>.*?)(?: - at `(?:key in )?\$(?P<path>[^`]*)`)?", re.DOTALL)
_STEP: Final = re.compile(r"\.([A-Za-z_]+)|\[(\d+|\.\.\.)\]")
_POLICY_PATH: Final = re.compile(r"/Channel(/[A-Za-z0-9.-]+)+")


def load_topology(path: Path) -> Topology:
    """Read and check a file. ChannelError names the file, the field's path and the value."""
    try:
        text = path.read_bytes()
    except OSError as cause:
        raise ChannelError("topology", str(path), f"must be readable: {cause.strerror}") from cause
    try:
        return parse_topology(text)
    except ChannelError as cause:
        raise ChannelError(f"{path}: {cause.field}", cause.value, cause.reason) from cause


def parse_topology(text: bytes) -> Topology:
    """Read and check a document. ChannelError names the field's path and the value."""
    if len(text) > TOPOLOGY_BYTES_MAX:
        raise ChannelError("topology", f"{len(text)} bytes", f"must be at most {TOPOLOGY_BYTES_MAX} bytes")
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as cause:
        raise ChannelError("topology", f"{len(text)} bytes", f"must be YAML: {cause}") from cause
    try:
        topology = msgspec.convert(document, Topology)
    except msgspec.ValidationError as cause:
        raise _named(str(cause), document) from cause
    check_topology(topology)
    return topology


def check_topology(topology: Topology) -> None:
    """What no single field shows: uniqueness, quorum, policies. ChannelError names the field."""
    _check_organisations(topology)
    _check_ordering(topology)
    _check_policies(topology)


def _named(message: str, document: object) -> ChannelError:
    """The message of msgspec with the path and the value that stands at it."""
    found = _PATH.fullmatch(message)
    assert found is not None
    path, value = found["path"] or "", document
    for key, index in _STEP.findall(path):
        if key and isinstance(value, dict):
            value = value.get(key)
        elif index.isdigit() and isinstance(value, list):
            value = value[int(index)]
        else:
            break
    shown = value if isinstance(value, str | int | float | bool | None) else type(value).__name__
    return ChannelError(path.removeprefix(".") or "topology", shown, found["reason"])


def _check_organisations(topology: Topology) -> None:
    each = topology.organisations
    _unique("organisations[].name", (organisation.name for organisation in each))
    _unique("organisations[].msp_id", (organisation.msp_id for organisation in each))
    _unique("organisations[].domain", (organisation.domain for organisation in each))
    for index, organisation in enumerate(each):
        where = f"organisations[{index}]"
        try:
            _ = organisation.spec
        except CryptoConfigError as cause:
            raise ChannelError(f"{where}.{cause.field}", cause.value, cause.reason) from cause
        _unique(f"{where}.peers[].name", (peer.name for peer in organisation.peers))
        _unique(f"{where}.orderers[].name", (orderer.name for orderer in organisation.orderers))
        _unique(f"{where}.users[].name", (user.name for user in organisation.users))
        if organisation.peers and not organisation.is_member:
            raise ChannelError(f"{where}.member", False, "must be true for an organisation with peers")
    _unique("host:port", (address for organisation in each for address in _addresses(organisation)))
    _unique("chaincodes[].name", (chaincode.name for chaincode in topology.chaincodes))
    members = {organisation.msp_id for organisation in topology.members}
    for number, chaincode in enumerate(topology.chaincodes):
        for msp_id in chaincode.services:
            if msp_id not in members:
                raise ChannelError(f"chaincodes[{number}].services", msp_id, "must be a member's msp_id")


def _addresses(organisation: Organisation) -> Iterator[str]:
    for peer in organisation.peers:
        yield from _ports(peer.host, peer.port, peer.chaincode_port, peer.operations_port)
    for orderer in organisation.orderers:
        yield from _ports(orderer.host, orderer.port, orderer.admin_port, orderer.operations_port)


def _ports(host: str, *ports: int | None) -> Iterator[str]:
    return (f"{host}:{port}" for port in ports if port is not None)


def _check_ordering(topology: Topology) -> None:
    channel, consenters = topology.channel, topology.consenters
    if not topology.members:
        raise ChannelError("organisations", "none with peers", "must hold a member of the application")
    if not consenters:
        raise ChannelError("organisations", "none with orderers", "must hold an ordering node")
    if isinstance(channel.consensus, Bft):
        if channel.capabilities.channel != "V3_0":
            raise ChannelError(
                "channel.capabilities.channel", channel.capabilities.channel, "must be V3_0 for bft"
            )
        if len(consenters) < 4:
            raise ChannelError(
                "organisations[].orderers", len(consenters), "must be at least 4 for bft (3f + 1)"
            )
    elif channel.consensus.election_ticks <= channel.consensus.heartbeat_ticks:
        rule = f"must be greater than heartbeat_ticks ({channel.consensus.heartbeat_ticks})"
        raise ChannelError("channel.consensus.election_ticks", channel.consensus.election_ticks, rule)
    batch = channel.batch
    if batch.preferred_bytes_max > batch.absolute_bytes_max:
        rule = f"must not be greater than absolute_bytes_max ({batch.absolute_bytes_max})"
        raise ChannelError("channel.batch.preferred_bytes_max", batch.preferred_bytes_max, rule)


def _check_policies(topology: Topology) -> None:
    policies = topology.channel.policies
    for group in ("channel", "application", "orderer"):
        _check_group(f"channel.policies.{group}", getattr(policies, group))
    for index, organisation in enumerate(topology.organisations):
        _check_group(f"organisations[{index}].policies", organisation.policies)
    for resource, path in topology.channel.acls.items():
        if not path.startswith("/") or not _POLICY_PATH.fullmatch(path):
            raise ChannelError(f"channel.acls[{resource}]", path, "must be a policy's path under /Channel")
    for index, chaincode in enumerate(topology.chaincodes):
        where = f"chaincodes[{index}]"
        _check_application_policy(f"{where}.endorsement_policy", chaincode.endorsement_policy)
        for number, collection in enumerate(chaincode.collections):
            at = f"{where}.collections[{number}]"
            _check_text(f"{at}.policy", collection.policy)
            _check_application_policy(f"{at}.endorsement_policy", collection.endorsement_policy)
            if collection.peers_max < collection.required_peers:
                raise ChannelError(f"{at}.peers_max", collection.peers_max, "must be at least required_peers")


def _check_group(where: str, policies: dict[str, str]) -> None:
    for name, text in policies.items():
        _check_text(f"{where}.{name}", text)


def _check_application_policy(where: str, text: str) -> None:
    if text.startswith("/"):
        if not _POLICY_PATH.fullmatch(text):
            raise ChannelError(where, text, "must be a policy's path under /Channel, or a signature policy")
    else:
        _check_text(where, text, implicit=False)


def _check_text(where: str, text: str, *, implicit: bool = True) -> None:
    try:
        if implicit and is_implicit_meta(text):
            parse_implicit_meta(text)
        else:
            parse_signature_policy(text)
    except PolicyTextError as cause:
        raise ChannelError(where, text, cause.reason) from cause


def _unique(where: str, values: Iterable[str]) -> None:
    for value, count in Counter(values).items():
        if count > 1:
            raise ChannelError(where, value, f"must stand once, not {count} times")
