"""Make docs/pictures out of what the browser tests left in artifacts/portal: cut, made smaller, few colours.

Run `.venv/bin/python -m pytest tests/browser` first.
"""

import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
TAKEN = ROOT / "artifacts" / "portal"
PICTURES = ROOT / "docs" / "pictures"
COLOURS = 64
BYTES_MAX = 120_000

CHOSEN = {
    "home": ("home-zh-desk", 800, 760),
    "certificate": ("journey-certificate", 800, 760),
    "verified": ("journey-verified-http", 560, 900),
    "approvals": ("desk-approvals-zh-desk", 800, 560),
    "intake": ("journey-intake", 800, 760),
    "event": ("journey-event-on-a-phone", 320, 680),
    "ranking": ("journey-ranking", 320, 680),
}
"""Name → the screenshot, and width and greatest height in pixels of the picture made of it."""


def make(name: str) -> int:
    """Write one picture; answers its size in bytes. Raises FileNotFoundError when the tests left no screenshot."""
    source, width, height_max = CHOSEN[name]
    with Image.open(TAKEN / f"{source}.png") as screenshot:
        height = round(screenshot.height * width / screenshot.width)
        small = screenshot.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    cut = small.crop((0, 0, width, min(height, height_max)))
    path = PICTURES / f"{name}.png"
    cut.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path.stat().st_size


def main() -> int:
    """All of them; 1 when one is too large for a repository."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    sizes = {name: make(name) for name in CHOSEN}
    for name, size in sizes.items():
        print(f"docs/pictures/{name}.png {size:,} bytes")
    return int(max(sizes.values()) > BYTES_MAX)


if __name__ == "__main__":
    sys.exit(main())
