"""A node or user of an organisation, as its folder shows it."""

from dataclasses import dataclass
from pathlib import Path

from tanhui.crypto_config.identity import Identity, SigningIdentity
from tanhui.crypto_config.msp_folder import read_identity, read_signing_identity
from tanhui.crypto_config.tls_folder import TlsFiles, TlsSide


@dataclass(frozen=True)
class Member:
    """Two sub-folders: msp/ (a local MSP that Fabric's programs start from) and tls/."""

    folder: Path
    msp_id: str
    tls_side: TlsSide

    @property
    def name(self) -> str:
        """Its full name: peer0.exchange.example, or Admin@exchange.example."""
        return self.folder.name

    @property
    def msp_folder(self) -> Path:
        """What a peer's `mspConfigPath` or an orderer's `LocalMSPDir` points to."""
        return self.folder / "msp"

    @property
    def tls(self) -> TlsFiles:
        """Its TLS certificate, key and root."""
        return TlsFiles.inside(self.folder / "tls", self.tls_side)

    def identity(self) -> Identity:
        """Who it is, without its key."""
        return read_identity(self.msp_folder, self.msp_id)

    def signing_identity(self, password: bytes | None = None) -> SigningIdentity:
        """Who it is, ready to sign; `password` opens a key that is encrypted."""
        return read_signing_identity(self.msp_folder, self.msp_id, password)
