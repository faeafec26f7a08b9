"""A certificate of retirement as PDF/A-3: derived from the committed transaction, its proof attached.

Part 3 of PDF/A, conformance B: fonts embedded as subsets, no script, no outside reference, an output intent, and
the bundle as an associated file. The same facts make the same pages; only the date of making differs.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import segno
from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos

from tanhui.registry_api.documents.fonts import Font
from tanhui.registry_api.wording import formats
from tanhui.registry_api.wording.catalogue import Wording

GREEN: Final = (11, 93, 70)
INK: Final = (23, 33, 29)
QUIET: Final = (76, 90, 84)
RED: Final = (156, 28, 28)
LINE: Final = (217, 223, 219)
MARGIN_MM: Final = 20
LABEL_MM: Final = 38
QR_MM: Final = 34


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate says.

    Attributes:
        effect: the retirement's effect as JSON has it.
        reference: `transaction.position`.
        at: the transaction's time, seconds since 1970; None where it is not known.
        address: what the QR code carries.
        names: organisations by their ids.
        sources: project, methodology and vintage of each batch.
        standing: "valid", "recalled" or "recalled_and_replaced" when the file is made.
    """

    effect: Mapping[str, Any]
    reference: str
    block: int
    at: int | None
    address: str
    names: Mapping[str, str]
    sources: Mapping[str, tuple[str, str, str]]
    standing: str


def certificate_pdf(facts: CertificateFacts, t: Wording, font: Font, bundle: bytes | None) -> bytes:
    """The document's bytes. `bundle` is attached where there is one."""
    pdf = FPDF(enforce_compliance="PDF/A-3B")
    pdf.set_margin(MARGIN_MM)
    pdf.set_auto_page_break(auto=True, margin=MARGIN_MM)
    pdf.set_creation_date(_made(facts))
    pdf.set_lang("zh-CN" if t.language == "zh" else "en")
    pdf.set_title(f"{t('certificate.title')} {facts.effect['retirement']}")
    pdf.set_author(t("site.name"))
    pdf.set_creator("tanhui")
    pdf.add_font("page", fname=str(font.path), collection_font_number=font.collection_index)
    pdf.add_page()
    _head(pdf, facts, t)
    _facts(pdf, facts, t)
    _ranges(pdf, facts, t)
    _foot(pdf, facts, t, bundle)
    return bytes(pdf.output())


