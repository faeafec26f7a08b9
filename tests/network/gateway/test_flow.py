"""From a proposal to its block, over a peer that verifies every signature."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from fabric_protos.gateway import gateway_pb2

from tanhui.crypto_config.identity import Identity
from tanhui.crypto_config.keys import PrivateKeySigner
from tanhui.crypto_config.signer import HashName
from tanhui.network.gateway import (
    CallOptions,
    CommitError,
    CommitStatusError,
    DefaultCallOptions,
    EndorseError,
    ErrorDetail,
    GatewayError,
    ProposalOptions,
    SubmitError,
    UnexpectedMessageError,
    connect,
)
from tanhui.network.protocol.proposals import parse_signed_proposal
from tests.network.gateway.world import CLIENT_KEY, ENDORSER, IDENTITY, ORGANISATION, World, signer
from tests.support.asynchronous import asynchronous
from tests.support.gateway_peer import CHAINCODE, CHANNEL, FakePeer, failure
from tests.support.organisations import Key, sign_high_s

EVALUATE = "/gateway.Gateway/Evaluate"
ENDORSE = "/gateway.Gateway/Endorse"
SUBMIT = "/gateway.Gateway/Submit"
COMMIT_STATUS = "/gateway.Gateway/CommitStatus"


@asynchronous
async def test_evaluate_asks_one_peer_and_changes_nothing() -> None:
    world = World()
    assert await world.contract.evaluate_transaction("echo", "one", b"two") == b"echo|one|two"
    assert world.peer.calls == {EVALUATE: 1}
    assert len(world.peer.chain) == 1


@asynchronous
async def test_submit_endorses_orders_and_waits_for_the_block() -> None:
    world = World()
    assert await world.contract.submit_transaction("echo", "碳") == "echo|碳".encode()
    assert world.peer.calls == {ENDORSE: 1, SUBMIT: 1, COMMIT_STATUS: 1}
    assert len(world.peer.chain) == 2


@asynchronous
async def test_step_by_step_gives_what_each_step_knows() -> None:
    world = World()
    proposal = world.contract.new_proposal("echo", ProposalOptions(["x"]))
    transaction = await proposal.endorse()
    assert transaction.transaction_id == proposal.transaction_id
    assert len(transaction.transaction_id) == 64
    assert transaction.result == b"echo|x"
    submitted = await transaction.submit()
    assert submitted.result == b"echo|x"
    status = await submitted.status()
    assert (status.code, status.code_name, status.successful) == (0, "VALID", True)
    assert (status.block_number, status.transaction_id) == (1, proposal.transaction_id)


@asynchronous
async def test_a_proposal_is_signed_once_however_often_it_is_asked() -> None:
    world = World()
    proposal = world.contract.new_proposal("echo")
    await proposal.evaluate()
    await proposal.evaluate()
    first, second = (
        gateway_pb2.EvaluateRequest.FromString(data).proposed_transaction
        for data in world.peer.requests[EVALUATE]
    )
    assert first == second


@asynchronous
async def test_a_contract_inside_a_chaincode_is_named_with_its_function() -> None:
    world = World()
    contract = world.network.contract(CHAINCODE, "points")
    assert (contract.chaincode_name, contract.contract_name) == (CHAINCODE, "points")
    assert await contract.evaluate_transaction("echo", "1") == b"points:echo|1"


@asynchronous
async def test_transient_data_and_organisations_reach_the_peer() -> None:
    world = World()
    options = ProposalOptions(["secret"], {"secret": "text", "other": b"\x00"})
    assert await world.contract.submit("transient", options) == b"text"
    chosen = ProposalOptions(endorsing_organisations=["Org1MSP", "Org3MSP"])
    assert await world.contract.evaluate("organisations", chosen) == b"Org1MSP,Org3MSP"
    assert await world.contract.submit("organisations", chosen) == b"Org1MSP,Org3MSP"


@asynchronous
async def test_transient_data_is_in_the_proposal_and_not_in_the_block() -> None:
    world = World()
    await world.contract.submit("transient", ProposalOptions(["k"], {"k": "very-secret"}))
    assert b"very-secret" in world.peer.requests[ENDORSE][0]
    assert b"very-secret" in world.peer.chain[1].SerializeToString()  # the chaincode answered with it
    world = World()
    await world.contract.submit("echo", ProposalOptions([], {"k": "very-secret"}))
    assert b"very-secret" not in world.peer.chain[1].SerializeToString()


@asynchronous
async def test_two_proposals_never_share_an_id() -> None:
    world = World()
    proposals = [world.contract.new_proposal("echo") for _ in range(100)]
    assert len({proposal.transaction_id for proposal in proposals}) == 100


@pytest.mark.parametrize(
    ("key", "hash_name"),
    [
        (ec.generate_private_key(ec.SECP256R1()), "sha256"),
        (ec.generate_private_key(ec.SECP256R1()), "sha3_256"),
        (ec.generate_private_key(ec.SECP384R1()), "sha384"),
        (ed25519.Ed25519PrivateKey.generate(), "none"),
    ],
    ids=["p256", "p256-sha3", "p384", "ed25519"],
)
@pytest.mark.parametrize("sign_in_thread", [False, True])
def test_every_kind_of_key_is_accepted(key: Key, hash_name: HashName, *, sign_in_thread: bool) -> None:
    @asynchronous
    async def body() -> None:
        member = ORGANISATION.member("client", key=key)
        peer = FakePeer(ENDORSER, hash_name=hash_name)
        gateway = connect(
            peer,
            Identity("Org1MSP", member.credentials),
            PrivateKeySigner(key, hash_name),
            sign_in_thread=sign_in_thread,
        )
        assert await gateway.network(CHANNEL).contract(CHAINCODE).submit_transaction("echo") == b"echo"

    body()


@asynchronous
async def test_a_signature_with_high_s_is_refused_by_the_peer() -> None:
    world = World()
    assert isinstance(CLIENT_KEY, ec.EllipticCurvePrivateKey)
    proposal = world.unsigned.network(CHANNEL).contract(CHAINCODE).new_proposal("echo")
    raw, _ = parse_signed_proposal(
        gateway_pb2.ProposedTransaction.FromString(proposal.serialize()).proposal.SerializeToString()
    )
    proposal.set_signature(sign_high_s(CLIENT_KEY, raw.raw))
    with pytest.raises(EndorseError) as refused:
        await proposal.endorse()
    assert refused.value.code_name == "ABORTED"


@asynchronous
async def test_a_refusal_at_evaluate_carries_code_and_details() -> None:
    world = World()
    with pytest.raises(GatewayError) as refused:
        await world.contract.evaluate_transaction("nothing")
    error = refused.value
    assert (error.code, error.code_name) == (2, "UNKNOWN")
    assert error.details == (
        ErrorDetail("peer0:7051", "Org1MSP", "chaincode response 500, no function nothing"),
    )
    assert "UNKNOWN: evaluate call to endorser returned error" in str(error)
    assert "peer0:7051 (Org1MSP): chaincode response 500" in str(error)
    assert error.cause is error.__cause__


@asynchronous
async def test_a_refusal_at_endorse_carries_the_transaction_id() -> None:
    world = World()
    proposal = world.contract.new_proposal("nothing")
    with pytest.raises(EndorseError) as refused:
        await proposal.endorse()
    assert refused.value.transaction_id == proposal.transaction_id
    assert refused.value.code_name == "ABORTED"
    assert [detail.msp_id for detail in refused.value.details] == ["Org1MSP"]
    assert world.peer.calls[SUBMIT] == 0


@asynchronous
async def test_failures_of_submit_and_commit_status_have_their_own_types() -> None:
    world = World()
    world.peer.failures[SUBMIT].append(failure(14, "no orderers", ("orderer0:7050", "OrdererMSP", "down")))
    transaction = await world.contract.new_proposal("echo").endorse()
    with pytest.raises(SubmitError, match=r"orderer0:7050 \(OrdererMSP\): down") as failed:
        await transaction.submit()
    assert failed.value.transaction_id == transaction.transaction_id
    submitted = await transaction.submit()
    world.peer.failures[COMMIT_STATUS].append(failure(7, "access denied"))
    with pytest.raises(CommitStatusError, match="PERMISSION_DENIED: access denied") as unknown:
        await submitted.status()
    assert unknown.value.transaction_id == transaction.transaction_id
    assert (await submitted.status()).successful


PROCESSED = (
    "received unsuccessful response from orderer: status=SERVICE_UNAVAILABLE, "
    "info=failed to submit request: request already processed"
)
"""What Fabric's Gateway says of each BFT orderer that has put the transaction in a block already."""


