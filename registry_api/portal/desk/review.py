"""Reviews: batches whose evidence waits for a verifier, records to sample again, and appeals that wait for a ruling."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request, Response

from tanhui.proofs.effects import commit
from tanhui.registry_api.portal.api_calls import ApiRefusal
from tanhui.registry_api.portal.archive import PAGE_MAX, Happened, Wanted
from tanhui.registry_api.portal.desk.common import Desk, new_key, texts_of, upload_of
from tanhui.registry_api.portal.desk.filling import NOTHING_WRONG, Wrong, field_error
from tanhui.registry_api.portal.desk.verdicts import (
    FILE_BYTES_MAX,
    NOBODY,
    Chosen,
    chosen_in,
    chosen_in_file,
    packed,
)
from tanhui.registry_api.portal.forms import FormError
from tanhui.registry_api.problems import NOT_FOUND, Problem

BACK: Final = "/desk/review"
SUBMITTED: Final = "activities.submitted"
KINDS: Final = (SUBMITTED, "activities.attested", "activities.credited", "activities.rejected")
SHOWN_RECORDS_MAX: Final = 500
RECORDS_A_READ: Final = 500
READS_MAX: Final = 10
SALT_BYTES: Final = 32
FUNCTIONS: Final = {"review": "activities:CheckBatch", "sample": "activities:SampleBatch"}
TERMS: Final = ("model", "model_version", "confidence")
STANDING: Final = {"review": "submitted", "sample": "credited"}
"""The state of records that a purpose is about."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch under review. `stage` is submitted, checked or credited."""

    happened: Happened
    stage: str
    steps: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Task:
    """What somebody reviews: a batch, and whether before it is credited (review) or afterwards (sample)."""

    programme: str
    batch: str
    purpose: str

    @property
    def path(self) -> str:
        """The batch as the API's resource."""
        return f"/v1/programmes/{self.programme}/activity-batches/{self.batch}"


def batches(found: Iterable[Happened], roles: frozenset[str]) -> list[Batch]:
    """Submitted batches with what came of each, newest first; the steps are those of the reader's roles."""
    stages: dict[tuple[str, str], str] = {}
    submitted: dict[tuple[str, str], Happened] = {}
    for one in sorted(found, key=lambda one: one.number):
        key = (one.effect["programme"], one.effect["batch"])
        if one.kind == SUBMITTED:
            submitted[key], stages[key] = one, "submitted"
        elif one.kind == "activities.attested":
            stages[key] = "checked" if one.effect["purpose"] == "review" else stages.get(key, "credited")
        else:
            stages[key] = one.kind.partition(".")[2]
    rows = [Batch(one, stages[key], _steps(one, stages[key], roles)) for key, one in submitted.items()]
    return sorted(rows, key=lambda row: (not row.steps, -row.happened.number))


def _steps(one: Happened, stage: str, roles: frozenset[str]) -> list[tuple[str, str]]:
    programme, batch = one.effect["programme"], one.effect["batch"]
    if stage == "submitted" and "verifier" in roles:
        return [(FUNCTIONS["review"], f"{BACK}/{programme}/{batch}")]
    if stage == "checked" and "platform_operator" in roles:
        fields = urlencode({"programme": programme, "batch": batch, "tranche": 0, "_back": BACK})
        return [("activities:CreditBatch", f"/desk/actions/activities:CreditBatch?{fields}")]
    if stage == "credited" and "verifier" in roles:
        return [(FUNCTIONS["sample"], f"{BACK}/{programme}/{batch}?purpose=sample")]
    return []


def open_appeals(found: Iterable[Happened]) -> list[tuple[Happened, str]]:
    """Appeals without a ruling, oldest first, and the form that rules on each."""
    last: dict[tuple[str, str, str], Happened] = {}
    for one in sorted(found, key=lambda one: one.number):
        last[one.effect["programme"], one.effect["batch"], one.effect["position"]] = one
    rows = []
    for (programme, batch, position), one in last.items():
        if one.effect["status"] == "open":
            place = {
                "programme": programme,
                "batch": batch,
                "position": position,
                "tranche": 0,
                "_back": BACK,
            }
            rows.append((one, f"/desk/actions/activities:RuleAppeal?{urlencode(place)}"))
    return rows


