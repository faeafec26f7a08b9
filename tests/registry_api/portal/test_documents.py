"""The certificate as PDF/A-3, and the verify page as one fixed file."""

import base64
import hashlib
import io
import re
from typing import Any

import pikepdf
import pytest

from tanhui.registry_api.certificates.document import CertificateFacts, certificate_pdf
from tanhui.registry_api.documents.fonts import Font, cjk_font
from tanhui.registry_api.languages import Language
from tanhui.registry_api.portal.pages.verify import page_hash, verify_page
from tanhui.registry_api.wording.catalogue import wording

EFFECT: dict[str, Any] = {
    "kind": "retirements.retired", "retirement": "conference-2026", "holder": "91510100MA60000056",
    "beneficiary": {"organisation": "91510100MA60000056"}, "purpose": "event", "day": "2026-11-21",
    "reference": "conference-2026", "quantity_kg": "18250", "reason": "会议排放",
    "ranges": [{"batch": "370000-tanxiaohui-rooftop-pv-office-roofs-2026-001", "first": "1", "last": "18250"}],
}  # fmt: skip
BUNDLE = b'{"kind":"retirement"}'


def facts(**other: Any) -> CertificateFacts:
    given: dict[str, Any] = {
        "effect": EFFECT, "reference": "ab" * 32 + ".0", "block": 29, "at": 1_795_243_860,
        "address": "https://registry.example/certificates/x", "names": {"91510100MA60000056": "活动主办方"},
        "sources": {EFFECT["ranges"][0]["batch"]: ("机关屋顶光伏", "rooftop-pv v1", "2026")}, "standing": "valid",
    }  # fmt: skip
    return CertificateFacts(**(given | other))


def font() -> Font:
    found = cjk_font()
    if found is None:
        pytest.skip("no Chinese font: scripts/test-tools installs fonts-noto-cjk")
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_certificate_is_pdf_a_with_its_bundle(language: Language) -> None:
    document = certificate_pdf(facts(), wording(language), font(), BUNDLE)
    with pikepdf.open(io.BytesIO(document)) as pdf:
        metadata = pdf.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "B")
        (name,) = pdf.attachments
        assert name == "ab" * 8 + ".bundle.json"
        assert pdf.attachments[name].get_file().read_bytes() == BUNDLE
        assert pdf.Root.AF[0].AFRelationship == pikepdf.Name.Data
        assert pdf.Root.OutputIntents[0].S == pikepdf.Name.GTS_PDFA1
        fonts = pdf.pages[0].Resources.Font
        for one in fonts.values():
            descendant = one.DescendantFonts[0].FontDescriptor
            assert any(key in descendant for key in ("/FontFile2", "/FontFile3")), "a font is not embedded"
        assert "/JavaScript" not in str(pdf.Root)


def test_the_same_facts_make_the_same_page() -> None:
    pages = []
    for _ in range(2):
        with pikepdf.open(io.BytesIO(certificate_pdf(facts(), wording("zh"), font(), BUNDLE))) as pdf:
            assert len(pdf.pages) == 1
            pages.append((pdf.pages[0].Contents.read_bytes(), pdf.open_metadata()["xmp:CreateDate"]))
    assert pages[0] == pages[1]


def test_without_a_log_nothing_is_attached_and_a_recalled_one_differs() -> None:
    valid = certificate_pdf(facts(), wording("en"), font(), None)
    with pikepdf.open(io.BytesIO(valid)) as pdf:
        assert not list(pdf.attachments)
    assert certificate_pdf(facts(standing="recalled"), wording("en"), font(), None) != valid


def test_without_a_font_there_is_none(tmp_path: Any) -> None:
    assert cjk_font((Font(tmp_path / "absent.ttc"),)) is None


def test_the_font_may_be_named(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own.otf"
    own.write_bytes(b"")
    monkeypatch.setenv("TANHUI_CJK_FONT", str(own))
    assert cjk_font() == Font(own)
    monkeypatch.setenv("TANHUI_CJK_FONT", str(tmp_path / "absent"))
    assert cjk_font() is None


def test_the_verify_page_is_one_file_that_allows_its_own_script_alone() -> None:
    page, policy = verify_page()
    text = page.decode()
    (script,) = re.findall(r'<script type="module">(.*?)</script>', text, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    for content, directive in ((script, "script-src"), (style, "style-src")):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert "src=" not in text
    assert "import " not in re.sub(r"//.*|/\*.*?\*/", "", script, flags=re.DOTALL)
    assert "http://" not in text
    assert set(re.findall(r"https://[^\s\"'<]+", text)) == {"https://www.w3.org/ns/credentials/v2"}
    assert page_hash() == hashlib.sha256(page).hexdigest()
