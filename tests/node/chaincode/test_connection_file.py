"""connection.json as Fabric's external builder takes it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tanhui.node.chaincode import ClientTls, ServerAddress, read_server
from tanhui.node.chaincode.connection_file import ConnectionFileError

TLS = {
    "address": "cc.example:9999",
    "dial_timeout": "10s",
    "tls_required": True,
    "client_auth_required": True,
    "client_key": "key",
    "client_cert": "certificate",
    "root_cert": "root",
}


def read(folder: Path, content: Any) -> ServerAddress:
    path = folder / "connection.json"
    path.write_text(json.dumps(content), "utf-8")
    return read_server(path)


def test_with_tls_and_client_authentication(tmp_path: Path) -> None:
    assert read(tmp_path, TLS) == ServerAddress(
        "cc.example:9999", ClientTls(b"root", b"certificate", b"key"), dial_timeout_s=10.0
    )
    shown = read(tmp_path, TLS | {"client_auth_required": False}).tls
    assert shown == ClientTls(b"root")


def test_in_the_clear_with_fabrics_default_timeout(tmp_path: Path) -> None:
    assert read(tmp_path, {"address": "127.0.0.1:9999"}) == ServerAddress(
        "127.0.0.1:9999", dial_timeout_s=3.0
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"address": "nowhere"}, "address"),
        ({"dial_timeout": "soon"}, "dial_timeout"),
        ({"root_cert": ""}, "root_cert"),
        ({"client_key": ""}, "client_cert"),
        ({"tls_required": "yes"}, "file"),
    ],
)
def test_what_says_too_little_is_named(tmp_path: Path, change: dict[str, Any], field: str) -> None:
    with pytest.raises(ConnectionFileError, match=r"connection\.json") as caught:
        read(tmp_path, TLS | change)
    assert caught.value.field == field


def test_the_key_is_not_shown() -> None:
    assert "secret" not in repr(ClientTls(b"root", b"certificate", b"secret"))
