"""Quorums: how many of which keys must have signed.

A key counts once, however many lines it signed and under however many names it is listed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tanhui.proofs.errors import FormatError
from tanhui.proofs.keys import VerifierKey

MEMBERS_MAX = 32


@dataclass(frozen=True, slots=True)
class Quorum:
    """At least `threshold` of `keys`. A threshold of 0 asks for nobody.

    Raises:
        FormatError: more asked for than there are keys, too many keys, or one public key listed twice.
    """

    threshold: int
    keys: tuple[VerifierKey, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.threshold <= len(self.keys) <= MEMBERS_MAX:
            raise FormatError("quorum.threshold", f"{self.threshold} of {len(self.keys)} keys")
        if len({key.public_key for key in self.keys}) != len(self.keys):
            raise FormatError("quorum.duplicate", "one public key is listed twice")

    def signers(self, signed: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
        """Members among those who signed, in the quorum's order."""
        by = set(signed)
        return tuple(key for key in self.keys if key in by)

    def reached(self, signed: Iterable[VerifierKey]) -> bool:
        """Whether enough members signed."""
        return len(self.signers(signed)) >= self.threshold

    def as_of(self, times: Iterable[int]) -> int | None:
        """The latest time at or after which a whole quorum had cosigned; None for 0 of n.

        Raises:
            FormatError: fewer times than the threshold.
        """
        if self.threshold == 0:
            return None
        ordered = sorted(times, reverse=True)
        if len(ordered) < self.threshold:
            raise FormatError("quorum.times", f"{len(ordered)} times for {self.threshold}")
        return ordered[self.threshold - 1]
