"""Who a gateway speaks for, and how its messages are signed.

The creator's bytes are made once: they stand in every header and take a third of the time to build one.
"""

import asyncio
from typing import Protocol

from tanhui.crypto_config.hashing import digest
from tanhui.crypto_config.signer import HashName, Signer
from tanhui.network.gateway.errors import NoSignerError
from tanhui.network.protocol.identities import Credentials, creator_of


class Signable(Protocol):
    """A message that is signed by the gateway when it is sent, or by somebody else before that.

    Signing elsewhere: hand `digest()` to whoever holds the key, keep `serialize()`, then rebuild the object
    with the gateway's method for it and attach the signature.
    """

    def serialize(self) -> bytes:
        """The message, from which the gateway rebuilds this object."""

    def digest(self) -> bytes:
        """What is to be signed: the hash of the message, or the message where the hash is "none"."""

    def set_signature(self, signature: bytes) -> None:
        """Attach a signature over `digest()`; the gateway will not sign."""


class MessageSigner:
    """An identity with its creator bytes, its hash, and perhaps its signer."""

    def __init__(
        self,
        identity: Credentials,
        signer: Signer | None,
        hash_name: HashName | None,
        *,
        sign_in_thread: bool,
    ) -> None:
        self.identity = identity
        self.creator = creator_of(identity)
        self._signer = signer
        self._in_thread = sign_in_thread
        self.hash_name: HashName = hash_name or (signer.hash_name if signer else "sha256")

    def digest(self, message: bytes) -> bytes:
        """What a signature over `message` covers."""
        return digest(self.hash_name, message)

    async def sign(self, message: bytes) -> bytes:
        """A signature over a message. Raises NoSignerError."""
        if self._signer is None:
            raise NoSignerError(
                f"no signer for {self.identity.msp_id}: attach a signature with set_signature()"
            )
        if self._in_thread:
            return await asyncio.to_thread(self._signer.sign, self.digest(message))
        return self._signer.sign(self.digest(message))