@asynchronous
async def test_a_submit_that_the_orderers_had_taken_before_goes_on_to_its_commit_status() -> None:
    world = World()
    transaction = await world.contract.new_proposal("echo").endorse()
    await transaction.submit()
    details = [(f"orderer{number}:7050", "OrdererMSP", PROCESSED) for number in range(2)]
    world.peer.failures[SUBMIT].append(failure(14, "insufficient number of orderers could", *details))
    again = await transaction.submit()
    assert (await again.status()).successful
    assert (world.peer.calls[SUBMIT], world.peer.calls[COMMIT_STATUS]) == (2, 1)


@asynchronous
async def test_an_invalid_transaction_is_a_commit_error_and_no_gateway_error() -> None:
    world = World()
    world.peer.codes = [11, 12]
    with pytest.raises(CommitError, match="in block 1 is invalid: 11 MVCC_READ_CONFLICT") as conflict:
        await world.contract.submit_transaction("echo")
    assert not isinstance(conflict.value, GatewayError)
    assert conflict.value.code == 11
    assert conflict.value.transaction_id == conflict.value.status.transaction_id
    status = await (await world.contract.submit_async("echo")).status()
    assert (status.successful, status.code_name, status.block_number) == (False, "PHANTOM_READ_CONFLICT", 2)


