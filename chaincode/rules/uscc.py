"""Unified social credit codes, the ids of organisations: GB 32100-2015, 18 characters, the last a check.

Two characters of registering department and category, six digits of administrative division, nine of the
organisation's own code, one check character. I, O, S, V and Z are not used.
"""

from tanhui.chaincode.rules.errors import values as codes

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, position, 31) for position in range(LENGTH - 1))
_REGION = slice(2, 8)


def check_character(body: str) -> str:
    """The check character of the first 17: 31 less Σ value × 3^position, modulo 31 (GB 32100)."""
    total = sum(_VALUES[character] * weight for character, weight in zip(body, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def require_uscc(text: str, field: str) -> str:
    """`text` again, when it is a unified social credit code with its right check character.

    Raises:
        Refusal: value.not_a_uscc, value.uscc_check.
    """
    region = text[_REGION]
    well_formed = len(text) == LENGTH and all(character in _VALUES for character in text)
    if not well_formed or not region.isdigit():
        raise codes.NOT_A_USCC.at(field, text[:40])
    expected = check_character(text[:-1])
    if text[-1] != expected:
        raise codes.USCC_CHECK.at(field, text, expected=expected)
    return text
