"""The terms of an agreement between two regions: the same bytes on both ledgers, known by their hash.

Every transfer names that hash, and the hash covers both genesis hashes, the lane, direction, ratio, caps and
keys. So a proof made under one agreement, version or pair of ledgers is worth nothing under any other.
"""

import hashlib
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.rules.errors import recognition as codes

WHOLE_MAX: Final = 2**53 - 1
RATIO_MAX: Final = 1_000_000
SHARDS_MAX: Final = 64
METHODOLOGIES_MAX: Final = 200
KEYS_MAX: Final = 16
MIRROR_PREFIX: Final = "m."
"""Mirror batches begin so; local batches begin with a region's six digits."""

Whole = Annotated[int, msgspec.Meta(ge=0, le=WHOLE_MAX)]
Positive = Annotated[int, msgspec.Meta(ge=1, le=RATIO_MAX)]
AgreementId = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]*$(?!\n)", max_length=32)]
SourceName = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x20\x7f]+$(?!\n)", min_length=1, max_length=80)]
"""A methodology's version (`restored@1`), or the scene of a direct award."""
KeyText = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x20\x7f]+$(?!\n)", min_length=1, max_length=400)]
"""A key as signed notes write it: name+id+base64."""
_Hash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$(?!\n)", max_length=64)]
_Line = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f]+$(?!\n)", min_length=1, max_length=200)]

Lane: TypeAlias = Literal["points", "credits"]
Direction: TypeAlias = Literal["both", "to_first", "to_second"]
Use: TypeAlias = Literal["redemption", "market", "finance", "compensation"]


class Party(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One region: its ledger, its log, and what a proof of it must carry."""

    region: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$(?!\n)", max_length=6)]
    name: _Line
    regulator: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z]{18}$(?!\n)", min_length=18, max_length=18)]
    programme: Annotated[str, msgspec.Meta(pattern=r"^([a-z0-9][a-z0-9._-]*)?$(?!\n)", max_length=64)] = ""
    """Whose points move; empty in the credits lane."""
    genesis: _Hash
    channel: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9.-]*$(?!\n)", min_length=1, max_length=249)]
    origin: _Line
    """The origin line of its transparency log."""
    witnesses: Annotated[int, msgspec.Meta(ge=0, le=32)] = 0
    """Its anchors ask for at least so many witnesses' cosignatures."""
    auditors: Annotated[int, msgspec.Meta(ge=1, le=32)]
    """And for at least so many replay auditors': only they say that a transaction is valid."""


class Caps(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Limits in source units, each way apart; 0 is no cap. Days and years are the lock's, in UTC+8.

    Caps that many transfers share are cut into shards that are drawn on independently, so that no key is hot.
    """

    per_transfer: Whole = 0
    per_person: Whole = 0
    """Of one person, or one holder, in a calendar year."""
    per_day: Whole = 0
    per_year: Whole = 0
    total: Whole = 0
    shards: Annotated[int, msgspec.Meta(ge=1, le=SHARDS_MAX)] = 1


class Arbiter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who settles what a silent region leaves open: so many of these keys sign."""

    threshold: Annotated[int, msgspec.Meta(ge=1, le=KEYS_MAX)]
    keys: Annotated[tuple[KeyText, ...], msgspec.Meta(min_length=1, max_length=KEYS_MAX)]


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One version of an agreement."""

    agreement: AgreementId
    version: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    parties: tuple[Party, Party]
    lane: Lane
    direction: Direction = "both"
    methodologies: Annotated[tuple[SourceName, ...], msgspec.Meta(min_length=1, max_length=METHODOLOGIES_MAX)]
    vintage_since: Annotated[int, msgspec.Meta(ge=0, le=9_999)] = 0
    """The oldest vintage that is recognised; 0 is any."""
    numerator: Positive = 1
    denominator: Positive = 1
    """`numerator` points of the second party for `denominator` of the first; credits are always 1:1."""
    caps: Caps = Caps()
    first_day: Annotated[str, msgspec.Meta(max_length=10)]
    last_day: Annotated[str, msgspec.Meta(max_length=10)]
    """YYYY-MM-DD, both included: the days on which a lock may be made."""
    uses: Annotated[tuple[Use, ...], msgspec.Meta(max_length=4)] = ("redemption", "market")
    identity: Annotated[tuple[KeyText, ...], msgspec.Meta(max_length=2)] = ()
    """Keys that must all sign that two accounts are one person's: of the shared authority, or of each region's."""
    settlement: Literal["month", "quarter", "year"] = "month"
    settlement_day: Annotated[int, msgspec.Meta(ge=1, le=28)] = 10
    """The statement of a period is due on that day of the month after it."""
    arbiter: Arbiter
    lock_hours: Annotated[int, msgspec.Meta(ge=1, le=8_760)] = 72
    """After so many hours anybody may have a transfer aborted that was not minted."""

    def require_consistent(self) -> None:
        """Refuse terms that contradict themselves.

        Raises:
            Refusal: recognition.terms, naming the field.
        """
        first, second = self.parties
        self._require("parties", first.genesis != second.genesis and first.origin != second.origin)
        points = self.lane == "points"
        self._require("ratio", points or (self.numerator, self.denominator) == (1, 1))
        self._require("programme", all(bool(one.programme) == points for one in self.parties))
        self._require(
            "identity", bool(self.identity) == points and len(set(self.identity)) == len(self.identity)
        )
        self._require("last_day", self.first_day <= self.last_day)
        self._require("methodologies", len(set(self.methodologies)) == len(self.methodologies))
        self._require("uses", len(set(self.uses)) == len(self.uses))
        keys = self.arbiter.keys
        self._require("arbiter", self.arbiter.threshold <= len(keys) and len(set(keys)) == len(keys))

    def _require(self, field: str, holds: bool) -> None:
        if not holds:
            raise codes.TERMS.at(f"terms.{field}", self.agreement)

    def allows_from(self, source: int) -> bool:
        """Whether units may leave party `source` (0 or 1) for the other."""
        return self.direction == "both" or self.direction == ("to_second", "to_first")[source]

    def ratio_from(self, source: int) -> tuple[int, int]:
        """(target units, for so many source units) of a transfer out of party `source`."""
        return (self.numerator, self.denominator) if source == 0 else (self.denominator, self.numerator)


def terms_hash(canonical_terms: bytes) -> bytes:
    """What identifies terms: SHA-256 of their canonical JSON, 32 bytes."""
    return hashlib.sha256(canonical_terms).digest()


def mirror_id(agreement: str, batch: str, transfer: str) -> str:
    """The batch under which another region's serials stand here: one for each transfer that brought some.

    So two mints never meet on a key, and what one brought cannot lie over what another did.
    """
    return f"{MIRROR_PREFIX}{agreement}.{batch}.{transfer}"


def exported_holder(agreement: str) -> str:
    """Who holds exported serials: the agreement under which they left, so that the range says where they count."""
    return f"recognition:{agreement}"
