"""The list of decisions names every one, by its own number and title."""

import re
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "docs" / "adr"


def test_the_list_has_every_decision_by_its_number_and_title() -> None:
    listed = re.findall(
        r"^\| \[(\d{4})\]\((.+?)\) \| (.+) \|$", (FOLDER / "README.md").read_text("utf-8"), re.MULTILINE
    )
    found = []
    for path in sorted(FOLDER.glob("[0-9]*.md")):
        heading = path.read_text("utf-8").partition("\n")[0]
        found.append((path.name[:4], path.name, heading.removeprefix(f"# {path.name[:4]}: ")))
    assert listed == found
