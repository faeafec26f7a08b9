"""Answers of reads: with an ETag, 304 when the reader has them already, and a link to the next page."""

import hashlib
import json
from typing import Any

from fastapi import Request, Response

from tanhui.registry_api.answer_memory import asked_of

JSON = "application/json"
CACHE = "private, no-cache"


def conditional_response(request: Request, answer: bytes, media_type: str = JSON) -> Response:
    """200 with an ETag, 304 when the reader has this very answer, and a Link to the next page (RFC 8288).

    A list says by `bookmark` or by `after` where its next page begins.
    """
    etag = f'"{hashlib.sha256(answer).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": CACHE}
    asked = asked_of(request)
    # What is remembered is remembered whole, and compared with what the reader has when it leaves.
    remembered = asked is not None and asked.depends_on_ledger
    if not remembered and etag in {
        tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")
    }:
        return Response(status_code=304, headers=headers)
    following = _following(answer)
    if following is not None:
        url = request.url.include_query_params(**following)
        headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return Response(answer, 200, headers, media_type)


def json_answer(request: Request, document: Any, media_type: str = JSON) -> Response:
    """The same from a document."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return conditional_response(request, text.encode("utf-8", "replace"), media_type)


def _following(answer: bytes) -> dict[str, str] | None:
    # Only a list has a next page; most answers are told apart without being parsed.
    if b'"bookmark"' not in answer and b'"after"' not in answer:
        return None
    document = json.loads(answer)
    if not isinstance(document, dict):
        return None
    for name in ("bookmark", "after"):
        value = document.get(name)
        if isinstance(value, str) and value and isinstance(document.get("items"), list):
            return {name: value}
    return None
