"""Any action of the contract, by a form made from its own schema; other pages lead here with fields filled in."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.portal.actions import Action, by_lane
from tanhui.registry_api.portal.api_calls import ApiRefusal
from tanhui.registry_api.portal.desk.common import Desk, new_key, texts_of
from tanhui.registry_api.portal.desk.filling import field_error, prefilled, suggestions
from tanhui.registry_api.portal.desk.source_keys import MAKE_KEY, with_kept_key
from tanhui.registry_api.portal.forms import FormError
from tanhui.registry_api.portal.pages.language import own_address
from tanhui.registry_api.problems import NOT_FOUND, Problem

BACK: Final = "_back"
MORE: Final = "_more"
KEY: Final = "_key"


def routes(desk: Desk) -> APIRouter:
    """GET /desk/actions; GET and POST /desk/actions/FUNCTION."""
    router = APIRouter(include_in_schema=False)

    @router.get("/desk/actions")
    async def listing(request: Request) -> Response:
        return desk.render(request, "actions.html", lanes=by_lane(desk.actions.known))

    @router.get("/desk/actions/{function}")
    async def ask(request: Request, function: str) -> Response:
        action = known(desk, function)
        return await _show(desk, request, action, prefilled(action.name, dict(request.query_params)))

    @router.post("/desk/actions/{function}")
    async def carry_out(request: Request, function: str) -> Response:
        action = known(desk, function)
        values = texts_of(await desk.form(request))
        if MORE in values:
            return await _show(desk, request, action, prefilled(action.name, values))
        try:
            if MAKE_KEY in values:
                return await _show(desk, request, action, await with_kept_key(desk, request, values))
            order: dict[str, Any] = desk.forms.order(action.function.order, values)
            answer = await desk.send(request, action, order, values.get(KEY, ""))
        except (FormError, KeyError, ApiRefusal) as error:
            return await _show(desk, request, action, values, error)
        return _done(desk, request, action, values, answer)

    return router


def known(desk: Desk, function: str) -> Action:
    """The write of that name. Raises Problem (404)."""
    action = desk.actions.known.get(function)
    if action is None:
        raise Problem(NOT_FOUND, name="function", value=function[:80])
    return action


async def _show(
    desk: Desk,
    request: Request,
    action: Action,
    values: dict[str, str],
    error: FormError | KeyError | ApiRefusal | None = None,
) -> Response:
    """The form with what was entered, and what was wrong with it."""
    wrong = field_error(request, error)
    return desk.render(
        request,
        "act.html",
        wrong.status,
        action=action,
        fields=desk.forms.fields(action.function.order, values, values.get(MORE, "")),
        suggested=await suggestions(desk, request),
        makes_key=MAKE_KEY if action.name == "activities:RegisterSource" else "",
        # What was refused had no effect, and its request id may be used again for the mended order.
        key=values.get(KEY) or new_key(),
        back=own_address(values.get(BACK, "/desk/actions")),
        wrong=wrong,
    )


def _done(
    desk: Desk, request: Request, action: Action, values: dict[str, str], answer: dict[str, Any]
) -> Response:
    return desk.render(
        request,
        "done.html",
        action=action,
        effects=answer.get("event", {}).get("effects", []),
        transaction=answer.get("transaction", ""),
        block=answer.get("block", ""),
        back=own_address(values.get(BACK, "/desk")),
    )
