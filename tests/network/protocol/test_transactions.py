"""A proposal becomes a transaction, and every layer reads back what was put in."""

import pytest
from fabric_protos.common import common_pb2
from fabric_protos.peer import proposal_response_pb2

from tanhui.network.protocol import blocks, endorsements, envelopes, proposals, transactions
from tanhui.network.protocol.errors import MessageError
from tests.support.organisations import Member, Organisation

NOW_NS = 1_790_000_000_123_456_789


@pytest.fixture(scope="module")
def client() -> Member:
    return Organisation("Org1MSP").member()


@pytest.fixture(scope="module")
def peer() -> Member:
    return Organisation("Org1MSP").member("peer")


def propose(client: Member) -> proposals.ProposalView:
    built = proposals.build_proposal(
        creator=client.creator,
        channel_id="credits",
        chaincode="registry",
        arguments=[b"points:Issue", b"\x00\xff"],
        timestamp_ns=NOW_NS,
        transient={"salt": b"s3cret"},
    )
    view, signature = proposals.parse_signed_proposal(built.signed(client.sign(built.raw)))
    assert signature
    assert view.transaction_id == built.transaction_id
    return view


def answer(
    view: proposals.ProposalView, peer: Member, *, result: bytes = b"done", status: int = 200
) -> proposal_response_pb2.ProposalResponse:
    payload = endorsements.response_payload(
        proposal_hash=view.hash,
        results=b"",
        events=endorsements.chaincode_event("registry", view.transaction_id, "tanhui.v1", b"{}"),
        status=status,
        message="",
        payload=result,
        chaincode="registry",
        chaincode_version="1.0",
    )
    signed = endorsements.endorse(payload, peer.creator, peer.sign)
    return endorsements.proposal_response(payload, signed, status=status, message="", result=result)


def test_proposal_reads_back(client: Member) -> None:
    view = propose(client)
    assert view.channel_id == "credits"
    assert view.arguments == (b"points:Issue", b"\x00\xff")
    assert view.transient == {"salt": b"s3cret"}
    assert view.chaincode_id.name == "registry"
    assert view.channel_header.timestamp.seconds == 1_790_000_000
    assert view.channel_header.timestamp.nanos == 123_456_789
    assert b"s3cret" not in view.payload_for_transaction
    proposals.check_transaction_id(view.transaction_id, view.nonce, view.creator)


def test_wrong_transaction_id_is_refused(client: Member) -> None:
    view = propose(client)
    with pytest.raises(MessageError, match="nonce and creator give"):
        proposals.check_transaction_id("0" * 64, view.nonce, view.creator)


def test_transaction_reads_back(client: Member, peer: Member) -> None:
    view = propose(client)
    payload = transactions.assemble(view, [answer(view, peer), answer(view, peer)])
    raw = transactions.envelope(payload, client.sign(payload))
    envelope = envelopes.parse_envelope(raw)
    assert envelope.type == common_pb2.ENDORSER_TRANSACTION
    assert envelope.creator == client.creator
    assert envelope.payload == payload
    transaction = envelopes.parse_transaction(envelope.data)
    assert [one.endorser for one in transaction.endorsements] == [peer.creator]
    assert (
        transaction.proposal_hash == envelopes.transaction_proposal_hash(envelope, transaction) == view.hash
    )
    assert transaction.action.response.payload == b"done"
    assert transaction.action.chaincode_id.version == "1.0"
    assert transaction.event is not None
    assert transaction.event.event_name == "tanhui.v1"
    assert transaction.invocation.chaincode_spec.input.args[0] == b"points:Issue"
    blocks.check_well_formed([raw])


def test_endorsers_must_agree(client: Member, peer: Member) -> None:
    view = propose(client)
    with pytest.raises(MessageError, match="differs between endorsers"):
        transactions.assemble(view, [answer(view, peer), answer(view, peer, result=b"other")])


def test_refusals_never_become_transactions(client: Member, peer: Member) -> None:
    view = propose(client)
    with pytest.raises(MessageError, match="is 400"):
        transactions.assemble(view, [answer(view, peer, status=400)])
    with pytest.raises(MessageError, match="at least one is required"):
        transactions.assemble(view, [])


def test_unendorsed_answers_never_become_transactions(client: Member, peer: Member) -> None:
    view = propose(client)
    bare = answer(view, peer)
    bare.ClearField("endorsement")
    with pytest.raises(MessageError, match="endorsement: at least one"):
        transactions.assemble(view, [bare])


@pytest.mark.parametrize("raw", [b"\xff", b"\x0a\x05ab", b"\x0a\x01\x0a"])
def test_malformed_envelopes_are_refused(raw: bytes) -> None:
    with pytest.raises(MessageError):
        envelopes.parse_envelope(raw)


def test_two_actions_are_refused(client: Member, peer: Member) -> None:
    view = propose(client)
    data = envelopes.parse_envelope(
        transactions.envelope(transactions.assemble(view, [answer(view, peer)]), b"s")
    ).data
    with pytest.raises(MessageError, match="only one is supported, there are 2"):
        envelopes.parse_transaction(data + data)