def routes(desk: Desk) -> APIRouter:
    """GET /desk/review; GET and POST /desk/review/PROGRAMME/BATCH."""
    router = APIRouter(include_in_schema=False)

    @router.get("/desk/review")
    async def listing(request: Request) -> Response:
        session = desk.session(request)
        read, newest = desk.site.read, desk.site.archive.newest
        found = [one for kind in KINDS for one in await read(newest, Wanted((kind,), limit=PAGE_MAX))]
        appeals = await read(newest, Wanted(("activities.appealed",), limit=PAGE_MAX))
        return desk.render(
            request,
            "review.html",
            rows=batches(found, session.roles),
            appeals=open_appeals(appeals),
            back=BACK,
        )

    @router.get("/desk/review/{programme}/{batch}")
    async def ask(request: Request, programme: str, batch: str, purpose: str = "review") -> Response:
        return await _show(desk, request, task_of(programme, batch, purpose), {})

    @router.post("/desk/review/{programme}/{batch}")
    async def attest(request: Request, programme: str, batch: str) -> Response:
        form = await desk.form(request)
        values = texts_of(form)
        task = task_of(programme, batch, values.get("purpose", "review"))
        file = upload_of(form, "file")
        try:
            chosen = chosen_in_file(await file.read(FILE_BYTES_MAX + 1)) if file else chosen_in(values)
            return await _attest(desk, request, task, values, chosen)
        except (FormError, ApiRefusal) as error:
            return await _show(desk, request, task, values, field_error(request, error))
        finally:
            await form.close()

    return router


def task_of(programme: str, batch: str, purpose: str) -> Task:
    """The task of an address. Raises Problem (404)."""
    if purpose not in FUNCTIONS:
        raise Problem(NOT_FOUND, name="purpose", value=purpose[:40])
    return Task(quote(programme, safe=""), quote(batch, safe=""), purpose)


async def _records(desk: Desk, request: Request, task: Task) -> list[dict[str, Any]]:
    """All records of a batch, in order."""
    found: list[dict[str, Any]] = []
    for _ in range(READS_MAX):
        some = await desk.get(request, f"{task.path}/records", first=len(found), count=RECORDS_A_READ)
        found += some
        if len(some) < RECORDS_A_READ:
            break
    return found


async def _show(
    desk: Desk, request: Request, task: Task, values: dict[str, str], wrong: Wrong = NOTHING_WRONG
) -> Response:
    records = [one for one in await _records(desk, request, task) if one["state"] == STANDING[task.purpose]]
    return desk.render(
        request,
        "verdicts.html",
        wrong.status,
        task=task,
        batch=await desk.get(request, task.path),
        function=FUNCTIONS[task.purpose],
        records=records[:SHOWN_RECORDS_MAX],
        count=len(records),
        values=dict.fromkeys(TERMS, "") | values,
        in_person=bool(values.get("in_person", not values)),
        key=values.get("key") or new_key(),
        wrong=wrong,
    )


async def _attest(
    desk: Desk, request: Request, task: Task, values: dict[str, str], chosen: Chosen
) -> Response:
    """Send the verdicts, and show what opens the reviewer's name. Raises FormError, ApiRefusal."""
    person, salt, reviewer = str(desk.session(request).who["person"]), b"", NOBODY
    if values.get("in_person"):
        salt = secrets.token_bytes(SALT_BYTES)
        reviewer = commit(salt, person)
    action = desk.actions.known[FUNCTIONS[task.purpose]]
    order: dict[str, Any] = {
        "programme": task.programme,
        "batch": task.batch,
        "model": values.get("model", "").strip(),
        "model_version": values.get("model_version", "").strip(),
        "verdicts": packed(await _records(desk, request, task), chosen, reviewer),
    }
    if task.purpose == "sample":
        before = (await desk.get(request, f"{task.path}/attestations", page_size=500))["items"]
        order["number"] = 1 + sum(one["kind"] == "sample" for one in before)
    answer = await desk.send(request, action, order, values.get("key", ""))
    return desk.render(
        request,
        "done.html",
        action=action,
        effects=answer.get("event", {}).get("effects", []),
        transaction=answer.get("transaction", ""),
        block=answer.get("block", ""),
        back=BACK,
        opening=(person, salt.hex()) if salt else None,
    )