@asynchronous
async def test_own_options_beat_the_defaults_of_each_call() -> None:
    peer = World().peer
    defaults = DefaultCallOptions(
        evaluate=CallOptions(1), endorse=CallOptions(2), submit=CallOptions(3), commit_status=CallOptions(4)
    )
    gateway = connect(peer, IDENTITY, signer(), defaults=defaults)
    contract = gateway.network(CHANNEL).contract(CHAINCODE)
    await contract.evaluate_transaction("echo")
    await contract.submit_transaction("echo")
    proposal = contract.new_proposal("echo")
    await proposal.evaluate(CallOptions(11))
    transaction = await proposal.endorse(CallOptions(12))
    submitted = await transaction.submit(CallOptions(13))
    await submitted.status(CallOptions(14))
    assert dict(peer.timeouts_s) == {
        EVALUATE: [1, 11],
        ENDORSE: [2, 12],
        SUBMIT: [3, 13],
        COMMIT_STATUS: [4, 14],
    }


def test_a_time_that_has_passed_is_no_option() -> None:
    with pytest.raises(ValueError, match="timeout_s is 0, must be above 0"):
        CallOptions(0)


@pytest.mark.parametrize("method", [EVALUATE, ENDORSE, COMMIT_STATUS])
def test_an_answer_that_is_no_message_is_named(method: str) -> None:
    class Garbled(FakePeer):
        async def unary(self, called: str, request: bytes, timeout_s: float | None) -> bytes:
            return b"\xff" if called == method else await super().unary(called, request, timeout_s)

    @asynchronous
    async def body() -> None:
        contract = World(Garbled(ENDORSER)).contract
        call = contract.evaluate_transaction if method == EVALUATE else contract.submit_transaction
        with pytest.raises(UnexpectedMessageError, match="response"):
            await call("echo")

    body()


@asynchronous
async def test_an_endorsement_without_transaction_is_refused() -> None:
    class Empty(FakePeer):
        async def unary(self, called: str, request: bytes, timeout_s: float | None) -> bytes:
            return b""

    with pytest.raises(UnexpectedMessageError, match="no transaction came back"):
        await World(Empty(ENDORSER)).contract.submit_transaction("echo")
