"""Where a node stands and listens, and how its configuration file is written.

Fabric reads one YAML file (viper) from FABRIC_CFG_PATH. Only what differs from the programs' defaults, and
what they do not start without, is written; values are Fabric's recommended ones unless a comment says
otherwise.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from tanhui.crypto_config.member import Member

MESSAGE_BYTES_MAX: Final = 104_857_600
"""Fabric's own limit on one gRPC message."""
TIME_WINDOW_S: Final = 900
"""Fabric's own: 15 minutes."""
SYN_RETRIES: Final = 1
"""net.ipv4.tcp_syn_retries where orderers run: a connection that nobody answers fails after 3 s.

SmartBFT takes no part in consensus while it connects to an orderer that went away without a word, and gRPC gives each
attempt 20 s unless the kernel gives up before. With one of four orderers gone, all others are needed for a quorum."""
BCCSP: Final[dict[str, Any]] = {"Default": "SW", "SW": {"Hash": "SHA2", "Security": 256}}


@dataclass(frozen=True, slots=True)
class PeerPlace:
    """A peer: its crypto folder, where it keeps its data, and where it listens.

    Attributes:
        client_roots: TLS roots of those who may talk to operations, in PEM files.
        bootstrap: addresses of the organisation's other peers.
    """

    member: Member
    folder: Path
    network_id: str
    host: str
    port: int
    chaincode_port: int
    operations_port: int
    client_roots: tuple[Path, ...]
    bootstrap: tuple[str, ...]
    mutual_tls: bool = False
    time_window_s: int = TIME_WINDOW_S


@dataclass(frozen=True, slots=True)
class OrdererPlace:
    """An orderer: as above, with its admin port (channel participation)."""

    member: Member
    folder: Path
    host: str
    port: int
    admin_port: int
    operations_port: int
    client_roots: tuple[Path, ...]


def write_configuration(path: Path, document: dict[str, Any]) -> None:
    """Write a configuration as YAML, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), "utf-8")
