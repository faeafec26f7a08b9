"""A transfer between regions with both halves, and the proof of each of its steps."""

import asyncio
import json
from typing import Any, Literal

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.access.authentication import Authenticator
from tanhui.registry_api.access.caller import Caller
from tanhui.registry_api.access.objects import ObjectGuard, concerns_others
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.orders import canonical
from tanhui.registry_api.problems import NOT_FOUND, Problem
from tanhui.registry_api.proofs.transfer_halves import Step, envelope_of, judged, proof_in, steps_of
from tanhui.registry_api.routes.answers import json_answer
from tanhui.registry_api.routes.proofs import BUNDLE_TYPE
from tanhui.registry_api.routes.transactions import require_own_envelope

TRANSFER = "recognition:Transfer"
PREFIX = "/v1/agreements/{agreement}/transfers/{transfer}"


class TransferHalves:
    """Reads them for a caller: points for their operators, as the transfer itself is."""

    def __init__(self, ledger: Ledger, authenticator: Authenticator, guard: ObjectGuard) -> None:
        self._ledger = ledger
        self._authenticator = authenticator
        self._guard = guard

    async def halves(self, request: Request, agreement: str, transfer: str) -> Response:
        """Source and destination: each step with its transaction, and where its bundle is.

        A step of the other ledger is judged by the anchors that this ledger has of it now.
        """
        caller = self._authenticator.require(request)
        known, steps = await self._steps(caller, agreement, transfer)
        request.state.supervised = concerns_others(caller, TRANSFER)
        items = [await self._described(caller, agreement, transfer, step) for step in steps]
        return json_answer(
            request, {"agreement": agreement, "transfer": transfer, "halves": known, "steps": items}
        )

    async def bundle(self, request: Request, agreement: str, transfer: str, step: str) -> Response:
        """The other ledger's proof of a step, as it was brought here; its own anchors judge it anywhere."""
        caller = self._authenticator.require(request)
        _, steps = await self._steps(caller, agreement, transfer)
        found = next((one for one in steps if one.name == step and not one.here), None)
        if found is None:
            raise Problem(NOT_FOUND, name="step", value=step)
        view = await envelope_of(self._ledger, found.carried_by)
        request.state.supervised = require_own_envelope(caller, view)
        proof = proof_in(view)
        if proof is None:
            raise Problem(NOT_FOUND, name="proof", value=view.transaction_id)
        return Response(proof, media_type=BUNDLE_TYPE, headers={"Cache-Control": "private, no-cache"})

    async def _steps(self, caller: Caller, agreement: str, transfer: str) -> tuple[Any, list[Step]]:
        order = {"agreement": agreement, "transfer": transfer}
        to_be_judged = await self._guard.judge_order(caller, TRANSFER, order)
        answer = await self._ledger.evaluate(TRANSFER, canonical(order), caller.identity)
        if to_be_judged:
            await self._guard.judged_answer(caller, TRANSFER, answer)
        known = json.loads(answer)
        if known["outgoing"] is None and known["incoming"] is None:
            raise Problem(NOT_FOUND, name="transfer", value=transfer[:80])
        return known, steps_of(known)

    async def _described(self, caller: Caller, agreement: str, transfer: str, step: Step) -> dict[str, Any]:
        described: dict[str, Any] = {
            "step": step.name,
            "side": "source" if step.source else "destination",
            "here": step.here,
            "transaction": step.transaction,
        }
        if step.here:
            return described | {"bundle": f"/v1/transactions/{step.transaction}/bundle"}
        described["carried_by"] = step.carried_by
        proof = proof_in(await envelope_of(self._ledger, step.carried_by))
        if proof is None:
            return described | {"bundle": None, "verdict": None}
        kept = await self._asked(caller, "recognition:Anchors", {"agreement": agreement})
        verdict = await asyncio.to_thread(judged, proof, kept["file"])
        place = PREFIX.format(agreement=agreement, transfer=transfer)
        return described | {"bundle": f"{place}/steps/{step.name}/bundle", "verdict": verdict}

    async def _asked(self, caller: Caller, function: str, order: dict[str, str]) -> Any:
        return json.loads(await self._ledger.evaluate(function, canonical(order), caller.identity))


def transfer_half_routes(ledger: Ledger, authenticator: Authenticator, guard: ObjectGuard) -> APIRouter:
    """GET a transfer's halves, and the other ledger's bundles of its steps."""
    router = APIRouter(prefix=PREFIX, tags=["recognition"])
    found = TransferHalves(ledger, authenticator, guard)

    @router.get("/halves", operation_id="recognition_Halves", response_class=Response)
    async def halves(request: Request, agreement: str, transfer: str) -> Response:
        """Both halves of a transfer with their proofs."""
        return await found.halves(request, agreement, transfer)

    @router.get("/steps/{step}/bundle", operation_id="recognition_StepBundle", response_class=Response)
    async def bundle(
        request: Request, agreement: str, transfer: str, step: Literal["lock", "settlement"]
    ) -> Response:
        """The other ledger's bundle of a step."""
        return await found.bundle(request, agreement, transfer, step)

    return router
