"""connection.json: where a chaincode's service is, as Fabric's ccaas builder hands it to a peer.

Source: core/container/externalbuilder/instance.go (ChaincodeServerUserData).
"""

import re
from pathlib import Path
from typing import Annotated, Final

import msgspec

from tanhui.network.channel.services import Service
from tanhui.node.chaincode.settings import ClientTls, ServerAddress

FILE_BYTES_MAX: Final = 1 << 20
_ADDRESS: Final = re.compile(r"\S+:\d{1,5}")
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m)")
_UNIT_S: Final = {"ms": 0.001, "s": 1.0, "m": 60.0}


class ConnectionFileError(Exception):
    """A connection.json that says too little.

    Attributes:
        field: which part of it.
    """

    def __init__(self, path: Path, field: str, reason: str) -> None:
        super().__init__(f"{path}: {field}: {reason}")
        self.field = field


class _Connection(msgspec.Struct):
    address: Annotated[str, msgspec.Meta(max_length=512)]
    dial_timeout: str = "3s"
    tls_required: bool = False
    client_auth_required: bool = False
    client_key: str = ""
    client_cert: str = ""
    root_cert: str = ""


def read_server(path: Path) -> ServerAddress:
    """The service that a connection.json describes. Raises ConnectionFileError, OSError."""
    with path.open("rb") as file:
        raw = file.read(FILE_BYTES_MAX + 1)
    if len(raw) > FILE_BYTES_MAX:
        raise ConnectionFileError(path, "file", f"more than {FILE_BYTES_MAX} bytes")
    try:
        found = msgspec.json.decode(raw, type=_Connection)
    except msgspec.DecodeError as error:
        raise ConnectionFileError(path, "file", str(error)) from error
    if not _ADDRESS.fullmatch(found.address):
        raise ConnectionFileError(path, "address", f"{found.address!r} is not host:port")
    duration = _DURATION.fullmatch(found.dial_timeout)
    if duration is None:
        raise ConnectionFileError(path, "dial_timeout", f"{found.dial_timeout!r} is not like 10s")
    tls = None
    if found.tls_required:
        if not found.root_cert:
            raise ConnectionFileError(path, "root_cert", "is needed with tls_required")
        if found.client_auth_required and not (found.client_cert and found.client_key):
            raise ConnectionFileError(
                path, "client_cert", "and client_key are needed for client authentication"
            )
        shown = found.client_auth_required
        tls = ClientTls(
            found.root_cert.encode(),
            found.client_cert.encode() if shown else None,
            found.client_key.encode() if shown else None,
        )
    return ServerAddress(found.address, tls, float(duration[1]) * _UNIT_S[duration[2]])


def server_of_service(service: Service) -> ServerAddress:
    """The service that a topology describes, dialled as its package tells peers to."""
    root, certificate, key = service.client.read()
    return ServerAddress(service.address, ClientTls(root, certificate, key), package_id=service.package_id)
