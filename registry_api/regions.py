"""Administrative divisions by their codes (GB/T 2260), as people read them. Pure."""

import re
from typing import Final

from tanhui.chaincode.rules.regions import NATION, PROVINCES
from tanhui.registry_api.languages import Language

_CODE: Final = re.compile(r"[0-9]{6}")


def region_name(code: str, language: Language) -> str:
    """The province's name; below it the code stands behind, because counties change and names are not kept.

    What is no code stays as it is: a hub's regions bear the names that their anchors give them, or their codes.
    """
    if not _CODE.fullmatch(code):
        return code
    place = 0 if language == "zh" else 1
    if code == NATION:
        return ("全国", "Nationwide")[place]
    province = PROVINCES.get(code[:2])
    if province is None:
        return code
    return province[place] if code.endswith("0000") else f"{province[place]} {code}"
