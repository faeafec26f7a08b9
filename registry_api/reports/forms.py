"""The forms that a report's file may have, and what stands beneath its title."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import BinaryIO, Final, Literal

from tanhui.registry_api.languages import Language
from tanhui.registry_api.reports.report import Wish
from tanhui.registry_api.reports.tables import (
    PDF_ROWS_MAX,
    Sheet,
    to_csv,
    to_pdf,
    to_xlsx,
    write_csv,
    write_pdf,
    write_xlsx_on_disk,
)

Format = Literal["csv", "xlsx", "pdf"]


@dataclass(frozen=True, slots=True)
class Form:
    """A form of file.

    Attributes:
        render: the whole file at once, in memory.
        write: into an open file on disk, with one row in memory where the form allows it.
        rows_max: rows that `write` is given at most.
    """

    media: str
    render: Callable[[Sheet], bytes]
    write: Callable[[Sheet, BinaryIO], None]
    rows_max: int


FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        "csv": Form("text/csv; charset=utf-8", to_csv, write_csv, 20_000_000),
        "xlsx": Form(
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            to_xlsx,
            write_xlsx_on_disk,
            1_000_000,  # a worksheet has 1,048,576 lines
        ),
        "pdf": Form("application/pdf", to_pdf, write_pdf, PDF_ROWS_MAX),
    }
)


def notes(wish: Wish, block: int, language: Language) -> tuple[str, ...]:
    """As of when, from what, and for which conditions."""
    day = wish.as_of.isoformat() if wish.as_of else ("全部" if language == "zh" else "all")
    since = wish.since.isoformat() if wish.since else "—"
    conditions = json.dumps(dict(wish.of), ensure_ascii=False) if wish.of else "—"
    if language == "zh":
        return (f"期间:{since} 至 {day}", f"依据账本截至区块 {block}", f"条件:{conditions}")
    return (f"Period: {since} to {day}", f"From the ledger up to block {block}", f"Conditions: {conditions}")
