"""Which of our two languages a reader prefers (RFC 9110, 12.5.4 Accept-Language)."""

from typing import Literal

from starlette.requests import Request

Language = Literal["zh", "en"]

DEFAULT_LANGUAGE: Language = "zh"
HEADER_CHARACTERS_MAX = 512


def preferred_language(header: str) -> Language:
    """The language with the highest quality among zh and en; Chinese where neither is asked for.

    Ranges we do not speak and malformed parts are passed over; `*` stands for the default.
    """
    best: tuple[float, Language] | None = None
    for part in header[:HEADER_CHARACTERS_MAX].split(","):
        tag, _, parameters = part.strip().partition(";")
        primary = tag.strip().lower().partition("-")[0]
        language: Language
        if primary in {"zh", "*"}:
            language = DEFAULT_LANGUAGE
        elif primary == "en":
            language = "en"
        else:
            continue
        quality = _quality(parameters)
        if quality > 0 and (best is None or quality > best[0]):
            best = (quality, language)
    return best[1] if best else DEFAULT_LANGUAGE


def language_of(request: Request) -> Language:
    """The language in which a request wants its answer."""
    return preferred_language(request.headers.get("accept-language", ""))


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
