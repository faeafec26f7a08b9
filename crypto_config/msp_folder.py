"""An organisation's MSP as files, in the layout that Fabric's programs read (msp/configbuilder.go).

cacerts/ intermediatecerts/ tlscacerts/ tlsintermediatecerts/ admincerts/ crls/ config.yaml
and, in the MSP of one node or user, signcerts/ and keystore/
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tanhui.crypto_config.certificates import certificate_pem, load_certificate
from tanhui.crypto_config.errors import CryptoConfigError
from tanhui.crypto_config.folders import FOLDER_MODE, read_file, write_public
from tanhui.crypto_config.identity import Identity, SigningIdentity
from tanhui.crypto_config.keys import (
    PrivateKey,
    PrivateKeySigner,
    checked_public_key,
    load_private_key,
    save_private_key,
)
from tanhui.crypto_config.node_ous import CONFIG_FILE, NodeOus, node_ous_yaml, parse_node_ous

FILES_IN_FOLDER_MAX: Final = 1_000

CA_CERTS: Final = "cacerts"
INTERMEDIATE_CERTS: Final = "intermediatecerts"
TLS_CA_CERTS: Final = "tlscacerts"
TLS_INTERMEDIATE_CERTS: Final = "tlsintermediatecerts"
ADMIN_CERTS: Final = "admincerts"
REVOCATION_LISTS: Final = "crls"
SIGN_CERTS: Final = "signcerts"
KEYSTORE: Final = "keystore"
KEY_FILE: Final = "priv_sk"


@dataclass(frozen=True)
class MspMaterial:
    """What verifies an organisation's members; every entry is one file's PEM bytes.

    Attributes:
        node_ou_certificates: PEM by path, for the node OUs that name a certificate.
    """

    msp_id: str
    root_certificates: tuple[bytes, ...]
    tls_root_certificates: tuple[bytes, ...] = ()
    intermediate_certificates: tuple[bytes, ...] = ()
    tls_intermediate_certificates: tuple[bytes, ...] = ()
    admin_certificates: tuple[bytes, ...] = ()
    revocation_lists: tuple[bytes, ...] = ()
    node_ous: NodeOus = field(default_factory=dict)
    node_ou_certificates: dict[str, bytes] = field(default_factory=dict)


def write_msp(folder: Path, files: dict[str, bytes], node_ous: NodeOus) -> None:
    """Write an MSP folder: `files` by path inside it, config.yaml, and an admincerts/ for Fabric."""
    for path, content in files.items():
        write_public(folder / path, content)
    (folder / ADMIN_CERTS).mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    if node_ous:
        write_public(folder / CONFIG_FILE, node_ous_yaml(node_ous))


def read_msp(folder: Path, msp_id: str) -> MspMaterial:
    """Read an MSP folder. CryptoConfigError when it has no root certificate or a file cannot be read."""
    roots = _files(folder / CA_CERTS)
    if not roots:
        raise CryptoConfigError("cacerts", str(folder / CA_CERTS), "must hold a root certificate")
    tls_roots = _files(folder / TLS_CA_CERTS)
    config = folder / CONFIG_FILE
    node_ous = parse_node_ous(read_file(config), source=str(config)) if config.exists() else {}
    return MspMaterial(
        msp_id=msp_id,
        root_certificates=roots,
        tls_root_certificates=tls_roots,
        intermediate_certificates=_files(folder / INTERMEDIATE_CERTS),
        # Without TLS roots Fabric ignores their intermediates.
        tls_intermediate_certificates=_files(folder / TLS_INTERMEDIATE_CERTS) if tls_roots else (),
        admin_certificates=_files(folder / ADMIN_CERTS),
        revocation_lists=_files(folder / REVOCATION_LISTS),
        node_ous=node_ous,
        node_ou_certificates={
            unit.certificate: read_file(folder / unit.certificate)
            for unit in node_ous.values()
            if unit.certificate
        },
    )


def write_signer(folder: Path, name: str, certificate: bytes, key: PrivateKey) -> None:
    """Put a certificate in signcerts/ (the only one there) and its key in keystore/."""
    save_private_key(folder / KEYSTORE / KEY_FILE, key)
    write_public(folder / SIGN_CERTS / f"{name}-cert.pem", certificate)


def read_identity(folder: Path, msp_id: str) -> Identity:
    """The certificate in signcerts/, without its key."""
    certificates = _files(folder / SIGN_CERTS)
    if len(certificates) != 1:
        found = f"{len(certificates)} files in {folder / SIGN_CERTS}"
        raise CryptoConfigError("signcerts", found, "must hold exactly one certificate")
    certificate = load_certificate(certificates[0], source=str(folder / SIGN_CERTS))
    return Identity(msp_id, certificate_pem(certificate))


def read_signing_identity(folder: Path, msp_id: str, password: bytes | None = None) -> SigningIdentity:
    """The certificate in signcerts/ with its key from keystore/, whatever that file is called.

    `password` opens keys that are encrypted. Raises CryptoConfigError.
    """
    identity = read_identity(folder, msp_id)
    wanted = checked_public_key(identity.certificate.public_key())
    for content in _files(folder / KEYSTORE):
        key = load_private_key(content, source=str(folder / KEYSTORE), password=password)
        if key.public_key() == wanted:
            return SigningIdentity(identity, PrivateKeySigner(key))
    raise CryptoConfigError("keystore", str(folder / KEYSTORE), "must hold the certificate's private key")


def _files(folder: Path) -> tuple[bytes, ...]:
    """The files of a folder by name, as Fabric orders them; none when there is no folder."""
    if not folder.is_dir():
        return ()
    paths = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    if len(paths) > FILES_IN_FOLDER_MAX:
        raise CryptoConfigError("folder", str(folder), f"must hold at most {FILES_IN_FOLDER_MAX} files")
    return tuple(read_file(path) for path in paths)
