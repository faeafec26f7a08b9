"""Freezes and liens: what stands on credits and accounts now, and how each is placed and released."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.portal.archive import PAGE_MAX, Happened, Wanted
from tanhui.registry_api.portal.desk.common import Desk

BACK = "/desk/holds"


@dataclass(frozen=True, slots=True)
class Standing:
    """A freeze or a lien on ranges."""

    hold: str
    reference: str
    holder: str
    ranges: Sequence[Mapping[str, Any]]
    since: Happened

    @property
    def release(self) -> str:
        """The form that ends it."""
        if self.hold == "lien":
            return f"/desk/actions/pledges:Release?{urlencode({'pledge': self.reference, '_back': BACK})}"
        fields = {"order": self.reference, "_back": BACK}
        for at, one in enumerate(self.ranges):
            for name, value in (("batch", one["batch"]), ("range", one["first"]), ("first", one["first"]),
                                ("last", one["last"])):  # fmt: skip
                fields[f"pieces.{at}.{name}"] = value
        return f"/desk/actions/credits:Unfreeze?{urlencode(fields)}"


def standing(found: Iterable[Happened]) -> list[Standing]:
    """Holds that no later effect released, newest first; `found` newest first."""
    open_now: dict[tuple[str, str], list[Happened]] = {}
    for one in sorted(found, key=lambda one: one.number):
        key = (one.effect["hold"], one.effect["reference"])
        if key[0] not in {"freeze", "lien"}:
            continue
        if one.kind == "credits.held":
            open_now.setdefault(key, []).append(one)
        else:
            gone = {(each["batch"], each["first"]) for each in one.effect["ranges"]}
            left = [
                each
                for each in open_now.get(key, [])
                if not gone & {(part["batch"], part["first"]) for part in each.effect["ranges"]}
            ]
            open_now[key] = left
    held = [
        Standing(hold, reference, one.effect["holder"], one.effect["ranges"], one)
        for (hold, reference), each in open_now.items()
        for one in each
    ]
    return sorted(held, key=lambda one: -one.since.number)


def frozen_accounts(found: Iterable[Happened]) -> list[Happened]:
    """Accounts whose last change was a freeze, newest first."""
    last: dict[str, Happened] = {}
    for one in sorted(found, key=lambda one: one.number):
        last[one.effect["account"]] = one
    return sorted(
        (one for one in last.values() if one.kind == "accounts.frozen"), key=lambda one: -one.number
    )


def routes(desk: Desk) -> APIRouter:
    """GET /desk/holds."""
    router = APIRouter(include_in_schema=False)

    @router.get("/desk/holds")
    async def page(request: Request, batch: str = "") -> Response:
        session = desk.session(request)
        read = desk.site.read
        changed = await read(
            desk.site.archive.newest, Wanted(("credits.held", "credits.released"), limit=PAGE_MAX)
        )
        accounts: Sequence[Happened] = ()
        if session.roles & {"regulator", "platform_operator"}:
            accounts = frozen_accounts(
                await read(
                    desk.site.archive.newest,
                    Wanted(("accounts.frozen", "accounts.unfrozen"), limit=PAGE_MAX),
                )
            )
        found = standing(changed)
        names = await desk.site.names(one.holder for one in found)
        ranges = []
        if batch:
            ranges = await desk.site.public.all("credits:Ranges", batch=batch[:200])
        return desk.render(
            request,
            "holds.html",
            found=found,
            accounts=accounts,
            names=names,
            batch=batch[:200],
            ranges=ranges,
        )

    return router
