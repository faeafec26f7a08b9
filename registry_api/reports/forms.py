"""The forms that a report's file may have, and what stands beneath its title."""

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
from tanhui.registry_api.wording.catalogue import wording

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
    words = wording(language)
    since = wish.since.isoformat() if wish.since else words("report_file.beginning")
    day = wish.as_of.isoformat() if wish.as_of else words("report_file.now")
    told = words("report_file.and").join(
        words("report_file.condition", name=words.term("field", name), value=value)
        for name, value in wish.of.items()
    )
    return (
        words("report_file.period", since=since, day=day),
        words("report_file.block", block=block),
        words("report_file.conditions", conditions=told or words("report_file.none")),
    )
