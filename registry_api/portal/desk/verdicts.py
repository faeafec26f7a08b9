"""A reviewer's verdicts on a batch's records, from a form or a CSV file, packed as the contract wants them. Pure."""

import base64
import csv
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tanhui.chaincode.rules.activity_records import RECORDS_MAX
from tanhui.chaincode.rules.attestations import BASIS_POINTS, Verdict, pack
from tanhui.registry_api.portal.forms import FormError

NOBODY: Final = bytes(32)
ACCEPTED, REFUSED = "accepted", "refused"
PREFIX: Final = "verdict-"
HEADER: Final = ["position", "verdict", "confidence"]
FILE_BYTES_MAX: Final = RECORDS_MAX * 32
FIELD: Final = "verdicts"

Chosen = Mapping[int, tuple[bool, int]]
"""By the record's position: whether it is accepted, and the confidence in basis points."""


def chosen_in(values: Mapping[str, str]) -> Chosen:
    """What was chosen in the form, one confidence for all. Raises FormError."""
    confidence = _whole("confidence", values.get("confidence", ""), BASIS_POINTS)
    found = {}
    for name, value in values.items():
        if name.startswith(PREFIX) and value in {ACCEPTED, REFUSED}:
            position = _whole(FIELD, name.removeprefix(PREFIX), RECORDS_MAX - 1)
            found[position] = (value == ACCEPTED, confidence)
    return found


def chosen_in_file(content: bytes) -> Chosen:
    """The lines of a CSV file `position,verdict,confidence`, verdict 1 or 0. Raises FormError."""
    if len(content) > FILE_BYTES_MAX:
        raise FormError(FIELD, "review.file_long")
    try:
        rows = list(csv.reader(content.decode("utf-8-sig").splitlines(), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FormError(FIELD, "review.file_wrong") from error
    found: dict[int, tuple[bool, int]] = {}
    if not rows or [cell.strip() for cell in rows[0]] != HEADER:
        raise FormError(FIELD, "review.file_wrong")
    for row in rows[1:]:
        if not any(row):
            continue
        if len(row) != len(HEADER):
            raise FormError(FIELD, "review.file_wrong")
        position = _whole(FIELD, row[0], RECORDS_MAX - 1)
        found[position] = (_whole(FIELD, row[1], 1) == 1, _whole("confidence", row[2], BASIS_POINTS))
    return found


def packed(records: Sequence[Mapping[str, Any]], chosen: Chosen, reviewer: bytes = NOBODY) -> str:
    """Verdicts on those records that one was chosen for, in order, as base64.

    Raises:
        FormError: none was chosen, or one for a record that is not there.
    """
    evidence = {int(one["position"]): bytes.fromhex(one["evidence"]) for one in records}
    if not chosen or not chosen.keys() <= evidence.keys():
        raise FormError(FIELD, "review.none_chosen")
    verdicts = (
        Verdict(position, evidence[position], int(accepted), confidence, reviewer)
        for position, (accepted, confidence) in sorted(chosen.items())
    )
    return base64.b64encode(b"".join(map(pack, verdicts))).decode()


def _whole(name: str, text: str, highest: int) -> int:
    digits = text.strip()
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 9 or int(digits) > highest:
        raise FormError(name, "form.not_whole")
    return int(digits)
