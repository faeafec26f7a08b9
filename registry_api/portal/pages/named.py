"""What stands in the public registers under an id and a name, and which of it a text finds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from tanhui.registry_api.portal.site import Site

NAMED_MAX: Final = 50
TITLES_MAX: Final = 200
"""Methodologies whose newest title is looked up; of others the id is found."""


@dataclass(frozen=True, slots=True)
class Named:
    """Something of a register: which, its id and name, its page, and its state there ("" where it has none)."""

    register: str
    id: str
    name: str
    address: str
    state: str = ""


def matching(text: str, entries: Iterable[Named]) -> list[Named]:
    """Those whose id or name holds the text, whatever its case: the very id first, then beginnings, then the rest."""
    wanted = text.casefold()
    found: list[tuple[int, str, str, Named]] = []
    for one in entries:
        known = (one.id.casefold(), one.name.casefold())
        if any(wanted in of for of in known):
            order = 0 if wanted in known else 1 if any(of.startswith(wanted) for of in known) else 2
            found.append((order, one.register, one.id, one))
    return [one for *_, one in sorted(found, key=lambda row: row[:3])][:NAMED_MAX]


def only_page(text: str, found: Iterable[Named]) -> str:
    """The page of the one thing that has this very id; "" where there is none, or several."""
    pages = [one.address for one in found if one.id == text and one.register != "organisation"]
    return pages[0] if len(pages) == 1 else ""


async def entries(site: Site) -> list[Named]:
    """Programmes, projects, methodologies, events and organisations, as many as the pages of each list hold."""
    found = [
        Named("programme", one["id"], one["name"], _page("programmes", one["id"]), one["state"])
        for one in await site.public.all("programmes:List")
    ]
    found += [
        Named("project", one["id"], one["title"], _page("projects", one["id"]), one["status"])
        for one in await site.public.all("projects:All")
    ]
    for at, one in enumerate(await site.public.all("methodologies:List")):
        name, state = "", ""
        if at < TITLES_MAX:
            version = one["filed"] or one["versions"]
            newest = await site.public.find("methodologies:Version", methodology=one["id"], version=version)
            name, state = (newest["version"]["title"], newest["version"]["status"]) if newest else ("", "")
        found.append(Named("methodology", one["id"], name, _page("methodologies", one["id"]), state))
    found += [
        Named("event", one["id"], "", _page("events", one["id"]), one["status"])
        for one in await site.public.all("events:List")
    ]
    # An organisation has no page of its own: its id finds what names it.
    found += [
        Named("organisation", one["id"], one["name"], f"/find?q={quote(one['id'])}", one["status"])
        for one in await site.public.all("organisations:List")
    ]
    return found


def _page(register: str, id_: str) -> str:
    return f"/{register}/{quote(id_, safe='')}"
