"""What signs: the port that a key file, an HSM and an offline key all satisfy."""

from typing import Literal, Protocol

HashName = Literal["none", "sha256", "sha384", "sha3_256", "sha3_384"]
"""What a signer expects its input to have been hashed with; "none" means the whole message (Ed25519)."""


class Signer(Protocol):
    """Makes signatures that Fabric accepts (bccsp/sw/ecdsa.go: DER, low S; bccsp/sw/ed25519.go)."""

    @property
    def hash_name(self) -> HashName:
        """The hash that the caller applies to the message before `sign`."""

    def sign(self, digest: bytes) -> bytes:
        """The signature over `digest`, or over the whole message where `hash_name` is "none"."""
