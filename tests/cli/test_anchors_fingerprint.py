"""An anchors file has one fingerprint: command line, the API's ETag and the page in the browser agree on any layout."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from tanhui.cli.main import app
from tanhui.proofs import anchors, merkle
from tanhui.registry_api.routes.log import log_routes
from tests.support import js_verifier, proof_vectors

SAMPLE: dict[str, Any] = json.loads(proof_vectors.FILE.read_text())["anchors"]["sample"]
FINGERPRINT = anchors.parse(json.dumps(SAMPLE).encode()).fingerprint().hex()
ENDLESS = {**SAMPLE, "logs": [{"until": str(merkle.SIZE_MAX), **one} for one in SAMPLE["logs"]]}
"""Says of keys without an end that they have none, which is what leaving it out says."""
LAYOUTS = {
    "as it is written": anchors.parse(json.dumps(SAMPLE).encode()).file().decode(),
    "one line": json.dumps(SAMPLE, ensure_ascii=False, separators=(",", ":")),
    "escaped": json.dumps(SAMPLE, ensure_ascii=True),
    "backwards": json.dumps(dict(reversed(SAMPLE.items())), ensure_ascii=False, indent=1),
    "Windows": "\r\n " + json.dumps(SAMPLE, indent="\t").replace("\n", "\r\n") + "\r\n\r\n",
    "endless keys": json.dumps(ENDLESS, ensure_ascii=False, indent=4),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_command_line_and_etag_show_the_same(layout: str, tmp_path: Path) -> None:
    file, pdf = tmp_path / "anchors.json", tmp_path / "c.pdf"
    file.write_bytes(LAYOUTS[layout].encode())
    pdf.write_bytes(b"%PDF-1.7")
    for language, said in (("--en", "anchors SHA-256 "), ("--zh", "信任锚指纹 SHA-256 ")):
        done = CliRunner().invoke(app, ["verify", str(pdf), "--anchors", str(file), language])
        assert done.stderr.splitlines()[0] == said + FINGERPRINT
    api = FastAPI()
    api.include_router(log_routes(tmp_path, file))
    with TestClient(api) as client:
        assert client.get("/v1/log/anchors").headers["ETag"] == f'"{FINGERPRINT}"'


@pytest.mark.node_js
@pytest.mark.skipif(js_verifier.NODE is None, reason="Node.js is not installed")
def test_the_page_in_the_browser_shows_the_same() -> None:
    answers = js_verifier.ask([{"layout": text} for text in LAYOUTS.values()])
    assert answers == [{"fingerprint": FINGERPRINT}] * len(LAYOUTS)
