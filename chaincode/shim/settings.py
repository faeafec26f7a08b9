"""How a chaincode service is set up: by values, or by the environment as Fabric's samples name it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tanhui.chaincode.shim.errors import SettingsError
from tanhui.network.http2.tls import ServerTls

TRANSACTIONS_MAX = 2500
"""Transactions that run at once; Fabric's peer admits as many (peer.limits.concurrency.endorserService)."""
TIME_WINDOW_S = 900
"""How far a proposal's timestamp may be from the service's clock; Fabric's peer.authentication.timewindow."""


SECONDS_DIGITS_MAX = 10


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Where the service listens and under which package id it registers.

    `tls` None serves in the clear, which must be asked for: nothing here turns TLS off silently. `time_window_s` None
    leaves the proposal's timestamp to the peer.
    """

    package_id: str
    address: str
    tls: ServerTls | None
    transactions_max: int = TRANSACTIONS_MAX
    time_window_s: int | None = TIME_WINDOW_S

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if not self.package_id:
            raise SettingsError("CHAINCODE_ID", "", "the package id, label:hash, is needed")
        if ":" not in self.address:
            raise SettingsError("CHAINCODE_SERVER_ADDRESS", self.address, "must be host:port")


def settings_from_environment(environment: Mapping[str, str]) -> ServiceSettings:
    """Read CHAINCODE_{ID,SERVER_ADDRESS,TLS_DISABLED,TLS_KEY,TLS_CERT,CLIENT_CA_CERT,TIME_WINDOW_S}.

    TLS is on unless CHAINCODE_TLS_DISABLED is "true"; key and certificate files are then required. The time window
    is TIME_WINDOW_S unless given, in whole seconds.

    Raises:
        SettingsError: a value is missing, a file cannot be read, or TLS is both disabled and configured.
    """
    disabled = environment.get("CHAINCODE_TLS_DISABLED", "false").lower()
    if disabled not in {"true", "false"}:
        raise SettingsError("CHAINCODE_TLS_DISABLED", disabled, 'must be "true" or "false"')
    files = {
        name: environment.get(name, "")
        for name in ("CHAINCODE_TLS_KEY", "CHAINCODE_TLS_CERT", "CHAINCODE_CLIENT_CA_CERT")
    }
    tls: ServerTls | None = None
    if disabled == "true":
        given = next((name for name, value in files.items() if value), None)
        if given:
            raise SettingsError(given, files[given], "given although CHAINCODE_TLS_DISABLED is true")
    else:
        tls = ServerTls(
            private_key=_read("CHAINCODE_TLS_KEY", files["CHAINCODE_TLS_KEY"]),
            certificate=_read("CHAINCODE_TLS_CERT", files["CHAINCODE_TLS_CERT"]),
            client_roots=(
                _read("CHAINCODE_CLIENT_CA_CERT", files["CHAINCODE_CLIENT_CA_CERT"])
                if files["CHAINCODE_CLIENT_CA_CERT"]
                else None
            ),
        )
    return ServiceSettings(
        package_id=environment.get("CHAINCODE_ID", ""),
        address=environment.get("CHAINCODE_SERVER_ADDRESS", ""),
        tls=tls,
        time_window_s=_seconds("CHAINCODE_TIME_WINDOW_S", environment, TIME_WINDOW_S),
    )


def _seconds(name: str, environment: Mapping[str, str], default: int) -> int:
    text = environment.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= SECONDS_DIGITS_MAX and int(text) > 0):
        raise SettingsError(name, text, "must be seconds, a whole number above 0")
    return int(text)


def _read(name: str, path: str) -> bytes:
    if not path:
        raise SettingsError(name, "", "a PEM file is needed, or CHAINCODE_TLS_DISABLED=true")
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise SettingsError(name, path, error.strerror or str(error)) from error
