"""The environment names what the service does; nothing turns TLS off silently."""

from pathlib import Path

import pytest

from tanhui.chaincode.shim import SettingsError, settings_from_environment

BASE = {"CHAINCODE_ID": "registry:00", "CHAINCODE_SERVER_ADDRESS": "127.0.0.1:9999"}


def test_tls_is_on_unless_disabled(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    key.write_bytes(b"k")
    certificate.write_bytes(b"c")
    with pytest.raises(SettingsError) as caught:
        settings_from_environment(BASE)
    assert caught.value.field == "CHAINCODE_TLS_KEY"
    names = {"CHAINCODE_TLS_KEY": str(key), "CHAINCODE_TLS_CERT": str(certificate)}
    settings = settings_from_environment(BASE | names)
    assert settings.tls is not None
    assert settings.tls.private_key == b"k"
    assert b"k" not in repr(settings).encode().split(b"certificate")[0].replace(b"package_id", b"")
    assert settings_from_environment(BASE | {"CHAINCODE_TLS_DISABLED": "true"}).tls is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"CHAINCODE_ID": ""}, "CHAINCODE_ID"),
        ({"CHAINCODE_SERVER_ADDRESS": "nowhere"}, "CHAINCODE_SERVER_ADDRESS"),
        ({"CHAINCODE_TLS_DISABLED": "perhaps"}, "CHAINCODE_TLS_DISABLED"),
        ({"CHAINCODE_CLIENT_CA_CERT": "/x"}, "CHAINCODE_CLIENT_CA_CERT"),
        ({"CHAINCODE_TIME_WINDOW_S": "0"}, "CHAINCODE_TIME_WINDOW_S"),
        ({"CHAINCODE_TIME_WINDOW_S": "-900"}, "CHAINCODE_TIME_WINDOW_S"),
        ({"CHAINCODE_TIME_WINDOW_S": "15m"}, "CHAINCODE_TIME_WINDOW_S"),
    ],
)
def test_a_wrong_setting_is_named(change: dict[str, str], field: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings_from_environment({**BASE, "CHAINCODE_TLS_DISABLED": "true", **change})
    assert caught.value.field == field


def test_the_time_window_is_fabrics_unless_given() -> None:
    plain = BASE | {"CHAINCODE_TLS_DISABLED": "true"}
    assert settings_from_environment(plain).time_window_s == 900
    assert settings_from_environment(plain | {"CHAINCODE_TIME_WINDOW_S": "60"}).time_window_s == 60
