"""Any action of the contract, by a form made from its own schema; other pages lead here with fields filled in."""

from typing import Any

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.portal.actions import Action
from tanhui.registry_api.portal.api_calls import ApiRefusal
from tanhui.registry_api.portal.desk.common import Desk, new_key, texts_of
from tanhui.registry_api.portal.forms import FormError
from tanhui.registry_api.portal.pages.language import own_address
from tanhui.registry_api.portal.site import language_of
from tanhui.registry_api.portal.wording import wording
from tanhui.registry_api.problems import NOT_FOUND, Problem

BACK = "_back"
MORE = "_more"
KEY = "_key"


def routes(desk: Desk) -> APIRouter:
    """GET /desk/actions; GET and POST /desk/actions/FUNCTION."""
    router = APIRouter(include_in_schema=False)

    def known(function: str) -> Action:
        action = desk.actions.known.get(function)
        if action is None:
            raise Problem(NOT_FOUND, name="function", value=function[:80])
        return action

    def show(
        request: Request,
        action: Action,
        values: dict[str, str],
        status: int = 200,
        *,
        key: str = "",
        wrong: str = "",
        said: str = "",
    ) -> Response:
        more = values.get(MORE, "")
        return desk.render(
            request,
            "act.html",
            status,
            action=action,
            fields=desk.forms.fields(action.function.order, values, more),
            key=key or new_key(),
            back=own_address(values.get(BACK, "/desk/actions")),
            wrong=wrong,
            said=said,
        )

    @router.get("/desk/actions")
    async def listing(request: Request) -> Response:
        return desk.render(request, "actions.html", lanes=desk.actions.by_lane())

    @router.get("/desk/actions/{function}")
    async def ask(request: Request, function: str) -> Response:
        return show(request, known(function), dict(request.query_params))

    @router.post("/desk/actions/{function}")
    async def carry_out(request: Request, function: str) -> Response:
        action = known(function)
        values = texts_of(await desk.form(request))
        key = values.get(KEY, "")
        if MORE in values:
            return show(request, action, values, key=key)
        words = wording(language_of(request))
        try:
            order: dict[str, Any] = desk.forms.order(action.function.order, values)
            answer = await desk.send(request, action, order, key)
        except FormError as error:
            said = words(error.key, field=words.term("field", error.name.rpartition(".")[2]))
            return show(request, action, values, 422, key=key, wrong=error.name, said=said)
        except KeyError as error:
            return show(
                request, action, values, 422, key=key, wrong=str(error.args[0]), said=words("form.needed")
            )
        except ApiRefusal as refusal:
            problem = refusal.problem
            return show(
                request,
                action,
                values,
                problem["status"],
                # What was refused had no effect, and its request id may be used again for the mended order.
                key=key,
                wrong=problem.get("field", ""),
                said=problem["detail"],
            )
        return desk.render(
            request,
            "done.html",
            action=action,
            effects=answer.get("event", {}).get("effects", []),
            transaction=answer.get("transaction", ""),
            block=answer.get("block", ""),
            back=own_address(values.get(BACK, "/desk")),
        )

    return router
