"""Serial search, and the whole life of one serial number."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from tanhui.registry_api.portal.archive import Happened
from tanhui.registry_api.portal.site import Site
from tanhui.registry_api.problems import NOT_FOUND, Problem

SERIAL_MAX = 2**53 - 1
_ENDS = {"retirements.retired": "retired", "credits.cancelled": "cancelled"}


@dataclass(frozen=True, slots=True)
class Life:
    """A serial's stations, and what it is now."""

    batch: str
    serial: int
    stations: Sequence[Happened]
    state: str
    holder: str
    holds: Sequence[str]
    """Kinds of what holds it now."""

    @property
    def certificate(self) -> str:
        """The certificate under which it was used up; "" while it was not."""
        last = next((one for one in self.stations if one.kind == "retirements.retired"), None)
        return last.reference if last else ""


def life(batch: str, serial: int, stations: Sequence[Happened]) -> Life:
    """Follow a serial through what happened to it."""
    state, holder = "active", ""
    held: set[tuple[str, str]] = set()
    for one in stations:
        effect = one.effect
        if one.kind in _ENDS:
            state = _ENDS[one.kind]
        if one.kind in _ENDS or one.kind == "credits.transferred":
            held.clear()  # what is held neither moves nor ends: the hold ended with it
        if one.kind == "credits.transferred":
            holder = effect["receiver"]
        elif "holder" in effect:
            holder = effect["holder"]
        if one.kind == "credits.held":
            held.add((effect["hold"], effect["reference"]))
        elif one.kind == "credits.released":
            held.discard((effect["hold"], effect["reference"]))
    return Life(batch, serial, stations, state, holder, tuple(sorted({hold for hold, _ in held})))


def serial_in(text: str) -> tuple[str, int] | None:
    """Batch and serial out of what a person types: `batch:serial`, `batch serial`, `batch/serial`."""
    for sign in (":", "/", "#", "\t"):
        text = text.replace(sign, " ")
    words = text.split()
    if len(words) != 2:
        return None
    digits = words[1].replace(",", "").partition("-")[0].partition("–")[0]
    if not digits.isascii() or not digits.isdigit() or len(digits) > 16:
        return None
    return words[0], int(digits)


def routes(site: Site) -> APIRouter:
    """GET /serials and /serials/BATCH/SERIAL."""
    router = APIRouter(include_in_schema=False)

    @router.get("/serials")
    async def search(request: Request, batch: str = "", serial: str = "") -> Response:
        found = serial_in(f"{batch[:200]} {serial[:40]}")
        if found is not None:
            return RedirectResponse(f"/serials/{found[0]}/{found[1]}", 303)
        wrong = bool(batch or serial)
        return site.render(
            request, "serials.html", 422 if wrong else 200, batch=batch[:200], serial=serial[:40], wrong=wrong
        )

    @router.get("/serials/{batch}/{serial}")
    async def one(request: Request, batch: str, serial: str) -> Response:
        number = int(serial) if serial.isascii() and serial.isdigit() and len(serial) <= 16 else 0
        stations = (
            await site.read(site.archive.serial_life, batch[:200], number) if 0 < number <= SERIAL_MAX else []
        )
        if not stations:
            raise Problem(NOT_FOUND, name="serial", value=f"{batch} {serial}"[:120])
        view = life(batch, number, stations)
        names = await site.names(
            [view.holder]
            + [str(one.effect.get(who, "")) for one in stations for who in ("holder", "sender", "receiver")]
        )
        return site.render(request, "serial.html", view=view, names=names)

    return router
