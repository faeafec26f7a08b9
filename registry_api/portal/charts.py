"""Charts as SVG made on the server: no script, no style attribute, described for who does not see them.

Pure: figures in, markup out. A table of the same figures stands beside each chart in the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

WIDTH: Final = 480
HEIGHT: Final = 200
LEFT: Final = 62
BOTTOM: Final = 28
TOP: Final = 14
STEPS: Final = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it stands for, its height in the chart's unit, and how that is written."""

    label: str
    value: int
    text: str


def ceiling(value: int) -> int:
    """The smallest 1, 2, 4, 5 or 8 times a power of ten that is at least `value`, and at least 4."""
    power = 1
    while True:
        for digit in (1, 2, 4, 5, 8):
            if digit * power >= max(value, STEPS):
                return digit * power
        power *= 10


def bars(name: str, found: Sequence[Bar], *, title: str, description: str, axis: Sequence[str]) -> Markup:
    """A bar chart. `axis` is how the five lines from 0 to the ceiling are labelled; `name` makes its ids unique."""
    top = ceiling(max((bar.value for bar in found), default=0))
    height = HEIGHT - TOP - BOTTOM
    slot = (WIDTH - LEFT) / max(len(found), 1)
    width = min(slot * 0.62, 46)
    parts = [_line(top_y(height, step), axis[step]) for step in range(STEPS + 1)]
    for place, bar in enumerate(found):
        tall = height * bar.value // top if top else 0
        x = LEFT + slot * place + (slot - width) / 2
        parts.append(
            Markup(
                '<rect class="bar" x="{:.1f}" y="{}" width="{:.1f}" height="{}"><title>{}</title></rect>'
            ).format(x, TOP + height - tall, width, max(tall, 1), f"{bar.label} {bar.text}")
        )
        # The last label ends where the chart ends, or it would be cut off.
        last = place == len(found) - 1
        if _labelled(place, len(found)):
            parts.append(
                Markup('<text class="tick" x="{:.1f}" y="{}" text-anchor="{}">{}</text>').format(
                    WIDTH if last else x + width / 2, HEIGHT - 8, "end" if last else "middle", bar.label
                )
            )
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-desc">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}</svg>'
    ).format(WIDTH, HEIGHT, name, name, name, title, name, description, Markup("").join(parts))


def top_y(height: int, step: int) -> int:
    """Where the line of a step stands."""
    return TOP + height - height * step // STEPS


def axis_values(found: Sequence[Bar]) -> list[int]:
    """The values of the five lines, to be written by the caller."""
    top = ceiling(max((bar.value for bar in found), default=0))
    return [top * step // STEPS for step in range(STEPS + 1)]


def _line(y: int, label: str) -> Markup:
    return Markup(
        '<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="tick" x="{}" y="{}" text-anchor="end">{}</text>'
    ).format(LEFT, WIDTH, y, y, LEFT - 8, y + 4, escape(label))


def _labelled(place: int, count: int) -> bool:
    """Every label while there is room, else every second or third, the last always."""
    step = 1 if count <= 6 else 2 if count <= 12 else 3
    return (count - 1 - place) % step == 0
