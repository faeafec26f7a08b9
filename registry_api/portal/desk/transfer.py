"""One transfer between regions: both halves, and the proof of each step."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.portal.api_calls import ApiRefusal
from tanhui.registry_api.portal.desk.common import Desk
from tanhui.registry_api.problems import NOT_FOUND, Problem
from tanhui.registry_api.routes.proofs import BUNDLE_TYPE


def outcome(halves: Mapping[str, Any]) -> str:
    """What became of the transfer, as far as this ledger knows."""
    outgoing, incoming = halves["outgoing"], halves["incoming"]
    found: str = incoming["status"] if outgoing is None else outgoing["status"]
    return found


def routes(desk: Desk) -> APIRouter:
    """GET /desk/recognition/AGREEMENT/TRANSFER, and the bundles of its steps."""
    router = APIRouter(include_in_schema=False)

    @router.get("/desk/recognition/{agreement}/{transfer}")
    async def page(request: Request, agreement: str, transfer: str) -> Response:
        path = f"/v1/agreements/{quote(agreement, safe='')}/transfers/{quote(transfer, safe='')}/halves"
        found = await desk.find(request, path)
        if found is None:
            raise Problem(NOT_FOUND, name="transfer", value=transfer[:80])
        return desk.render(request, "transfer.html", found=found, outcome=outcome(found["halves"]))

    @router.get("/desk/recognition/{agreement}/{transfer}/{step}.json")
    async def bundle(request: Request, agreement: str, transfer: str, step: str) -> Response:
        """The bundle of a step, whichever ledger it is of: to be verified by the reader's own anchors."""
        path = f"/v1/agreements/{quote(agreement, safe='')}/transfers/{quote(transfer, safe='')}"
        found = await desk.find(request, f"{path}/halves")
        wanted = [] if found is None else [one for one in found["steps"] if one["step"] == step]
        address = next((one["bundle"] for one in wanted if one["bundle"]), None)
        if address is None:
            raise Problem(NOT_FOUND, name="step", value=step[:80])
        answer = await desk.api.call(desk.signed(request, desk.session(request)), "GET", address)
        if not answer.good:
            raise ApiRefusal(answer)
        name = f'attachment; filename="{quote(transfer, safe="")}-{quote(step, safe="")}.json"'
        return Response(answer.body, media_type=BUNDLE_TYPE, headers={"Content-Disposition": name})

    return router
