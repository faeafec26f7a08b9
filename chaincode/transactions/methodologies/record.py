"""What stands on the ledger of a methodology: head, versions, formulas, exclusion groups."""

from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.records import JsonCodec, UnreadableRecord
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.rules.errors import Refusal
from tanhui.chaincode.rules.formula import Formula, load
from tanhui.chaincode.rules.slots import Crediting, SlotLength

Status: TypeAlias = Literal["draft", "assessed", "filed", "suspended", "superseded", "retired"]
Lane: TypeAlias = Literal["activities", "projects"]

VERSION_MAX: Final = 999_999
Version = Annotated[int, msgspec.Meta(ge=1, le=VERSION_MAX)]


class Methodology(msgspec.Struct, frozen=True, kw_only=True):
    """A methodology's head: who develops it, how many versions there are, which one is filed (0: none)."""

    id: str
    developer: str
    versions: int
    filed: int


class MethodologyVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One version. Nothing in it but the status, report and note changes once it is drafted."""

    methodology: str
    version: int
    title: str
    lane: Lane
    crediting: Crediting | None
    formula: str
    """Identity of the formula, under which its text stands."""
    document: str
    """SHA-256 of the methodology's text."""
    pin: str
    """SHA-256 over all of the above in canonical JSON: what is filed, and what a batch names."""
    status: Status
    report: str
    """SHA-256 of the assessment; empty before."""
    note: str


class AuthorityChange(msgspec.Struct, frozen=True, kw_only=True):
    """From which month (days.month_of) another authority binds."""

    from_month: int
    authority: str


class ExclusionGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A group of scenes of which an activity counts in one only; its slots are the same for all of them."""

    name: str
    slot: SlotLength
    claim_days: int
    authority: str = ""
    """Identity authority whose buckets the group's claims share; empty: claims stay in each account."""
    identity: Literal["buckets", "nullifiers"] = "buckets"
    changes: tuple[AuthorityChange, ...] = ()
    """Later authorities, rising by month; empty where the first one still binds."""

    def authority_of(self, month: int) -> str:
        """Who binds the claims of a month (days.month_of)."""
        return next(
            (one.authority for one in reversed(self.changes) if month >= one.from_month), self.authority
        )

    @property
    def newest_authority(self) -> str:
        """Who binds from the last change on: whom new methodologies of the group name."""
        return self.changes[-1].authority if self.changes else self.authority


class FormulaCodec:
    """Version byte and RFC 8785 text; the same text is compiled once in a process."""

    _MARK: Final = b"\x01"

    def encode(self, record: Formula) -> bytes:
        """The stored form."""
        return self._MARK + record.canonical

    def decode(self, value: bytes) -> Formula:
        """The compiled formula; UnreadableRecord when it is none."""
        if value[:1] != self._MARK:
            raise UnreadableRecord(f"formula of version {value[:1].hex()}")
        try:
            return load(value[1:].decode())
        except (Refusal, UnicodeDecodeError) as cause:
            raise UnreadableRecord("formula") from cause


def version_key(version: int) -> str:
    """A version as a key's part: fixed width, so that ranges sort."""
    return f"{version:06d}"


EXCLUSION_GROUP: Final = KeyType("exclusion_group", ("number",), JsonCodec(ExclusionGroup))
FORMULA: Final = KeyType("formula", ("identity",), FormulaCodec())
METHODOLOGY: Final = KeyType("methodology", ("id",), JsonCodec(Methodology))
METHODOLOGY_VERSION: Final = KeyType(
    "methodology_version", ("methodology", "version"), JsonCodec(MethodologyVersion)
)
