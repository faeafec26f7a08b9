"""Each signature verified once: a bounded set of right ones, filled by threads ahead of the judgement.

The endorser and the gateway may fill it too, with what they verified when it came in. Only right signatures
are kept, under a digest of everything that made them right: identity, message and signature. Whether the
identity is valid is another question, asked anew each time, since a config block may revoke it.
"""

import hashlib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from tanhui.network.protocol.errors import IdentityError, ProtocolError
from tanhui.network.protocol.policies import PolicyIdentity, SignedData
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


class RightSignatures:
    """One block's signatures that are known to be right, while the block is judged.

    They are found by the signature's bytes, and compared whole: nobody else's, and no other message's. Of two that
    have the same bytes one is kept, and the other verified when it is asked for.
    """

    def __init__(self, signed: Iterable[SignedData] = ()) -> None:
        self._by_signature = {one.signature: one for one in signed}

    def __contains__(self, signed: object) -> bool:
        return isinstance(signed, SignedData) and self._by_signature.get(signed.signature) == signed

    def verify(self, identity: PolicyIdentity, signed: SignedData) -> None:
        """Raise IdentityError unless the identity, which the signature names, made it."""
        if self._by_signature.get(signed.signature) != signed:
            identity.verify(signed.data, signed.signature)


class BlockIdentities:
    """The channel's identities, each asked for once a block. What cannot be read is asked for again."""

    def __init__(self, deserialize: Deserialize) -> None:
        self._deserialize = deserialize
        self._found: dict[bytes, Identity] = {}

    def deserialize(self, serialized: bytes) -> Identity:
        """See ChannelRules.deserialize_identity. Any thread."""
        found = self._found.get(serialized)
        if found is None:
            found = self._found[serialized] = self._deserialize(serialized)
        return found


class SignatureChecker:
    """Verifies a block's signatures in threads."""

    def __init__(self, limits: ValidationLimits) -> None:
        self.verified = VerifiedSignatures(limits.verified_signatures_max)
        self._remembers = limits.verified_signatures_max > 0
        self._threads = limits.threads
        self._pool = ThreadPoolExecutor(limits.threads, thread_name_prefix="verify")

    def prefetch(self, signed: Sequence[SignedData], deserialize: Deserialize) -> RightSignatures:
        """Verify what is not known yet, in threads; returns the right ones of these.

        The caller holds the result while it judges the block, so that nothing is dropped in between.
        """
        if not self._remembers:
            return RightSignatures(self._right(signed, deserialize))
        fresh: dict[bytes, SignedData] = {}
        known: list[SignedData] = []
        for one in signed:
            digest = signature_digest(one)
            if digest in self.verified:
                known.append(one)
            else:
                fresh[digest] = one
        if fresh:
            right = RightSignatures(self._right(list(fresh.values()), deserialize))
            for digest, one in fresh.items():
                if one in right:
                    self.verified.add_digest(digest)
                    known.append(one)
        return RightSignatures(known)

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


class KnownCreators:
    """The channel's identities, with the signatures that are already known to be right."""

    def __init__(self, deserialize: Deserialize, right: RightSignatures) -> None:
        self._deserialize = deserialize
        self._right = right

    def verified_creator(self, creator: bytes, message: bytes, signature: bytes) -> object:
        """See message_validation.Creators."""
        if not creator or not signature:
            raise IdentityError("signature", "creator or signature is missing")
        identity = self._deserialize(creator)
        identity.validate()
        self._right.verify(identity, SignedData(creator, message, signature))
        return identity
