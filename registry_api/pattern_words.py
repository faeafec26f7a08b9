"""The patterns that the contract's texts must match, in words: no person reads `^[0-9A-Z]{18}$`. Pure."""

import re
from typing import Final

from tanhui.registry_api.languages import Language

_ID: Final = (
    "小写字母、数字、. _ -,以字母或数字开头",
    "lowercase letters, digits, . _ -, not beginning with a sign",
)
_MONTH: Final = ("年月,如 2026-11", "a year and month such as 2026-11")
_WORDS: Final = {
    r"[a-z0-9][a-z0-9._-]*": _ID,
    r"[a-z0-9][a-z0-9-]*": (
        "小写字母、数字、-,以字母或数字开头",
        "lowercase letters, digits and -, not beginning with -",
    ),
    r"[a-z0-9][a-z0-9._-]*(@[0-9]{1,6})?": ("编号,或编号、@ 与版本号", "an id, or an id, @ and a version"),
    r"[0-9]{8}-[0-9A-Za-z._-]{1,55}": ("形如 20261121-order-1", "of the form 20261121-order-1"),
    r"(0|-?[1-9][0-9]*)": ("不带多余 0 的整数", "a whole number without leading zeros"),
    r"[0-9A-Z]{18}": ("18 位数字或大写字母", "18 digits or capitals"),
    r"[0-9a-f]{64}": ("64 位十六进制数字,字母小写", "64 hexadecimal digits in lowercase"),
    r"[0-9a-f]{32}": ("32 位十六进制数字,字母小写", "32 hexadecimal digits in lowercase"),
    r"[0-9a-f]{16}": ("16 位十六进制数字,字母小写", "16 hexadecimal digits in lowercase"),
    r"[0-9]{6}": ("6 位数字", "6 digits"),
    r"[0-9]{8}": ("8 位数字,如 20261121", "8 digits such as 20261121"),
    r"20[0-9]{2}-(0[1-9]|1[0-2])": _MONTH,
    r"[0-9]{4}-[0-9]{2}": _MONTH,
    r"[^\x00-\x1f\x7f]+": ("单行文字", "one line of text"),
    r"[^\x00-\x20\x7f]+": ("不含空格的文字", "text without spaces"),
    r"[^\x00-\x20\x7f]*": ("不含空格的文字", "text without spaces"),
    r"[A-Za-z0-9][A-Za-z0-9._/-]*": (
        "字母、数字、. _ / -,以字母或数字开头",
        "letters, digits, . _ / -, not beginning with a sign",
    ),
    r"[a-z][a-z0-9.-]*": (
        "小写字母、数字、. -,以字母开头",
        "lowercase letters, digits, . -, beginning with a letter",
    ),
    r"[a-z0-9._-]*": ("小写字母、数字、. _ -", "lowercase letters, digits, . _ -"),
    r"[0-9A-Z][0-9A-Z./-]*": ("数字、大写字母、. / -", "digits, capitals, . / -"),
    r"[a-z_]+": ("小写字母、_", "lowercase letters and _"),
    r"[A-Za-z0-9.-]+": ("字母、数字、. -", "letters, digits, . -"),
}
FREE: Final = frozenset({r"[^\x00-\x1f\x7f]+", r"[^\x00-\x20\x7f]+", r"[^\x00-\x20\x7f]*"})
"""What people write anyway, and need not be told beforehand."""
_OPTIONAL: Final = re.compile(r"\((.+)\)\?")


def pattern_words(language: Language, pattern: str, *, beforehand: bool = False) -> str:
    """What a text of the pattern looks like; "" for an unknown one, or for what goes without saying `beforehand`."""
    core = pattern.removesuffix(r"(?!\n)").removeprefix("^").removesuffix("$")
    optional = _OPTIONAL.fullmatch(core)
    core = optional[1] if optional else core
    if core not in _WORDS or (beforehand and core in FREE):
        return ""
    zh, en = _WORDS[core]
    return zh if language == "zh" else en
