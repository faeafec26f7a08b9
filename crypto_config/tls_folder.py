"""The TLS half of a node or user: its certificate, its key, and the root that its peers check it against."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from tanhui.crypto_config.folders import read_file, write_public
from tanhui.crypto_config.keys import PrivateKey, save_private_key

TlsSide = Literal["server", "client"]
ROOT_FILE: Final = "ca.crt"


@dataclass(frozen=True)
class TlsFiles:
    """Where the three files stand: tls/{ca.crt, server.crt, server.key}, or client.* for a user."""

    root: Path
    certificate: Path
    key: Path

    @classmethod
    def inside(cls, folder: Path, side: TlsSide) -> "TlsFiles":
        """The names that Fabric's own tools use."""
        return cls(folder / ROOT_FILE, folder / f"{side}.crt", folder / f"{side}.key")

    def write(self, *, root: bytes, certificate: bytes, key: PrivateKey) -> None:
        """Put all three in place; the key is its owner's only."""
        write_public(self.root, root)
        save_private_key(self.key, key)
        write_public(self.certificate, certificate)

    def read(self) -> tuple[bytes, bytes, bytes]:
        """Root, certificate and key in PEM. CryptoConfigError names the file that is missing."""
        return read_file(self.root), read_file(self.certificate), read_file(self.key)
