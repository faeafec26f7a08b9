"""The API's answers as a person reads them: a list as a table, one thing as its members; `--json` as they came."""

import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from tanhui.cli.output import messages, print_json, print_table

CHINA_S = 8 * 3_600
TIMES = frozenset({"at"})
"""Members that hold seconds since 1970."""


def show(document: Any, *, as_json: bool, title: str = "", titles: Mapping[str, str] | None = None) -> None:
    """One answer on stdout; `titles` says how columns are called. Where a list goes on is said on stderr."""
    if as_json:
        print_json(document)
    elif isinstance(document, dict) and isinstance(document.get("items"), list):
        _show_items(document["items"], title, titles or {})
        following = document.get("bookmark") or document.get("after")
        if following:
            messages.print(f"more: --after {quote(str(following), safe='')}", markup=False, soft_wrap=True)
    elif isinstance(document, dict):
        print_table(title, ("member", "value"), [(name, cell(name, one)) for name, one in document.items()])
    else:
        print_json(document)


def cell(name: str, value: Any) -> str:
    """A member's value in one line: times of day in China, lists and objects without JSON's marks."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in TIMES and isinstance(value, int):
        return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(value + CHINA_S))
    if isinstance(value, dict):
        return ", ".join(f"{member} {cell(member, one)}" for member, one in value.items() if one is not None)
    if isinstance(value, list):
        return "; ".join(
            f"({cell(name, one)})" if isinstance(one, dict) else cell(name, one) for one in value
        )
    return str(value)


def _show_items(items: Sequence[Any], title: str, titles: Mapping[str, str]) -> None:
    if not items:
        messages.print("nothing found")
        return
    whole = [item if isinstance(item, dict) else {"value": item} for item in items]
    names = list(dict.fromkeys(name for item in whole for name in item))
    rows = [[cell(name, item.get(name)) for name in names] for item in whole]
    print_table(title, [titles.get(name, name) for name in names], rows)
