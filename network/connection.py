"""connection.json: where a network's gateway is and who may speak to it, written by what starts the network.

    {"version": 1, "channel": "credits", "chaincode": "registry",
     "gateway": {"endpoint": "127.0.0.1:7051", "tls_root_pem_path": "tls/ca.pem", "server_name": "peer0.org1",
                 "tls_client_certificate_path": null, "tls_client_key_path": null},
     "further_gateways": [],
     "organisations": [{"msp_id": "Org1MSP", "identities": [
         {"name": "admin", "certificate_path": "org1/admin.pem", "private_key_path": "org1/admin.key"}]}]}

`further_gateways` are other peers of the channel, for clients that spread their calls or go elsewhere when one is
away. Paths are relative to the file's folder. Without `tls_root_pem_path` the gateway speaks in the clear.
Clients in any language read this file; it holds the paths of keys, never a key.
"""

from pathlib import Path

import msgspec

PROFILE_BYTES_MAX = 1024 * 1024
PROFILE_VERSION = 1


class ConnectionProfileError(ValueError):
    """A connection.json that cannot be used; the message names the file and the field."""


class NamedIdentity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One person or program: a certificate and the key that speaks for it, both PEM files."""

    name: str
    certificate_path: str
    private_key_path: str


class ProfileOrganisation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An organisation's MSP and the identities at hand, the usual one first."""

    msp_id: str
    identities: tuple[NamedIdentity, ...]


class Endpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A gateway: host:port, and what TLS needs.

    `server_name` is the name in the peer's certificate where the host has another.
    """

    endpoint: str
    tls_root_pem_path: str | None = None
    server_name: str | None = None
    tls_client_certificate_path: str | None = None
    tls_client_key_path: str | None = None


class ConnectionProfile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file, with paths as they stand in it."""

    channel: str
    chaincode: str
    gateway: Endpoint
    organisations: tuple[ProfileOrganisation, ...]
    version: int = PROFILE_VERSION
    further_gateways: tuple[Endpoint, ...] = ()

    @property
    def gateways(self) -> tuple[Endpoint, ...]:
        """Every gateway, the usual one first."""
        return (self.gateway, *self.further_gateways)

    def identity(self, msp_id: str, name: str | None = None) -> NamedIdentity:
        """An identity of an organisation by name, its first without one. Raises ConnectionProfileError."""
        for organisation in self.organisations:
            if organisation.msp_id != msp_id:
                continue
            for identity in organisation.identities:
                if name in (None, identity.name):
                    return identity
        raise ConnectionProfileError(f"organisations: no identity {name or ''} of {msp_id}")


def read_profile(path: Path) -> ConnectionProfile:
    """The file with its paths made absolute. Raises ConnectionProfileError."""
    try:
        with path.open("rb") as file:
            data = file.read(PROFILE_BYTES_MAX + 1)
    except OSError as reason:
        raise ConnectionProfileError(f"{path}: {reason.strerror}") from reason
    if len(data) > PROFILE_BYTES_MAX:
        raise ConnectionProfileError(f"{path}: longer than {PROFILE_BYTES_MAX} bytes")
    try:
        profile = msgspec.json.decode(data, type=ConnectionProfile)
    except msgspec.DecodeError as reason:
        raise ConnectionProfileError(f"{path}: {reason}") from reason
    if profile.version != PROFILE_VERSION:
        raise ConnectionProfileError(f"{path}: version is {profile.version}, expected {PROFILE_VERSION}")
    for gateway in profile.gateways:
        if (gateway.tls_client_certificate_path is None) != (gateway.tls_client_key_path is None):
            raise ConnectionProfileError(
                f"{path}: gateway {gateway.endpoint} names a client certificate or key without the other"
            )
    return _absolute(profile, path.resolve().parent)


def write_profile(path: Path, profile: ConnectionProfile) -> None:
    """Write the file as a whole: a reader sees the old one or the new one."""
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(msgspec.json.format(msgspec.json.encode(profile), indent=2) + b"\n")
    partial.replace(path)


def _absolute(profile: ConnectionProfile, folder: Path) -> ConnectionProfile:
    def placed(name: str | None) -> str | None:
        return None if name is None else str(folder / name)

    def placed_identity(one: NamedIdentity) -> NamedIdentity:
        return NamedIdentity(one.name, str(folder / one.certificate_path), str(folder / one.private_key_path))

    def placed_gateway(one: Endpoint) -> Endpoint:
        return Endpoint(
            one.endpoint,
            placed(one.tls_root_pem_path),
            one.server_name,
            placed(one.tls_client_certificate_path),
            placed(one.tls_client_key_path),
        )

    return msgspec.structs.replace(
        profile,
        gateway=placed_gateway(profile.gateway),
        further_gateways=tuple(placed_gateway(one) for one in profile.further_gateways),
        organisations=tuple(
            ProfileOrganisation(one.msp_id, tuple(placed_identity(each) for each in one.identities))
            for one in profile.organisations
        ),
    )
