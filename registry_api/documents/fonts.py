"""A font with Chinese characters, from the system's packages: none is carried along.

Looked for where Debian, Fedora, macOS and Windows put them; `TANHUI_CJK_FONT` names another (a .ttf, .otf or .ttc).
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

VARIABLE: Final = "TANHUI_CJK_FONT"


@dataclass(frozen=True, slots=True)
class Font:
    """A font file, and which of a collection's fonts is meant (the simplified Chinese one)."""

    path: Path
    collection_index: int = 0


KNOWN: Final = (
    Font(Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"), 2),
    Font(Path("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc"), 2),
    Font(Path("/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc"), 2),
    Font(Path("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc"), 2),
    Font(Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")),
    Font(Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")),
    Font(Path("/System/Library/Fonts/Supplemental/Songti.ttc")),
    Font(Path("C:/Windows/Fonts/simhei.ttf")),
)


def cjk_font(known: Sequence[Font] = KNOWN) -> Font | None:
    """The first that is there; None where none is, and a document that needs it is refused."""
    named = os.environ.get(VARIABLE)
    if named:
        return Font(Path(named)) if Path(named).is_file() else None
    return next((font for font in known if font.path.is_file()), None)
