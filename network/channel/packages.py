"""The package of a chaincode that runs as a service: where it listens, and nothing of its code.

A gzipped tar with metadata.json and code.tar.gz, which holds connection.json (Fabric's ccaas_builder; layout
in core/chaincode/persistence/chaincode_package.go). The same input gives the same bytes, so that every
organisation that packs it gets the same package id.
"""

import gzip
import hashlib
import io
import json
import re
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tanhui.network.channel.durations import go_duration
from tanhui.network.channel.errors import ChannelError

_LABEL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,127}")
_ADDRESS: Final = re.compile(r"\S+:\d{1,5}")
_FILE_MODE: Final = 0o644


@dataclass(frozen=True)
class ServiceTls:
    """How a peer dials the service: PEM texts. With a certificate and key it shows its own, too."""

    root: str
    certificate: str = ""
    key: str = ""


def service_package(
    label: str,
    address: str,
    *,
    tls: ServiceTls | None = None,
    dial_timeout_ms: int = 10_000,
    builder: str = "ccaas",
) -> bytes:
    """The package. ChannelError names a label or address that Fabric would refuse.

    Args:
        label: names the package beside its hash.
        address: host:port that the peer dials.
        tls: None dials in the clear, which belongs on loopback only.
        dial_timeout_ms: how long the peer waits for a connection.
        builder: the type that the peer's external builder recognises.
    """
    if not _LABEL.fullmatch(label):
        raise ChannelError(
            "label", label, "must be letters, digits and .+-_, starting with a letter or digit"
        )
    if not _ADDRESS.fullmatch(address):
        raise ChannelError("address", address, "must be host:port")
    connection: dict[str, object] = {
        "address": address,
        "dial_timeout": go_duration(dial_timeout_ms),
        "tls_required": tls is not None,
    }
    if tls is not None:
        connection["root_cert"] = tls.root
        connection["client_auth_required"] = bool(tls.certificate)
        if tls.certificate:
            connection |= {"client_cert": tls.certificate, "client_key": tls.key}
    code = _archive({"connection.json": _json(connection)})
    metadata = {"path": "", "type": builder, "label": label}
    return _archive({"metadata.json": _json(metadata), "code.tar.gz": code})


def package_id(label: str, package: bytes) -> str:
    """`label:sha256`, by which peers and definitions name a package (persistence.PackageID)."""
    return f"{label}:{hashlib.sha256(package).hexdigest()}"


def _json(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def _archive(files: Mapping[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode, entry.mtime = len(content), _FILE_MODE, 0
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(raw.getvalue(), mtime=0)
