"""Evidence attestations, packed: what a reviewer says of each record of a batch (domain.md, Evidence attestation).

| bytes | field |
| --- | --- |
| 0–3 | position in the batch |
| 4–35 | SHA-256 of the image or file that was looked at: the record's own evidence |
| 36 | verdict: 1 accepted, 0 refused |
| 37–38 | confidence of the model, basis points |
| 39–70 | who looked at it in person: a salted hash that the verifier can open; zeros where nobody did |

Model and version stand once, beside the packed verdicts.
"""

from collections.abc import Collection, Sequence
from struct import Struct
from typing import Final, NamedTuple

from tanhui.chaincode.rules.activity_records import RECORDS_MAX
from tanhui.chaincode.rules.errors import activities as codes

BASIS_POINTS: Final = 10_000
APPEAL_DAYS: Final = 60
"""Days after the review within which a refused record can be appealed."""

_VERDICT: Final = Struct(">I32sBH32s")
VERDICT_BYTES: Final = _VERDICT.size
VERDICTS_BYTES_MAX: Final = RECORDS_MAX * VERDICT_BYTES
_NOBODY: Final = bytes(32)


class Verdict(NamedTuple):
    """One verdict."""

    position: int
    evidence: bytes
    accepted: int
    confidence: int
    reviewer: bytes

    @property
    def in_person(self) -> bool:
        """Whether a person looked at it too."""
        return self.reviewer != _NOBODY


def pack(verdict: Verdict) -> bytes:
    """The packed form."""
    return _VERDICT.pack(*verdict)


def unpack(packed: bytes) -> list[Verdict]:
    """Verdicts in rising order of their positions.

    Raises:
        Refusal: activities.verdicts_width, activities.verdict_order, activities.verdict_value.
    """
    count, rest = divmod(len(packed), VERDICT_BYTES)
    if rest or not 1 <= count <= RECORDS_MAX:
        raise codes.VERDICTS_WIDTH.at("verdicts", len(packed), width=VERDICT_BYTES, limit=RECORDS_MAX)
    verdicts = [Verdict._make(row) for row in _VERDICT.iter_unpack(packed)]
    before = -1
    for one in verdicts:
        if one.position <= before:
            raise codes.VERDICT_ORDER.at("verdicts", one.position)
        if one.accepted > 1 or one.confidence > BASIS_POINTS:
            raise codes.VERDICT_VALUE.at("verdicts", one.position)
        before = one.position
    return verdicts


def require_grounded(verdicts: Sequence[Verdict], evidence: Sequence[bytes], confidence_min: int) -> None:
    """Refuse verdicts on other evidence than the record's, or on a model's word that is not sure enough.

    Raises:
        Refusal: activities.position_unknown, activities.verdict_evidence, activities.reviewer_needed.
    """
    for one in verdicts:
        if one.position >= len(evidence):
            raise codes.POSITION_UNKNOWN.at("verdicts", one.position, count=len(evidence))
        if one.evidence != evidence[one.position]:
            raise codes.VERDICT_EVIDENCE.at(
                "verdicts", one.evidence.hex(), position=one.position, expected=evidence[one.position].hex()
            )
        if one.confidence < confidence_min and not one.in_person:
            raise codes.REVIEWER_NEEDED.at(
                "verdicts", one.position, confidence=one.confidence, limit=confidence_min
            )


def require_all(verdicts: Sequence[Verdict], standing: Collection[int]) -> None:
    """Refuse verdicts that leave out a record that waits for one, or speak of one that does not.

    Raises:
        Refusal: activities.verdict_missing, activities.verdict_unasked.
    """
    wanted = set(standing)
    given = {one.position for one in verdicts}
    for position in sorted(wanted ^ given):
        code = codes.VERDICT_MISSING if position in wanted else codes.VERDICT_UNASKED
        raise code.at("verdicts", position)
