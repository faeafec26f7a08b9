"""Each signature verified once: a bounded set of right ones, filled by threads ahead of the judgement.

The endorser and the gateway may fill it too, with what they verified when it came in. Only right signatures
are kept, under a digest of everything that made them right: identity, message and signature. Whether the
identity is valid is another question, asked anew each time, since a config block may revoke it.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from tanhui.network.protocol.errors import IdentityError, ProtocolError
from tanhui.network.protocol.policies import SignedData
from tanhui.network.protocol.principals import Principal
from tanhui.node.validation.rules import Deserialize, Identity, ValidationLimits


class VerifiedSignatures:
    """Digests of right signatures, the oldest dropped first. For any number of threads."""

    def __init__(self, entries_max: int) -> None:
        self._entries_max = entries_max
        self._entries: dict[bytes, None] = {}
        self._lock = Lock()

    def add(self, signed: SignedData) -> None:
        """Remember a signature that was verified, or made here."""
        self.add_digest(signature_digest(signed))

    def add_digest(self, digest: bytes) -> None:
        """The same, of its `signature_digest`."""
        if not self._entries_max:
            return
        with self._lock:
            while len(self._entries) >= self._entries_max:
                del self._entries[next(iter(self._entries))]
            self._entries[digest] = None

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._entries

    def __len__(self) -> int:
        return len(self._entries)


def signature_digest(signed: SignedData) -> bytes:
    """What `VerifiedSignatures` keeps of one: lengths keep the parts apart."""
    digest = hashlib.sha256(
        len(signed.identity).to_bytes(8, "big") + len(signed.signature).to_bytes(8, "big")
    )
    digest.update(signed.identity)
    digest.update(signed.signature)
    digest.update(signed.data)
    return digest.digest()


class SignatureChecker:
    """Verifies in threads, and lends out identities whose `verify` asks the verified ones first."""

    def __init__(self, limits: ValidationLimits) -> None:
        self.verified = VerifiedSignatures(limits.verified_signatures_max)
        self._remembers = limits.verified_signatures_max > 0
        self._threads = limits.threads
        self._pool = ThreadPoolExecutor(limits.threads, thread_name_prefix="verify")

    def prefetch(self, signed: Sequence[SignedData], deserialize: Deserialize) -> set[SignedData]:
        """Verify what is not known yet, in threads; returns the right ones of these.

        The caller holds the result while it judges the block, so that nothing is dropped in between.
        """
        if not self._remembers:
            return set(self._right(list(dict.fromkeys(signed)), deserialize))
        fresh: dict[SignedData, bytes] = {}
        known: set[SignedData] = set()
        for one in signed:
            digest = signature_digest(one)
            if digest in self.verified:
                known.add(one)
            else:
                fresh[one] = digest
        for one in self._right(list(fresh), deserialize):
            self.verified.add_digest(fresh[one])
            known.add(one)
        return known

    def _right(self, work: Sequence[SignedData], deserialize: Deserialize) -> list[SignedData]:
        if len(work) <= 1:
            return _verify(work, deserialize)
        parts = [work[start :: self._threads] for start in range(min(self._threads, len(work)))]
        found = self._pool.map(lambda part: _verify(part, deserialize), parts)
        return [one for part in found for one in part]

    def close(self) -> None:
        """Wait for the threads and end them."""
        self._pool.shutdown()


def _verify(work: Sequence[SignedData], deserialize: Deserialize) -> list[SignedData]:
    right: list[SignedData] = []
    for signed in work:
        try:
            deserialize(signed.identity).verify(signed.data, signed.signature)
        except ProtocolError:
            continue
        right.append(signed)
    return right


class KnownIdentity:
    """An identity that does not verify a signature again which is among the verified ones."""

    __slots__ = ("_identity", "_known", "_serialized")

    def __init__(self, serialized: bytes, identity: Identity, known: set[SignedData]) -> None:
        self._serialized = serialized
        self._identity = identity
        self._known = known

    @property
    def msp_id(self) -> str:
        """See PolicyIdentity."""
        return self._identity.msp_id

    @property
    def identifier(self) -> str:
        """See PolicyIdentity."""
        return self._identity.identifier

    def satisfies(self, principal: Principal) -> bool:
        """See PolicyIdentity."""
        return self._identity.satisfies(principal)

    def verify(self, message: bytes, signature: bytes) -> None:
        """See PolicyIdentity."""
        if SignedData(self._serialized, message, signature) not in self._known:
            self._identity.verify(message, signature)

    def validate(self) -> None:
        """See Identity."""
        self._identity.validate()


class KnownCreators:
    """The channel's identities, with the signatures that are already known to be right."""

    def __init__(self, deserialize: Deserialize, known: set[SignedData]) -> None:
        self._deserialize = deserialize
        self._known = known

    def deserialize(self, serialized: bytes) -> KnownIdentity:
        """Raises ProtocolError."""
        return KnownIdentity(serialized, self._deserialize(serialized), self._known)

    def verified_creator(self, creator: bytes, message: bytes, signature: bytes) -> object:
        """See message_validation.Creators."""
        if not creator or not signature:
            raise IdentityError("signature", "creator or signature is missing")
        identity = self.deserialize(creator)
        identity.validate()
        identity.verify(message, signature)
        return identity
