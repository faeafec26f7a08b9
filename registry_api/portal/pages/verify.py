"""Verify in your own browser: one page that holds the whole verifier, the same bytes for everybody.

It is put together once from the verifier of tanhui.proofs, the few lines that show its steps, and the words of
both languages, and served as it is, so that its SHA-256 can be published and a saved copy works without a server.
"""

import base64
import hashlib
import json
import re
from functools import cache
from importlib.resources import files
from typing import Final

from fastapi import APIRouter, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tanhui.proofs.effects.retirements import Purpose
from tanhui.registry_api.languages import Language
from tanhui.registry_api.portal.site import FOLDER
from tanhui.registry_api.wording.catalogue import wording

PREFIX: Final = "verify_page."
_EXPORT: Final = re.compile(r"^export (?=(async )?(function|class|const) )", re.MULTILINE)


def _source(content: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() + "'"


def _words(language: Language) -> dict[str, str]:
    words = wording(language)
    every = words.keys()
    own = {key.removeprefix(PREFIX): words.raw(key) for key in every if key.startswith(PREFIX)}
    return own | {f"purpose.{one}": words.term("purpose", one) for one in Purpose}


@cache
def verify_page() -> tuple[bytes, str]:
    """The page, and the policy that allows its own script and style and nothing else."""
    verifier = files("tanhui.proofs").joinpath("js/verify.js").read_text("utf-8")
    own = (FOLDER / "static" / "verify-page.js").read_text("utf-8")
    script = _EXPORT.sub("", verifier) + "\n" + own
    if "</script" in script.lower() or "<!--" in script:
        raise ValueError("the script would end the page's script element")
    style = (FOLDER / "static" / "verify-page.css").read_text("utf-8")
    policy = (
        f"default-src 'none'; script-src {_source(script)}; style-src {_source(style)}; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'"
    )
    zh, en = _words("zh"), _words("en")
    words = json.dumps({"zh": zh, "en": en}, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "pages"), autoescape=True, undefined=StrictUndefined
    )
    page = environment.get_template("verify.html").render(
        policy=policy,
        zh=zh,
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own files
        words=Markup(words),  # noqa: S704 - JSON without a less-than sign
    )
    return page.encode(), policy


def page_hash() -> str:
    """SHA-256 of the page's bytes, hex: what is published."""
    return hashlib.sha256(verify_page()[0]).hexdigest()


def routes() -> APIRouter:
    """GET /verify and its hash."""
    router = APIRouter(include_in_schema=False)

    @router.get("/verify")
    def page() -> Response:
        content, policy = verify_page()
        return Response(
            content,
            media_type="text/html; charset=utf-8",
            headers={
                "Content-Security-Policy": f"{policy}; frame-ancestors 'none'",
                "Cache-Control": "no-cache",
                "ETag": f'"{page_hash()}"',
                "Referrer-Policy": "no-referrer",
            },
        )

    @router.get("/verify.sha256")
    def published() -> Response:
        return Response(f"{page_hash()}  tanhui-verify.html\n", media_type="text/plain")

    return router
