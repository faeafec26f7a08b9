"""Proofs of a transaction: its bundle, and a retirement's certificate."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from tanhui.network.protocol.envelopes import parse_envelope
from tanhui.proofs.bundles import BUNDLE_BYTES_MAX
from tanhui.proofs.effects.document import EFFECTS_MAX
from tanhui.proofs.making import Stated
from tanhui.registry_api.access.authentication import Authenticator
from tanhui.registry_api.proofs.prover import Prover, certificate_bytes
from tanhui.registry_api.routes.transactions import require_own_envelope

BUNDLE_TYPE = "application/vnd.tanhui.bundle+json"
CREDENTIAL_TYPE = "application/vc"
RECORDS_MAX = 5_000
_CERTIFICATE_CACHE = "private, max-age=31536000, immutable"
"""A retirement's certificate never changes: what is recalled later shows in a fresh query, not in it."""

Effect = Annotated[int | None, Query(ge=0, lt=EFFECTS_MAX)]
Record = Annotated[int | None, Query(ge=0, lt=RECORDS_MAX)]


def proof_routes(prover: Prover, authenticator: Authenticator) -> APIRouter:
    """GET a transaction's bundle, and a retirement's certificate."""
    router = APIRouter(prefix="/v1/transactions", tags=["proofs"])

    async def own(request: Request, transaction_id: str) -> Stated:
        """The transaction, if the caller may see it: the rule of GET /v1/transactions/{id}."""
        caller = authenticator.require(request)
        stated = await prover.stated(transaction_id)
        request.state.supervised = require_own_envelope(caller, parse_envelope(stated.envelope))
        return stated

    @router.get("/{transaction_id}/bundle", operation_id="proofs_Bundle", response_class=Response)
    async def bundle(
        transaction_id: str, request: Request, effect: Effect = None, record: Record = None
    ) -> Response:
        """A bundle that anybody verifies offline by anchors of his own (docs/proofs.md).

        `effect` is the entry it is about, from 0: a retirement's bundle carries its certificate. `record` opens
        one record of that batch and shows nothing of the others. What concerns persons' accounts is made for the
        organisation whose transaction it is, and for supervisors.
        """
        data = await prover.bundle_of(await own(request, transaction_id), effect, record)
        assert len(data) <= BUNDLE_BYTES_MAX, "what is made can be read"
        # Each one leads to the checkpoint of its moment: there is a newer one as soon as the log grew.
        return Response(data, media_type=BUNDLE_TYPE, headers={"Cache-Control": "private, no-cache"})

    @router.get(
        "/{transaction_id}/effects/{effect}/certificate",
        operation_id="proofs_Certificate",
        response_class=Response,
    )
    async def certificate(transaction_id: str, effect: int, request: Request) -> Response:
        """A retirement's certificate, a W3C Verifiable Credential; its bundle is what makes it true."""
        found = await prover.certificate_of(await own(request, transaction_id), effect)
        data = certificate_bytes(found)
        return Response(data, media_type=CREDENTIAL_TYPE, headers={"Cache-Control": _CERTIFICATE_CACHE})

    return router
