"""Writing with one's own key: prepare, look at what is signed, sign, endorse, sign again, submit.

The server never sees a private key, and needs no trust: what the client signs are Fabric's own messages, and
it can take them apart itself.
"""

import base64
import binascii
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from tanhui.registry_api.access.authentication import Authenticator, require_scope
from tanhui.registry_api.access.scopes import WRITE, of_function
from tanhui.registry_api.contract_metadata import IDEMPOTENCY_PARAMETER
from tanhui.registry_api.ledger import Ledger, OfflineIdentity, PreparedMessage
from tanhui.registry_api.orders import REQUEST_ID, canonical
from tanhui.registry_api.problems import MALFORMED, Problem
from tanhui.registry_api.read_model.own_writes import OwnWrites
from tanhui.registry_api.routes.bodies import body_description, read_body, request_id_of
from tanhui.registry_api.routes.contract_routes import committed_response

MESSAGE_CHARACTERS_MAX = 4 << 20
SIGNATURE_CHARACTERS_MAX = 16 << 10
BODY_BYTES_MAX = MESSAGE_CHARACTERS_MAX + SIGNATURE_CHARACTERS_MAX + 1024
"""Largest body of a step, in bytes."""

Message = Annotated[str, Field(min_length=1, max_length=MESSAGE_CHARACTERS_MAX, examples=["CgkI…"])]
Signature = Annotated[str, Field(min_length=1, max_length=SIGNATURE_CHARACTERS_MAX, examples=["MEUC…"])]


class PrepareOrder(BaseModel):
    """What is to be done, and who will sign it."""

    model_config = ConfigDict(extra="forbid")

    function: Annotated[
        str, Field(max_length=128, pattern=r"^[A-Za-z_]+:[A-Za-z]+$", examples=["points:Transfer"])
    ]
    order: dict[str, Any]
    msp_id: Annotated[str, Field(min_length=1, max_length=128)]
    certificate: Annotated[str, Field(max_length=16 << 10, description="PEM")]


class SignedMessage(BaseModel):
    """A message from the step before, and the signature over its digest."""

    model_config = ConfigDict(extra="forbid")

    message: Message
    signature: Signature


class ToSign(BaseModel):
    """What is to be signed, both in base64: `digest` is what a P-256 key signs (DER, low S)."""

    message: str
    digest: str
    transaction: str
    shown: dict[str, Any] | None = None


_PREPARE_EXAMPLE = {
    "function": "points:Transfer",
    "order": {"programme": "tanxiaohui", "sender": "4f2b…", "receiver": "a0c3…", "points": "20"},
    "msp_id": "OperatorMSP",
    "certificate": "-----BEGIN CERTIFICATE-----\nMIIC…\n-----END CERTIFICATE-----\n",
}
_SIGNED_EXAMPLE = {"message": "CgkI…", "signature": "MEUC…"}


_PREPARE = body_description(PrepareOrder, _PREPARE_EXAMPLE, dict(IDEMPOTENCY_PARAMETER))
_SIGNED = body_description(SignedMessage, _SIGNED_EXAMPLE)


def _bytes(name: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Problem(MALFORMED, name=name, value=text[:40], params={"reason": "not base64"}) from error


def _to_sign(prepared: PreparedMessage, shown: dict[str, Any] | None = None) -> ToSign:
    return ToSign(
        message=base64.b64encode(prepared.message).decode(),
        digest=base64.b64encode(prepared.digest).decode(),
        transaction=prepared.transaction_id,
        shown=shown,
    )


def offline_routes(ledger: Ledger, authenticator: Authenticator, own_writes: OwnWrites) -> APIRouter:
    """POST the three steps."""
    router = APIRouter(prefix="/v1/offline", tags=["offline signing"])

    @router.post(
        "/proposals",
        operation_id="offline_Prepare",
        openapi_extra=_PREPARE,
    )
    async def prepare(request: Request) -> ToSign:
        """The proposal to sign, and in `shown` what it will do."""
        caller = authenticator.authenticate(request)
        order = await read_body(request, PrepareOrder, BODY_BYTES_MAX)
        require_scope(caller, of_function(WRITE, order.function))
        complete = order.order | {REQUEST_ID: request_id_of(request)}
        identity = OfflineIdentity(order.msp_id, order.certificate.encode())
        prepared = await ledger.offline.prepare(order.function, canonical(complete), identity)
        return _to_sign(prepared, {"function": order.function, "order": complete, "msp_id": order.msp_id})

    @router.post(
        "/endorsements",
        operation_id="offline_Endorse",
        openapi_extra=_SIGNED,
    )
    async def endorse(request: Request) -> ToSign:
        """The peers' endorsements; the transaction to sign."""
        authenticator.require(request, WRITE)
        signed = await read_body(request, SignedMessage, BODY_BYTES_MAX)
        message, signature = _bytes("message", signed.message), _bytes("signature", signed.signature)
        return _to_sign(await ledger.offline.endorse(message, signature))

    @router.post(
        "/transactions",
        operation_id="offline_Submit",
        status_code=201,
        response_class=Response,
        openapi_extra=_SIGNED,
    )
    async def submit(request: Request) -> Response:
        """Order the signed transaction and wait for its block."""
        authenticator.require(request, WRITE)
        signed = await read_body(request, SignedMessage, BODY_BYTES_MAX)
        message, signature = _bytes("message", signed.message), _bytes("signature", signed.signature)
        committed = await ledger.offline.submit(message, signature)
        await own_writes.shown(committed.block)
        return committed_response(committed)

    return router
