"""Transactions: a proposal and its endorsements assembled into what is ordered (protoutil/txutils.go)."""

from collections.abc import Sequence

from fabric_protos.common import common_pb2
from fabric_protos.peer import proposal_response_pb2, transaction_pb2

from tanhui.network.protocol.endorsements import Endorsement, agreed_payload, unique_endorsements
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.proposals import ProposalView


def assemble(proposal: ProposalView, responses: Sequence[proposal_response_pb2.ProposalResponse]) -> bytes:
    """common.Payload bytes of the transaction; the client signs them (protoutil.CreateSignedTx).

    Raises:
        MessageError: responses differ or were refused, or none carries an endorsement.
    """
    payload = agreed_payload(responses)
    endorsements = unique_endorsements(responses)
    if not endorsements:
        raise MessageError("proposal_response.endorsement", "at least one is required")
    return transaction_payload(proposal, payload, endorsements)


def transaction_payload(
    proposal: ProposalView, response_payload: bytes, endorsements: Sequence[Endorsement]
) -> bytes:
    """common.Payload bytes from parts that are already known to agree."""
    action = transaction_pb2.ChaincodeActionPayload(
        chaincode_proposal_payload=proposal.payload_for_transaction,
        action=transaction_pb2.ChaincodeEndorsedAction(
            proposal_response_payload=response_payload,
            endorsements=[
                proposal_response_pb2.Endorsement(endorser=one.endorser, signature=one.signature)
                for one in endorsements
            ],
        ),
    )
    transaction = transaction_pb2.Transaction(
        actions=[
            transaction_pb2.TransactionAction(
                header=proposal.signature_header_bytes, payload=action.SerializeToString()
            )
        ]
    )
    return common_pb2.Payload(
        header=common_pb2.Header(
            channel_header=proposal.channel_header_bytes,
            signature_header=proposal.signature_header_bytes,
        ),
        data=transaction.SerializeToString(),
    ).SerializeToString()


def envelope(payload: bytes, signature: bytes) -> bytes:
    """common.Envelope bytes; the signature covers `payload`."""
    return common_pb2.Envelope(payload=payload, signature=signature).SerializeToString()


def parse_proposal_response(data: bytes) -> proposal_response_pb2.ProposalResponse:
    """An endorser's answer. Raises MessageError."""
    return parse(proposal_response_pb2.ProposalResponse, data, "proposal_response")
