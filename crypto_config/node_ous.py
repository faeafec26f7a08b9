"""config.yaml of an MSP folder: which organisational unit makes a client, peer, admin or orderer.

Fabric: msp/configbuilder.go, type Configuration.
"""

from dataclasses import dataclass
from typing import Final

import yaml

from tanhui.crypto_config.authority import NODE_ROLES, NodeRole
from tanhui.crypto_config.errors import CryptoConfigError

CONFIG_FILE: Final = "config.yaml"
_KEYS: Final[dict[NodeRole, str]] = {
    "client": "ClientOUIdentifier",
    "peer": "PeerOUIdentifier",
    "admin": "AdminOUIdentifier",
    "orderer": "OrdererOUIdentifier",
}


@dataclass(frozen=True)
class NodeOu:
    """One role's organisational unit.

    Attributes:
        identifier: the OU in the subject.
        certificate: the authority under which it counts, a path inside the MSP folder; "" for any.
    """

    identifier: str
    certificate: str = ""


NodeOus = dict[NodeRole, NodeOu]

STANDARD_NODE_OUS: Final[NodeOus] = {role: NodeOu(role) for role in NODE_ROLES}
"""The four roles under their own names and under every root of the MSP, so that a root can be rotated in."""


def node_ous_yaml(node_ous: NodeOus) -> bytes:
    """The file's text, with node OUs enabled."""
    body: dict[str, object] = {"Enable": True}
    for role, unit in node_ous.items():
        entry = {"OrganizationalUnitIdentifier": unit.identifier}
        if unit.certificate:
            entry["Certificate"] = unit.certificate
        body[_KEYS[role]] = entry
    return yaml.safe_dump({"NodeOUs": body}, sort_keys=False).encode()


def parse_node_ous(text: bytes, *, source: str = CONFIG_FILE) -> NodeOus:
    """Back from the file; empty when absent or not enabled. CryptoConfigError names the entry."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as cause:
        raise CryptoConfigError(source, f"{len(text)} bytes", "must be YAML") from cause
    section = document.get("NodeOUs") if isinstance(document, dict) else None
    if section is None:
        return {}
    if not isinstance(section, dict):
        raise CryptoConfigError(f"{source} NodeOUs", section, "must be a mapping")
    if section.get("Enable") is not True:
        return {}
    return {
        role: _parse_unit(section[key], f"{source} NodeOUs.{key}")
        for role, key in _KEYS.items()
        if section.get(key)
    }


def _parse_unit(entry: object, where: str) -> NodeOu:
    if not isinstance(entry, dict):
        raise CryptoConfigError(where, entry, "must be a mapping")
    identifier = entry.get("OrganizationalUnitIdentifier", "")
    certificate = entry.get("Certificate", "")
    if not isinstance(identifier, str) or not identifier or not isinstance(certificate, str):
        raise CryptoConfigError(
            where, entry, "must have an OrganizationalUnitIdentifier, and a Certificate as a path"
        )
    return NodeOu(identifier, certificate)
