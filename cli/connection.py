"""A connection.json as the commands use it: a transport to its peer, and who speaks."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from tanhui.crypto_config.certificates import load_certificate
from tanhui.crypto_config.identity import Identity, SigningIdentity
from tanhui.crypto_config.keys import PrivateKeySigner, read_private_key
from tanhui.network.connection import ConnectionProfile, Endpoint, NamedIdentity, read_profile
from tanhui.network.gateway.grpc_transport import GrpcTransport, TlsOptions


@dataclass(frozen=True, slots=True)
class Connection:
    """What a profile leads to; nothing is connected yet."""

    profile: ConnectionProfile
    signing: SigningIdentity
    tls: TlsOptions | None

    @property
    def tls_certificate_hash(self) -> bytes:
        """SHA256 of the client's TLS certificate in DER, b"" without one."""
        if self.tls is None or self.tls.client_certificate is None:
            return b""
        return sha256(load_certificate(self.tls.client_certificate).public_bytes(Encoding.DER)).digest()

    def transport(self) -> GrpcTransport:
        """To the profile's peer; made inside a running event loop."""
        return GrpcTransport(self.profile.gateway.endpoint, self.tls)


def open_connection(path: Path, msp_id: str | None, identity: str | None) -> Connection:
    """Read the profile, and the keys of one identity: the first organisation's first without a name.

    Raises:
        ConnectionProfileError: the file, or no such identity.
        CryptoConfigError: a certificate or key cannot be read.
    """
    profile = read_profile(path)
    msp_id = msp_id or profile.organisations[0].msp_id
    signing = signing_identity(msp_id, profile.identity(msp_id, identity))
    return Connection(profile, signing, tls_options(profile.gateway))


def signing_identity(msp_id: str, named: NamedIdentity) -> SigningIdentity:
    """An identity of a profile with its key. CryptoConfigError when one cannot be read."""
    return SigningIdentity(
        Identity(msp_id, Path(named.certificate_path).read_bytes()),
        PrivateKeySigner(read_private_key(Path(named.private_key_path))),
    )


def tls_options(gateway: Endpoint) -> TlsOptions | None:
    """How a gateway of a profile is recognised; None for one that speaks in the clear."""
    if gateway.tls_root_pem_path is None:
        return None
    return TlsOptions(
        Path(gateway.tls_root_pem_path).read_bytes(),
        gateway.server_name,
        _read(gateway.tls_client_certificate_path),
        _read(gateway.tls_client_key_path),
    )


def _read(path: str | None) -> bytes | None:
    return None if path is None else Path(path).read_bytes()