def _made(facts: CertificateFacts) -> datetime:
    """The transaction's time, so that the same certificate is the same file."""
    if facts.at is not None:
        return datetime.fromtimestamp(facts.at, UTC)
    day = date.fromisoformat(facts.effect["day"])
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _text(pdf: FPDF, text: str, size: int, color: tuple[int, int, int] = INK, height: float = 0) -> None:
    pdf.set_font("page", size=size)
    pdf.set_text_color(*color)
    pdf.multi_cell(0, height or size * 0.52, _plain(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _plain(text: str) -> str:
    """Subscript two is in few fonts; nothing else is changed."""
    return text.replace("₂", "2")


def _head(pdf: FPDF, facts: CertificateFacts, t: Wording) -> None:
    pdf.set_fill_color(*(RED if facts.standing == "recalled" else GREEN))
    pdf.rect(0, 0, 210, 6, style="F")
    pdf.set_y(16)
    _text(pdf, t("site.name") + " · " + t("site.tag"), 11, GREEN)
    pdf.ln(4)
    _text(pdf, t("certificate.title"), 24)
    pdf.ln(3)
    if facts.standing != "valid":
        _text(pdf, t(f"certificate.is_{facts.standing}"), 13, RED)
        pdf.ln(2)
    code = io.BytesIO()
    segno.make(facts.address, error="m").save(code, kind="png", scale=8, border=2)
    code.seek(0)
    top = pdf.get_y()
    pdf.image(code, x=210 - MARGIN_MM - QR_MM, y=top, w=QR_MM, alt_text=t("certificate.qr"))
    pdf.set_right_margin(MARGIN_MM + QR_MM + 4)
    _text(pdf, t("certificate.retired_for"), 11, QUIET)
    _text(pdf, _party(facts.effect["beneficiary"], facts, t), 16, height=9)
    _text(pdf, f"{formats.tonnes(facts.effect['quantity_kg'])} tCO2e", 26, GREEN)
    pdf.set_right_margin(MARGIN_MM)
    pdf.set_y(max(pdf.get_y(), top + QR_MM) + 4)


def _party(party: Mapping[str, str] | None, facts: CertificateFacts, t: Wording) -> str:
    if not party:
        return ""
    organisation = party.get("organisation")
    if organisation:
        name = facts.names.get(organisation)
        return f"{name}  {organisation}" if name else organisation
    return f"{t('party.person')} {party['person'][:16]}…"


def _facts(pdf: FPDF, facts: CertificateFacts, t: Wording) -> None:
    effect = facts.effect
    rows = [
        (t("field.purpose"), t.term("purpose", effect["purpose"])),
        (t("field.reference"), effect.get("reference", "")),
        (t("field.day"), effect["day"]),
        (t("field.retirement"), effect["retirement"]),
        (t("field.holder"), _party({"organisation": effect["holder"]}, facts, t)),
        (t("field.on_behalf_of"), _party(effect.get("on_behalf_of"), facts, t)),
        (t("field.reason"), effect.get("reason", "")),
        (t("field.transaction"), facts.reference.partition(".")[0]),
        (t("field.position"), facts.reference.partition(".")[2]),
        (t("field.block"), formats.number(facts.block)),
        (t("field.time"), f"{formats.moment(facts.at)} UTC+8" if facts.at is not None else ""),
    ]
    for label, value in rows:
        if value:
            _row(pdf, label, value)
    pdf.ln(3)


def _row(pdf: FPDF, label: str, value: str) -> None:
    pdf.set_font("page", size=10)
    top = pdf.get_y()
    pdf.set_text_color(*QUIET)
    pdf.cell(LABEL_MM, 6, _plain(label))
    pdf.set_text_color(*INK)
    pdf.multi_cell(0, 6, _plain(value), new_x=XPos.LMARGIN, new_y=YPos.NEXT, wrapmode=WrapMode.CHAR)
    pdf.set_draw_color(*LINE)
    bottom = max(pdf.get_y(), top + 6)
    pdf.line(MARGIN_MM, bottom, 210 - MARGIN_MM, bottom)
    pdf.set_y(bottom + 0.6)


def _ranges(pdf: FPDF, facts: CertificateFacts, t: Wording) -> None:
    _text(pdf, t("field.serials"), 13)
    pdf.ln(1)
    for one in facts.effect["ranges"]:
        first, last = int(one["first"]), int(one["last"])
        serials = (
            f"{formats.number(first)} – {formats.number(last)}   {formats.tonnes(last - first + 1)} tCO2e"
        )
        title, methodology, vintage = facts.sources.get(one["batch"], ("", "", ""))
        _text(pdf, one["batch"], 10)
        _text(pdf, serials, 11, GREEN, 6)
        known = " · ".join(part for part in (title, methodology, vintage) if part)
        if known:
            _text(pdf, known, 10, QUIET, 6)
        pdf.ln(2)


def _foot(pdf: FPDF, facts: CertificateFacts, t: Wording, bundle: bytes | None) -> None:
    pdf.ln(2)
    _text(pdf, t("certificate.pdf_scan"), 10)
    _text(pdf, facts.address, 9, QUIET)
    pdf.ln(2)
    if bundle is None:
        _text(pdf, t("certificate.pdf_no_bundle"), 10, QUIET)
    else:
        name = f"{facts.reference[:16]}.bundle.json"
        _attach(pdf, name, bundle, facts, t)
        _text(pdf, t("certificate.pdf_attached", name=name), 10)
    _text(pdf, t("certificate.pdf_not"), 9, QUIET)
    _text(pdf, t("certificate.issued_by"), 9, QUIET)


def _attach(pdf: FPDF, name: str, bundle: bytes, facts: CertificateFacts, t: Wording) -> None:
    """The bundle as an associated file: the data that the page shows."""
    pdf.embed_file(
        bytes=bundle,
        basename=name,
        mime_type="application/json",
        associated_file_relationship="Data",
        desc=t("certificate.bundle"),
        creation_date=_made(facts),
        modification_date=_made(facts),
        compress=True,
    )
