"""Intake: a file of activities goes in, and the page shows how far it is and which lines were not good."""

from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.datastructures import FormData, UploadFile

from tanhui.registry_api.portal.api_calls import ApiRefusal
from tanhui.registry_api.portal.desk.common import Desk, new_key, text_of, upload_of
from tanhui.registry_api.portal.site import language_of
from tanhui.registry_api.wording.catalogue import wording

CHUNK_BYTES = 64 << 10
TERMS = ("what", "methodology", "version", "source")
"""Fields of the form; `what` is programme/scene."""
MEDIA = {"csv": "text/csv", "jsonl": "application/jsonl", "json": "application/json"}
REFUSED_SHOWN_MAX = 200


async def chunks(file: UploadFile) -> AsyncIterator[bytes]:
    """A file in pieces."""
    while chunk := await file.read(CHUNK_BYTES):
        yield chunk


def media_of(filename: str) -> str | None:
    """The content type of a file by its ending; None for another kind."""
    return MEDIA.get(filename.rpartition(".")[2].lower())


def rejected_in(batches: list[dict[str, Any]]) -> list[tuple[int, str]]:
    """Lines that the ledger took but did not credit, or refused: (line, code)."""
    found: list[tuple[int, str]] = []
    for batch in batches:
        outcome = batch["outcome"] or {}
        if batch["state"] == "refused":
            found += [(line, str(outcome.get("code", ""))) for line in batch["lines"]]
            continue
        for effect in outcome.get("event", outcome).get("effects", []):
            for one in effect.get("rejected") or ():
                found.append((batch["lines"][int(one["position"])], one["code"]))
    return sorted(found)


def routes(desk: Desk) -> APIRouter:
    """GET and POST /desk/intake, GET /desk/intake/UPLOAD and its state."""
    router = APIRouter(include_in_schema=False)

    @router.get("/desk/intake")
    async def page(request: Request) -> Response:
        return await _show(desk, request, dict(request.query_params))

    @router.post("/desk/intake")
    async def receive(request: Request) -> Response:
        form = await desk.form(request, desk.upload_bytes_max)
        try:
            return await _receive(desk, request, form)
        finally:
            await form.close()

    @router.get("/desk/intake/{upload}")
    async def progress(request: Request, upload: str) -> Response:
        receipt = await desk.get(request, f"/v1/activities/uploads/{upload}")
        first, refused, count = await _outcomes(desk, request, upload)
        uncredited = count + receipt["bad"]
        return desk.render(
            request,
            "upload.html",
            receipt=receipt,
            batches=first,
            refused=refused,
            more=count - len(refused),
            uncredited=uncredited,
            nothing=uncredited == receipt["lines"],
        )

    @router.get("/desk/intake/{upload}/state")
    async def state(request: Request, upload: str) -> Response:
        receipt = await desk.get(request, f"/v1/activities/uploads/{upload}")
        return JSONResponse(
            {name: receipt[name] for name in ("accepted", "committed", "refused", "complete")}
        )

    return router


async def _outcomes(
    desk: Desk, request: Request, upload: str
) -> tuple[list[dict[str, Any]], list[tuple[int, str]], int]:
    """The first page of an upload's batches; of all of them the first lines without credit, and how many there are."""
    path = f"/v1/activities/uploads/{upload}/batches"
    page = await desk.get(request, path)
    first, count = page["items"], 0
    refused: list[tuple[int, str]] = []
    while True:
        found = rejected_in(page["items"])
        count += len(found)
        refused = sorted(refused + found)[:REFUSED_SHOWN_MAX]
        if page["after"] is None:
            return first, refused, count
        page = await desk.get(request, path, after=str(page["after"]))


async def _show(
    desk: Desk, request: Request, values: dict[str, str], status: int = 200, said: str = ""
) -> Response:
    """The form, with the programmes that the reader's organisation operates, or all where it operates none."""
    session = desk.session(request)
    every = await desk.site.public.all("programmes:List")
    own = [one for one in every if one["operator"] == session.organisation] or every
    offered = []
    for one in own:
        version = one["in_force"] or one["drafted"]
        rules = await desk.site.public.ask("programmes:Rules", programme=one["id"], version=version)
        offered.append((one, [scene["scene"] for scene in rules["rules"]["scenes"]]))
    heads = await desk.site.public.all("methodologies:List")
    return desk.render(
        request,
        "intake.html",
        status,
        methodologies=[one["id"] for one in heads if one["filed"]],
        offered=offered,
        values=dict.fromkeys(TERMS, "") | values,
        said=said,
        key=values.get("key") or new_key(),
    )


async def _receive(desk: Desk, request: Request, form: FormData) -> Response:
    """Pass the file on to the API's intake, piece by piece."""
    session = desk.session(request)
    values = {name: text_of(form, name) for name in (*TERMS, "key")}
    words = wording(language_of(request))
    file = upload_of(form, "file")
    media = media_of(file.filename or "") if file else None
    if file is None or media is None:
        return await _show(desk, request, values, 422, words("intake.no_file"))
    programme, _, scene = values["what"].partition("/")
    answer = await desk.api.call(
        desk.signed(request, session),
        "POST",
        "/v1/activities",
        query={name: values[name] for name in TERMS[1:]} | {"programme": programme, "scene": scene},
        headers={"content-type": media, "idempotency-key": values["key"]},
        body=chunks(file),
    )
    if not answer.good:
        problem = ApiRefusal(answer).problem
        return await _show(desk, request, values, answer.status, words.said(problem["detail"]))
    upload = answer.document["id"]
    session.remember_upload(upload)
    await desk.site.sessions.keep(request, session)
    return RedirectResponse(f"/desk/intake/{upload}", 303)
