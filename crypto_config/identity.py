"""Who signs: an MSP id with a certificate, and the signer that speaks for it."""

from dataclasses import dataclass
from functools import cached_property

from cryptography import x509

from tanhui.crypto_config.certificates import load_certificate
from tanhui.crypto_config.hashing import digest
from tanhui.crypto_config.signer import Signer


@dataclass(frozen=True)
class Identity:
    """A certificate under an organisation's name (msp.SerializedIdentity holds these two fields).

    Attributes:
        msp_id: the MSP that vouches for it.
        credentials: its X.509 certificate in PEM.
    """

    msp_id: str
    credentials: bytes

    @cached_property
    def certificate(self) -> x509.Certificate:
        """The certificate, parsed once. CryptoConfigError when the credentials are not one."""
        return load_certificate(self.credentials, source=f"credentials of {self.msp_id}")


@dataclass(frozen=True)
class SigningIdentity:
    """An identity and what signs for it: a key in memory, an HSM, or somebody elsewhere."""

    identity: Identity
    signer: Signer

    @property
    def msp_id(self) -> str:
        """The identity's MSP id."""
        return self.identity.msp_id

    def sign(self, message: bytes) -> bytes:
        """The signature over `message`, hashed as the signer wants it."""
        return self.signer.sign(digest(self.signer.hash_name, message))
