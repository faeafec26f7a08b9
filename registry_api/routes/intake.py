"""POST activities by the million: JSON, JSON lines or CSV in, a receipt out once they are on disk."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response

from tanhui.registry_api.access.authentication import Authenticator, Caller
from tanhui.registry_api.contract_metadata import IDEMPOTENCY_PARAMETER
from tanhui.registry_api.intake.feeder import Feeder
from tanhui.registry_api.intake.lines import MEDIA_TYPES, Format
from tanhui.registry_api.intake.outcomes import outcome_sentence
from tanhui.registry_api.intake.queue import IntakeQueue
from tanhui.registry_api.intake.reading import ActivityReader
from tanhui.registry_api.intake.receive import Limits, UploadRequest, receive, upload_id
from tanhui.registry_api.languages import Language, language_of
from tanhui.registry_api.orders import canonical
from tanhui.registry_api.problems import BUSY, MEDIA, NOT_FOUND, Problem
from tanhui.registry_api.reasons import reason_in
from tanhui.registry_api.routes.bodies import request_id_of
from tanhui.registry_api.settings import ApiSettings

JSON_BODY_BYTES_MAX = 16 << 20
"""A JSON array is parsed whole; more than this comes as JSON lines."""
BATCHES_A_PAGE = 100
BATCH_MAX = 2**63 - 1


_ACTIVITY = {
    "account": "4f2b7c1d9e8a4b6fa0c3d5e7f9012345",
    "when": "2026-11-20T08:05:00+08:00",
    "inputs": {"distance": "1800"},
}
_TERMS = {
    "programme": "tanxiaohui",
    "scene": "walk",
    "methodology": "walk",
    "version": "1",
    "source": "platform",
}
UPLOAD_DESCRIPTION: dict[str, Any] = {
    "parameters": [
        dict(IDEMPOTENCY_PARAMETER),
        *(
            {
                "name": name,
                "in": "query",
                "required": True,
                "schema": {"type": "string", "maxLength": 64},
                "example": example,
            }
            for name, example in _TERMS.items()
        ),
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "array", "items": {"type": "object"}},
                "example": [_ACTIVITY],
            },
            "application/jsonl": {
                "schema": {"type": "string"},
                "example": json.dumps(_ACTIVITY) + "\n",
            },
            "application/x-ndjson": {
                "schema": {"type": "string"},
                "example": json.dumps(_ACTIVITY) + "\n",
            },
            "text/csv": {
                "schema": {"type": "string"},
                "example": "account,when,inputs.distance\n4f2b7c1d9e8a4b6fa0c3d5e7f9012345,1763712000,1800\n",
            },
        },
    },
}


_TEXT: dict[str, Any] = {"type": "string"}
_REFUSED: dict[str, Any] = {
    "type": "object",
    "description": "Of a refused batch: what no line of it was taken for; `detail` says it in the caller's language.",
    "properties": {
        "code": _TEXT,
        "field": _TEXT,
        "value": _TEXT,
        "params": {"type": "object", "additionalProperties": _TEXT},
        "detail": _TEXT,
    },
    "required": ["code", "field", "value", "params", "detail"],
}
_COMMITTED: dict[str, Any] = {"type": "object", "description": "Of a committed batch: the contract's answer."}
_BATCH: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "request_id": _TEXT,
        "state": {"type": "string", "enum": ["held", "waiting", "committed", "refused"]},
        "lines": {"type": "array", "items": {"type": "integer"}},
        "transaction": {"type": ["string", "null"]},
        "block": {"type": ["string", "null"]},
        "outcome": {"anyOf": [_REFUSED, _COMMITTED, {"type": "null"}]},
    },
    "required": ["id", "request_id", "state", "lines", "transaction", "block", "outcome"],
}
BATCHES_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "items": {"type": "array", "items": _BATCH, "maxItems": BATCHES_A_PAGE},
        "after": {"type": ["integer", "null"]},
    },
    "required": ["items", "after"],
}


def _receipt(queue: IntakeQueue, caller: Caller, key: str, language: Language) -> dict[str, Any]:
    upload = upload_id(caller.owner, key)
    row = queue.upload(upload)
    if row is None or row["state"] != "accepted":
        raise Problem(NOT_FOUND, name="upload", value=key[:80])
    bad = json.loads(row["bad_lines"])
    progress = queue.progress(upload)
    accepted = sum(progress.values())
    return {
        "id": key,
        "lines": row["lines"],
        "accepted": accepted,
        "bad": row["lines"] - accepted,
        "bad_lines": [{"line": number, "reason": reason_in(language, reason)} for number, reason in bad],
        "waiting": progress.get("waiting", 0),
        "committed": progress.get("committed", 0),
        "refused": progress.get("refused", 0),
        "complete": not progress.get("waiting", 0),
        "results": f"/v1/activities/uploads/{key}/batches",
    }


def _outcome(row: dict[str, Any], language: Language) -> dict[str, Any] | None:
    """What the ledger answered; a refusal with its sentence."""
    outcome: dict[str, Any] | None = json.loads(row["outcome"]) if row["outcome"] else None
    if outcome is None or row["state"] != "refused":
        return outcome
    code, field, value = (str(outcome.get(name, "")) for name in ("code", "field", "value"))
    params = outcome.get("params") or {}
    return {**outcome, "detail": outcome_sentence(language, code, field, value, params)}


def _batch(row: dict[str, Any], language: Language) -> dict[str, Any]:
    return {
        "id": row["id"],
        "request_id": row["request_id"],
        "state": row["state"],
        "lines": [int(number) for number in row["numbers"].decode().split(",")],
        "transaction": row["transaction"] or None,
        "block": None if row["block"] < 0 else str(row["block"]),
        "outcome": _outcome(row, language),
    }


def _limits(settings: ApiSettings, media: Format) -> Limits:
    return Limits(
        body_bytes_max=JSON_BODY_BYTES_MAX if media == "json" else settings.intake_body_bytes_max,
        line_bytes_max=settings.intake_line_bytes_max,
        batch_lines_max=settings.intake_batch_lines_max,
    )


def intake_routes(
    queue: IntakeQueue,
    feeder: Feeder,
    authenticator: Authenticator,
    settings: ApiSettings,
    reader: ActivityReader,
    *,
    now: Callable[[], float] = time.time,
) -> APIRouter:
    """POST an upload, GET its receipt and what became of each line."""
    router = APIRouter(prefix="/v1/activities", tags=["activities"])

    async def admit(request: Request) -> tuple[Caller, str]:
        caller = authenticator.require(request, "write:activities")
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media not in MEDIA_TYPES:
            raise Problem(MEDIA, name="Content-Type", value=media[:80])
        if await asyncio.to_thread(queue.waiting_lines) >= settings.intake_waiting_lines_max:
            raise Problem(BUSY, params={"seconds": "2"}, headers={"Retry-After": "2"})
        return caller, media

    @router.post(
        "",
        operation_id="intake_Upload",
        status_code=202,
        response_class=Response,
        openapi_extra=UPLOAD_DESCRIPTION,
    )
    async def upload(request: Request) -> Response:
        """Take activities in; 202 means that every good line is on disk and will reach the ledger once.

        Query parameters are what all lines have in common. Bad lines come back with number and reason, and
        the good ones go through. The same Idempotency-Key with the same body answers as before.
        """
        caller, media = await admit(request)
        key = request_id_of(request)
        new = UploadRequest(
            upload=upload_id(caller.owner, key),
            key=key,
            identity=caller.identity,
            header=canonical(dict(request.query_params)),
            media=MEDIA_TYPES[media],
            received=int(now()),
            read=await reader.reader_for(dict(request.query_params), caller.identity, caller.organisation),
            needed=reader.needed,
        )
        await receive(queue, new, request.stream(), _limits(settings, new.media))
        feeder.wake()
        receipt = await asyncio.to_thread(_receipt, queue, caller, key, language_of(request))
        location = f"/v1/activities/uploads/{key}"
        return Response(msgspec.json.encode(receipt), 202, {"Location": location}, "application/json")

    @router.get("/uploads/{upload}", operation_id="intake_Receipt")
    async def receipt(upload: str, request: Request) -> dict[str, Any]:
        """How far an upload has come."""
        caller = authenticator.require(request, "read:activities")
        return await asyncio.to_thread(_receipt, queue, caller, upload, language_of(request))

    @router.get(
        "/uploads/{upload}/batches",
        operation_id="intake_Batches",
        responses={200: {"content": {"application/json": {"schema": BATCHES_SCHEMA}}}},
    )
    async def batches(
        upload: str, request: Request, after: Annotated[int, Query(ge=0, le=BATCH_MAX)] = 0
    ) -> dict[str, Any]:
        """What the ledger answered for each batch of lines; `after` is the last batch id seen.

        The outcome of a refused batch carries code, field, value and params, and as `detail` what they say in the
        caller's language.
        """
        caller = authenticator.require(request, "read:activities")
        language = language_of(request)
        await asyncio.to_thread(_receipt, queue, caller, upload, language)
        known = upload_id(caller.owner, upload)
        rows = await asyncio.to_thread(queue.batches_of, known, after, BATCHES_A_PAGE)
        following = rows[-1]["id"] if len(rows) == BATCHES_A_PAGE else None
        return {"items": [_batch(row, language) for row in rows], "after": following}

    return router
