"""What helps in filling a form in: values made for the reader, names to choose from, and what was wrong where."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Request

from tanhui.chaincode.rules.regions import PROVINCES
from tanhui.registry_api.portal.api_calls import ApiRefusal
from tanhui.registry_api.portal.desk.common import Desk
from tanhui.registry_api.portal.desk.naming import field_label, refusal_words
from tanhui.registry_api.portal.forms import FormError
from tanhui.registry_api.portal.site import language_of
from tanhui.registry_api.regions import region_name
from tanhui.registry_api.wording.catalogue import wording

OPEN_ACCOUNTS: Final = "accounts:Open"
ACCOUNT_BYTES: Final = 16
SUGGESTED_MAX: Final = 500
"""Names that one list offers; past it people type, or look up."""

Suggestions = Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Wrong:
    """What was wrong with a form: the field's dotted name, a sentence, the ledger's code; all "" where nothing was."""

    name: str = ""
    said: str = ""
    code: str = ""
    status: int = 200


NOTHING_WRONG: Final = Wrong()


def field_error(request: Request, error: FormError | KeyError | ApiRefusal | None) -> Wrong:
    """An error as the form shows it."""
    language = language_of(request)
    words = wording(language)
    if isinstance(error, FormError):
        label = field_label(words, error.name)
        return Wrong(error.name, words(error.key, field=label), status=422)
    if isinstance(error, KeyError):
        return Wrong(str(error.args[0]), words("form.needed"), status=422)
    if isinstance(error, ApiRefusal):
        problem: dict[str, Any] = error.problem
        return Wrong(
            problem.get("field", ""), refusal_words(words, problem), problem["code"], problem["status"]
        )
    return NOTHING_WRONG


def prefilled(function: str, values: Mapping[str, str]) -> dict[str, str]:
    """A new account's id is random, and nobody should have to think one up."""
    found = dict(values)
    if function != OPEN_ACCOUNTS:
        return found
    rows = {name.split(".")[1] for name in found if name.startswith("accounts.")} or {"0"}
    if found.get("_more") == "accounts":
        rows.add(str(max(int(row) for row in rows if row.isdecimal()) + 1))
    for row in rows:
        if not found.get(f"accounts.{row}.account"):
            found[f"accounts.{row}.account"] = secrets.token_hex(ACCOUNT_BYTES)
    return found


async def suggestions(desk: Desk, request: Request) -> Suggestions:
    """What stands in the public registers, by the sort of id that a field wants: (id, name). Raises SignInNeeded."""
    desk.session(request)
    language = language_of(request)
    public = desk.site.public
    organisations = await public.all("organisations:List")
    programmes = await public.all("programmes:List")
    projects = await public.all("projects:All")
    methodologies = await public.all("methodologies:List")
    found = {
        "organisation": [(one["id"], one["name"]) for one in organisations if one["status"] == "active"],
        "programme": [(one["id"], one["name"]) for one in programmes],
        "project": [(one["id"], one["title"]) for one in projects],
        "methodology": [(one["id"], f"v{one['filed']}") for one in methodologies if one["filed"]],
        "region": [(f"{code}0000", region_name(f"{code}0000", language)) for code in sorted(PROVINCES)],
    }
    return {name: rows[:SUGGESTED_MAX] for name, rows in found.items()}
