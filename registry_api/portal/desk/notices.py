"""Notices at the desk: what is on public notice, what was said, and what is to be answered."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.portal.archive import Wanted
from tanhui.registry_api.portal.desk.common import Desk

BACK = "/desk/notices"
SHOWN = 50


def routes(desk: Desk) -> APIRouter:
    """GET /desk/notices."""
    router = APIRouter(include_in_schema=False)

    @router.get("/desk/notices")
    async def page(request: Request) -> Response:
        desk.session(request)
        published = await desk.site.read(
            desk.site.archive.newest, Wanted(("notices.published",), limit=SHOWN)
        )
        rows = []
        for one in published:
            subject = {"kind": one.effect["subject_kind"], "subject": one.effect["subject"]}
            comments = await desk.site.public.all("notices:Comments", **subject)
            comment = f"/desk/actions/notices:Comment?{urlencode(subject | {'_back': BACK})}"
            answers = [
                (
                    said,
                    "/desk/actions/notices:Answer?"
                    + urlencode(
                        subject
                        | {"organisation": said["organisation"], "number": said["number"], "_back": BACK}
                    ),
                )
                for said in comments
            ]
            rows.append((one, comment, answers))
        names = await desk.site.names(said["organisation"] for _, _, answers in rows for said, _ in answers)
        return desk.render(request, "notices.html", rows=rows, names=names)

    return router
