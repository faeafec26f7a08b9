"""What became of refused lines, in words: the ledger's catalogue, and what befalls lines without the ledger's word."""

from collections.abc import Mapping
from typing import Final

from tanhui.chaincode.rules.errors.catalogue import CATALOGUE, sentence
from tanhui.chaincode.rules.errors.code import Code, Kind

BLOCK_LOST: Final = Code(
    "intake.block_lost",
    Kind.CONFLICT,
    "账本恢复到较早的副本,这些行所在的区块已不在账本中,请换一个 Idempotency-Key 重新提交",
    "an older copy of the ledger was put back, and the block of these lines is gone: send them again under another "
    "Idempotency-Key",
)
"""Of lines that had been committed; `value` of their outcome is the block's number."""

_OWN: Final[Mapping[str, Code]] = {BLOCK_LOST.name: BLOCK_LOST}
_ENDINGS: Final = ' :\uff1a\u201c\u201d"()'
"""What is left at a sentence's end where no value follows."""


def outcome_sentence(language: str, code: str, field: str, value: str, params: Mapping[str, str]) -> str:
    """Why lines were refused, in "zh" or "en"; an unknown code is shown bare with its four parts."""
    own = _OWN.get(code)
    return (
        own.render(language, field, value, params) if own else sentence(language, code, field, value, params)
    )


def outcome_meaning(language: str, code: str) -> str:
    """What an outcome's code says where its values are not kept; "" for an unknown one."""
    entry = _OWN.get(code) or CATALOGUE.get(code)
    if entry is None:
        return ""
    return entry.render(language, "", "", dict.fromkeys(entry.params, "…")).rstrip(_ENDINGS)
