"""Any question that the contract answers, as a form and a page: what programs read by the API, people read here."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.portal.actions import by_lane
from tanhui.registry_api.portal.api_calls import ApiRefusal
from tanhui.registry_api.portal.desk.common import Desk
from tanhui.registry_api.portal.desk.filling import field_error, suggestions
from tanhui.registry_api.portal.forms import FormError
from tanhui.registry_api.problems import NOT_FOUND, Problem

ASKED: Final = "_ask"
PAGING: Final = frozenset({"bookmark", "page_size"})
COLUMNS_MAX: Final = 7


def columns(rows: Sequence[Any]) -> tuple[str, ...]:
    """The members that rows have in common, where they make a table: flat objects, alike, not too wide; else none."""
    if not rows or not all(isinstance(row, dict) for row in rows):
        return ()
    names = tuple(rows[0])
    alike = all(tuple(row) == names for row in rows)
    flat = all(not isinstance(value, (dict, list)) for row in rows for value in row.values())
    return names if alike and flat and len(names) <= COLUMNS_MAX else ()


def following_of(answer: Any) -> str | None:
    """Where a list's next page begins, "" after the last one; None for what is no list of pages."""
    is_page = isinstance(answer, dict) and answer.keys() == {"items", "bookmark"}
    return str(answer["bookmark"]) if is_page else None


def is_hex(text: str) -> bool:
    """Whether it is a hash or another long id, which is set in type of equal width."""
    return len(text) >= 32 and all(sign in "0123456789abcdef" for sign in text)


def routes(desk: Desk) -> APIRouter:
    """GET /desk/look, and /desk/look/FUNCTION with its fields as query."""
    router = APIRouter(include_in_schema=False)

    @router.get("/desk/look")
    async def listing(request: Request) -> Response:
        return desk.render(request, "look.html", lanes=by_lane(desk.actions.questions))

    @router.get("/desk/look/{function}")
    async def ask(request: Request, function: str) -> Response:
        action = desk.actions.questions.get(function)
        if action is None:
            raise Problem(NOT_FOUND, name="function", value=function[:80])
        values = dict(request.query_params)
        fields = [one for one in desk.forms.fields(action.function.order, values) if one.word not in PAGING]
        asked = ASKED in values or not fields
        answer: Any = None
        error: FormError | KeyError | ApiRefusal | None = None
        if asked:
            try:
                order = desk.forms.order(action.function.order, values)
                path, query = action.query(order)
                answer = await desk.get(request, path, **query)
            except (FormError, KeyError, ApiRefusal) as raised:
                error = raised
        following = following_of(answer)
        wrong = field_error(request, error)
        return desk.render(
            request,
            "question.html",
            wrong.status,
            action=action,
            fields=fields,
            asked=asked,
            answer=answer["items"] if following_of(answer) is not None else answer,
            more=f"/desk/look/{function}?{urlencode(values | {'bookmark': following, ASKED: '1'})}"
            if following
            else "",
            suggested=await suggestions(desk, request),
            wrong=wrong,
        )

    return router
