from pathlib import Path

import msgspec
import pytest

from tanhui.network.connection import (
    ConnectionProfile,
    ConnectionProfileError,
    Endpoint,
    NamedIdentity,
    ProfileOrganisation,
    read_profile,
    write_profile,
)

PROFILE = ConnectionProfile(
    channel="credits",
    chaincode="registry",
    gateway=Endpoint("127.0.0.1:7051", "tls/ca.pem", "peer0"),
    organisations=(
        ProfileOrganisation(
            "Org1MSP",
            (
                NamedIdentity("admin", "admin.pem", "admin.key"),
                NamedIdentity("user", "user.pem", "/k/user.key"),
            ),
        ),
    ),
)


def test_what_was_written_is_read_with_absolute_paths(tmp_path: Path) -> None:
    path = tmp_path / "connection.json"
    write_profile(path, PROFILE)
    profile = read_profile(path)
    assert profile.gateway.tls_root_pem_path == str(tmp_path / "tls/ca.pem")
    assert profile.gateway.tls_client_certificate_path is None
    assert profile.identity("Org1MSP").certificate_path == str(tmp_path / "admin.pem")
    assert profile.identity("Org1MSP", "user").private_key_path == "/k/user.key"
    assert [entry.name for entry in tmp_path.iterdir()] == ["connection.json"]


def test_the_file_is_the_documented_one(tmp_path: Path) -> None:
    write_profile(tmp_path / "c.json", PROFILE)
    document = msgspec.json.decode((tmp_path / "c.json").read_bytes())
    assert document["version"] == 1
    assert document["gateway"] == {
        "endpoint": "127.0.0.1:7051",
        "tls_root_pem_path": "tls/ca.pem",
        "server_name": "peer0",
        "tls_client_certificate_path": None,
        "tls_client_key_path": None,
    }


def test_an_unknown_identity_is_named() -> None:
    with pytest.raises(ConnectionProfileError, match="no identity auditor of Org1MSP"):
        PROFILE.identity("Org1MSP", "auditor")
    with pytest.raises(ConnectionProfileError, match="Org9MSP"):
        PROFILE.identity("Org9MSP")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[]", "Expected `object`"),
        (b"{", "truncated"),
        (b'{"channel": 1}', "channel"),
        (
            b'{"channel":"a","chaincode":"b","gateway":{"endpoint":"c"},"organisations":[],"version":2}',
            "version is 2",
        ),
        (
            b'{"channel":"a","chaincode":"b","gateway":{"endpoint":"c","tls_client_key_path":"k"},"organisations":[]}',
            "without the other",
        ),
        (b" " * (1024 * 1024 + 1), "longer than"),
    ],
)
def test_a_bad_file_is_refused_by_name(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "connection.json"
    path.write_bytes(content)
    with pytest.raises(ConnectionProfileError, match=message) as refused:
        read_profile(path)
    assert str(path) in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConnectionProfileError, match="No such file"):
        read_profile(tmp_path / "nothing.json")
