"""A transaction by its id: what was asked, by whom, who endorsed it, its block, and the bytes to check it."""

import base64
from collections.abc import Mapping
from typing import Any

from cryptography import x509
from fabric_protos.common import common_pb2
from fabric_protos.peer import transaction_pb2
from fastapi import APIRouter, Request, Response

from tanhui.chaincode.contract.caller import read_caller
from tanhui.network.gateway import validation_code_name
from tanhui.network.protocol import block_signatures, blocks
from tanhui.network.protocol.envelopes import EnvelopeView, parse_envelope, parse_transaction
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.identities import parse_certificate, parse_identity
from tanhui.proofs.effects import EVENT_NAME, entries
from tanhui.registry_api.access.authentication import Authenticator
from tanhui.registry_api.access.caller import Caller
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.problems import FORBIDDEN, NOT_FOUND, Problem
from tanhui.registry_api.read_model.visibility import NAMED_KINDS, Sight, is_personal, is_visible

TRANSACTION_ID_DIGITS = 64
PROTOBUF = "application/x-protobuf"


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _identity(serialized: bytes) -> dict[str, Any]:
    """MSP id and certificate, with the subject that a person reads."""
    try:
        identity = parse_identity(serialized)
        certificate: x509.Certificate = parse_certificate(identity.credentials)
        subject = certificate.subject.rfc4514_string()
    except (MessageError, ValueError):
        return {"serialized": _b64(serialized)}
    return {
        "msp_id": identity.msp_id,
        "subject": subject,
        "certificate": identity.credentials.decode("ascii", "replace"),
    }


def _block(block: common_pb2.Block) -> dict[str, Any]:
    signers = block_signatures.signatures_of(block)
    return {
        "number": str(block.header.number),
        "hash": blocks.block_hash(block.header).hex(),
        "previous_hash": block.header.previous_hash.hex(),
        "data_hash": block.header.data_hash.hex(),
        "transactions": len(block.data.data),
        "signatures": [
            {"signature_header": _b64(entry.signature_header), "signature": _b64(entry.signature)}
            for entry in signers.signatures
        ],
    }


def describe(processed: transaction_pb2.ProcessedTransaction, block: common_pb2.Block) -> dict[str, Any]:
    """The document of one transaction. Raises MessageError when the ledger's bytes cannot be read."""
    view = parse_envelope(processed.transactionEnvelope.SerializeToString())
    document: dict[str, Any] = {
        "id": view.transaction_id,
        "channel": view.channel_id,
        "timestamp": view.channel_header.timestamp.ToJsonString(),
        "validation_code": processed.validationCode,
        "validation": validation_code_name(processed.validationCode),
        "creator": _identity(view.creator),
        "signature": _b64(view.signature),
        "block": _block(block),
    }
    if view.type == common_pb2.ENDORSER_TRANSACTION:
        document |= _action(view)
    return document


def _action(view: EnvelopeView) -> dict[str, Any]:
    transaction = parse_transaction(view.data)
    arguments = transaction.invocation.chaincode_spec.input.args
    event = transaction.event
    return {
        "chaincode": transaction.action.chaincode_id.name,
        "function": arguments[0].decode("utf-8", "replace") if arguments else "",
        "arguments": [argument.decode("utf-8", "replace") for argument in arguments[1:]],
        "answer": transaction.action.response.payload.decode("utf-8", "replace"),
        "event": None
        if event is None
        else {"name": event.event_name, "payload": event.payload.decode("utf-8", "replace")},
        "endorsements": [
            {"endorser": _identity(endorsement.endorser), "signature": _b64(endorsement.signature)}
            for endorsement in transaction.endorsements
        ],
    }


def require_own(caller: Caller, processed: transaction_pb2.ProcessedTransaction) -> bool:
    """Whether a supervisor reads what is another's.

    A transaction about persons' accounts is shown to the organisation that made it, and to supervisors; one about a
    deal or an institution besides to whom its effects name.

    Raises:
        Problem: 403 for anybody else.
    """
    return require_own_envelope(caller, parse_envelope(processed.transactionEnvelope.SerializeToString()))


def require_own_envelope(caller: Caller, view: EnvelopeView) -> bool:
    """`require_own` of a transaction's envelope. Raises Problem (403)."""
    if view.type != common_pb2.ENDORSER_TRANSACTION:
        return False
    if read_caller(view.creator).organisation == caller.organisation or not _is_others(caller, view):
        return False
    if caller.supervises:
        return True
    raise Problem(FORBIDDEN, name="organisation", value=view.transaction_id)


def require_own_block(caller: Caller, block: common_pb2.Block) -> bool:
    """`require_own` of a whole block: it shows every transaction in it. Raises Problem (403)."""
    supervised = [require_own_envelope(caller, parse_envelope(raw)) for raw in block.data.data]
    return any(supervised)


def _is_others(caller: Caller, view: EnvelopeView) -> bool:
    """Whether function or effects are not everybody's to see, and nothing says that they are the caller's."""
    done = parse_transaction(view.data)
    arguments = done.invocation.chaincode_spec.input.args
    if is_personal(arguments[0].decode("utf-8", "replace") if arguments else ""):
        return True
    if done.event is None or done.event.event_name != EVENT_NAME:
        return False
    sight = Sight(organisation=caller.organisation)
    listed = (one for one in entries(done.event.payload) if isinstance(one, Mapping))
    return any(one["kind"] in NAMED_KINDS and not is_visible(one, sight) for one in listed)


def transaction_routes(ledger: Ledger, authenticator: Authenticator) -> APIRouter:
    """GET a transaction as a document, or as Fabric's own bytes for whoever checks them."""
    router = APIRouter(prefix="/v1/transactions", tags=["transactions"])

    def require_id(transaction_id: str) -> str:
        if len(transaction_id) != TRANSACTION_ID_DIGITS or not set(transaction_id) <= set("0123456789abcdef"):
            raise Problem(NOT_FOUND, name="transaction", value=transaction_id[:80])
        return transaction_id

    @router.get("/{transaction_id}", operation_id="transactions_Get")
    async def get(transaction_id: str, request: Request) -> dict[str, Any]:
        """What was asked, by whom, who endorsed it, what became of it, and in which block it stands."""
        caller = authenticator.require(request)
        processed = transaction_pb2.ProcessedTransaction.FromString(
            await ledger.processed_transaction(require_id(transaction_id))
        )
        request.state.supervised = require_own(caller, processed)
        return describe(processed, common_pb2.Block.FromString(await ledger.block_of(transaction_id)))

    @router.get("/{transaction_id}/block", operation_id="transactions_Block", response_class=Response)
    async def block(transaction_id: str, request: Request) -> Response:
        """The whole block as common.Block, to be checked with Fabric's own means.

        Only where every transaction in it is one that the caller may read.
        """
        caller = authenticator.require(request)
        raw = await ledger.block_of(require_id(transaction_id))
        request.state.supervised = require_own_block(caller, common_pb2.Block.FromString(raw))
        return Response(raw, media_type=PROTOBUF)

    return router
