"""A report's rows as a file: CSV and XLSX for spreadsheets, PDF where people file paper.

A spreadsheet runs what looks like a formula. So in CSV a text that begins like one stands behind an apostrophe
(OWASP, CSV injection), and XLSX holds texts as texts; amounts are numbers as long as a spreadsheet keeps them exact.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import xlsxwriter
from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from tanhui.registry_api.documents.fonts import cjk_font
from tanhui.registry_api.languages import Language
from tanhui.registry_api.problems import ApiCode, Problem
from tanhui.registry_api.reports.report import Column, Row
from tanhui.registry_api.wording.catalogue import wording

BYTE_ORDER_MARK: Final = "\ufeff"
EXACT_MAX: Final = 10**15 - 1
"""Spreadsheets keep fifteen digits."""
PDF_ROWS_MAX: Final = 2_000
NO_FONT: Final = ApiCode(
    "api.no_font",
    406,
    "本机没有中文字体,无法生成 PDF:请安装 {value}",
    "This machine has no Chinese font for a PDF: install {value}",
)
TOO_MANY_ROWS: Final = ApiCode(
    "api.report_rows",
    413,
    "报表超过 {limit} 行,请缩小范围或换用 CSV",
    "The report has more than {limit} rows; narrow it, or take CSV",
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file is made of.

    Attributes:
        notes: lines beneath the title: as of when, and from what.
        attached: files that a PDF carries, by their names; a spreadsheet carries none.
    """

    title: str
    notes: tuple[str, ...]
    columns: Sequence[Column]
    rows: Iterable[Row]
    language: Language
    attached: tuple[tuple[str, bytes], ...] = ()

    def cells(self) -> Iterator[Row]:
        """The rows as people read them."""
        words = wording(self.language)
        for row in self.rows:
            yield tuple(column.shown(cell, words) for column, cell in zip(self.columns, row, strict=True))


def safe_cell(value: str) -> str:
    """A text that no spreadsheet runs."""
    plain = value.replace("\x00", "")
    return f"'{plain}" if plain.startswith(_FORMULA) else plain


def to_csv(sheet: Sheet) -> bytes:
    """UTF-8 with a byte order mark, as spreadsheets want it; RFC 4180 otherwise."""
    out = io.BytesIO()
    write_csv(sheet, out)
    return out.getvalue()


def write_csv(sheet: Sheet, out: BinaryIO) -> None:
    """The same into an open file, row by row."""
    text = io.TextIOWrapper(out, "utf-8", "replace", newline="")
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.title(sheet.language) for column in sheet.columns])
    for row in sheet.cells():
        writer.writerow([cell if isinstance(cell, int) else safe_cell(cell) for cell in row])
    text.detach()


def to_xlsx(sheet: Sheet) -> bytes:
    """One worksheet with a frozen heading; nothing in it is a formula, a link or code."""
    out = io.BytesIO()
    write_xlsx(sheet, out, {"in_memory": True})
    return out.getvalue()


def write_xlsx_on_disk(sheet: Sheet, out: BinaryIO) -> None:
    """The same into an open file; one row at a time is held, the others lie in temporary files."""
    write_xlsx(sheet, out, {"constant_memory": True})


def write_xlsx(sheet: Sheet, out: BinaryIO, memory: Mapping[str, bool]) -> None:
    """Write a workbook, in memory or by way of the disk (XlsxWriter's options)."""
    options = {**memory, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold, amount = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0"})
        page = book.add_worksheet()
        page.write_string(0, 0, sheet.title, bold)
        for line, note in enumerate(sheet.notes, start=1):
            page.write_string(line, 0, note)
        top = len(sheet.notes) + 2
        for at, column in enumerate(sheet.columns):
            page.write_string(top, at, column.title(sheet.language), bold)
            page.set_column(at, at, 16 if column.kind == "amount" else 24)
        page.freeze_panes(top + 1, 0)
        for line, row in enumerate(sheet.cells(), start=top + 1):
            for at, cell in enumerate(row):
                if isinstance(cell, int) and abs(cell) <= EXACT_MAX:
                    page.write_number(line, at, cell, amount)
                else:
                    page.write_string(line, at, str(cell))


def write_pdf(sheet: Sheet, out: BinaryIO) -> None:
    """A PDF into an open file. Raises Problem as `to_pdf`."""
    out.write(to_pdf(sheet))


def to_pdf(sheet: Sheet) -> bytes:
    """A4 across, heading on every page, page numbers.

    Raises:
        Problem: 406 without a Chinese font, 413 past PDF_ROWS_MAX.
    """
    font = cjk_font()
    if font is None:
        raise Problem(NO_FONT, value="fonts-noto-cjk, fonts-wqy-zenhei")
    rows = _bounded(sheet.cells())
    pdf = _Pages(orientation="landscape", format="A4")
    pdf.set_title(sheet.title)
    pdf.add_font("cjk", "", str(font.path), collection_font_number=font.collection_index)
    pdf.set_font("cjk", size=14)
    pdf.add_page()
    pdf.cell(0, 10, sheet.title, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("cjk", size=8)
    for note in sheet.notes:
        pdf.cell(0, 5, note, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(3)
    pdf.set_font("cjk", size=7)
    alignments = tuple("RIGHT" if column.kind == "amount" else "LEFT" for column in sheet.columns)
    with pdf.table(
        text_align=alignments,
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(fill_color=(230, 230, 230)),
    ) as table:
        _line(table, [column.title(sheet.language) for column in sheet.columns])
        for row in rows:
            _line(table, [f"{cell:,}" if isinstance(cell, int) else cell for cell in row])
    for name, content in sheet.attached:
        pdf.embed_file(bytes=content, basename=name, compress=True)
    return bytes(pdf.output())


class _Pages(FPDF):
    """Pages with their number."""

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font("cjk", size=7)
        self.cell(0, 8, f"{self.page_no()} / {{nb}}", align="C")


def _line(table: Any, cells: list[str]) -> None:
    line = table.row()
    for cell in cells:
        line.cell(cell)


def _bounded(rows: Iterable[Row]) -> list[Row]:
    found: list[Row] = []
    for row in rows:
        if len(found) == PDF_ROWS_MAX:
            raise Problem(TOO_MANY_ROWS, params={"limit": str(PDF_ROWS_MAX)})
        found.append(row)
    return found
