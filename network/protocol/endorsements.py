"""What an endorser answers: the result of a simulation, bound to its proposal and signed.

Sources: protoutil/proputils.go (GetBytesProposalResponsePayload), core/endorser/endorser.go,
core/handlers/endorsement/builtin (the signature covers payload ‖ endorser).
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from fabric_protos.peer import chaincode_event_pb2, chaincode_pb2, proposal_pb2, proposal_response_pb2

from tanhui.network.protocol.errors import MessageError

Sign = Callable[[bytes], bytes]
"""Signs a whole message, hashing it as the key wants: `SigningIdentity.sign`."""

RESPONSE_OK = 200
RESPONSE_ERROR_FROM = 400
"""A response status from here on is a refusal, and no transaction may carry it."""


class Endorsement(NamedTuple):
    """One endorser's identity and its signature over payload ‖ endorser."""

    endorser: bytes
    signature: bytes


def chaincode_event(chaincode: str, transaction_id: str, name: str, payload: bytes) -> bytes:
    """peer.ChaincodeEvent bytes, as they stand in ChaincodeAction.events."""
    return chaincode_event_pb2.ChaincodeEvent(
        chaincode_id=chaincode, tx_id=transaction_id, event_name=name, payload=payload
    ).SerializeToString()


def response_payload(
    *,
    proposal_hash: bytes,
    results: bytes,
    events: bytes,
    status: int,
    message: str,
    payload: bytes,
    chaincode: str,
    chaincode_version: str,
) -> bytes:
    """peer.ProposalResponsePayload: all endorsers of one proposal must produce the same bytes.

    Args:
        proposal_hash: 32 bytes of `proposals.proposal_hash`.
        results: rwset.TxReadWriteSet bytes.
        events: `chaincode_event` bytes, b"" for none.
        status: 200 to 399 for what may become a transaction.
        message: the response's message.
        payload: what the chaincode returned.
        chaincode: its name.
        chaincode_version: the version in its committed definition.
    """
    action = proposal_pb2.ChaincodeAction(
        results=results,
        events=events,
        response=proposal_response_pb2.Response(status=status, message=message, payload=payload),
        chaincode_id=chaincode_pb2.ChaincodeID(name=chaincode, version=chaincode_version),
    )
    return proposal_response_pb2.ProposalResponsePayload(
        proposal_hash=proposal_hash, extension=action.SerializeToString()
    ).SerializeToString()


def endorsed_bytes(payload: bytes, endorser: bytes) -> bytes:
    """What an endorser signs: ProposalResponsePayload bytes ‖ its serialized identity."""
    return payload + endorser


def endorse(payload: bytes, endorser: bytes, sign: Sign) -> Endorsement:
    """Sign a response payload as `endorser`."""
    return Endorsement(endorser, sign(endorsed_bytes(payload, endorser)))


def proposal_response(
    payload: bytes, endorsement: Endorsement, *, status: int, message: str, result: bytes
) -> proposal_response_pb2.ProposalResponse:
    """An endorser's answer to one proposal, version 1."""
    return proposal_response_pb2.ProposalResponse(
        version=1,
        response=proposal_response_pb2.Response(status=status, message=message, payload=result),
        payload=payload,
        endorsement=proposal_response_pb2.Endorsement(
            endorser=endorsement.endorser, signature=endorsement.signature
        ),
    )


def agreed_payload(responses: Iterable[proposal_response_pb2.ProposalResponse]) -> bytes:
    """The payload that all responses carry, byte for byte (protoutil.CreateSignedTx).

    Raises:
        MessageError: there is no response, one was refused, or two differ.
    """
    agreed: bytes | None = None
    for response in responses:
        status = response.response.status
        if not RESPONSE_OK <= status < RESPONSE_ERROR_FROM:
            raise MessageError(
                "proposal_response.response.status", f"is {status}: {response.response.message}"
            )
        if agreed is None:
            agreed = response.payload
        elif agreed != response.payload:
            raise MessageError("proposal_response.payload", "differs between endorsers")
    if agreed is None:
        raise MessageError("proposal_response", "at least one is required")
    return agreed


def unique_endorsements(
    responses: Iterable[proposal_response_pb2.ProposalResponse],
) -> tuple[Endorsement, ...]:
    """The endorsements in order, the first of each endorser (protoutil.CreateSignedTx)."""
    unique: dict[bytes, Endorsement] = {}
    for response in responses:
        if response.HasField("endorsement"):
            found = response.endorsement
            unique.setdefault(found.endorser, Endorsement(found.endorser, found.signature))
    return tuple(unique.values())
