"""Which writes the API sends again by itself, and that nothing is sent that could take effect twice."""

import pytest
from fabric_protos.gateway import gateway_pb2

from tanhui.crypto_config.identity import SigningIdentity
from tanhui.network.gateway import BalancedTransport, Horizon
from tanhui.network.protocol.transport import Transport
from tanhui.registry_api.gateway_ledger import CONFLICT_ATTEMPTS_MAX, GatewayLedger
from tanhui.registry_api.problems import LedgerRefusal, Problem
from tanhui.registry_api.settings import ApiSettings
from tests.network.gateway.world import ENDORSER, IDENTITY, signer
from tests.support.asynchronous import asynchronous
from tests.support.gateway_peer import CHAINCODE, CHANNEL, FakePeer, failure

ENDORSE, SUBMIT, STATUS = (f"/gateway.Gateway/{name}" for name in ("Endorse", "Submit", "CommitStatus"))
MISMATCH = failure(10, "failed", ("peer1:7051", "Org1MSP", "ProposalResponsePayloads do not match"))
REFUSED = failure(
    10,
    "failed",
    ("p", "M", 'chaincode response 404, {"code":"a.b","field":"f","params":{},"value":"v"}'),
)
MVCC = 11


def ledger_over(transport: Transport, horizon: Horizon) -> GatewayLedger:
    return GatewayLedger(
        transport,
        channel=CHANNEL,
        chaincode=CHAINCODE,
        identities={"user": SigningIdentity(IDENTITY, signer())},
        reader="user",
        settings=ApiSettings(submit_timeout_s=2),
        catch_up=horizon.catch_up,
    )


class Two:
    """Two gateways of one peer's chain, so that either has every block."""

    def __init__(self) -> None:
        self.peers = [FakePeer(ENDORSER, f"peer{number}:7051") for number in range(2)]
        self.peers[1].chain = self.peers[0].chain
        self.horizon = Horizon()
        self.ledger = ledger_over(
            BalancedTransport([self.horizon.over(peer) for peer in self.peers], "in_order"), self.horizon
        )

    @property
    def first(self) -> FakePeer:
        return self.peers[0]


async def submitted(two: Two) -> None:
    async with two.ledger as ledger:
        committed = await ledger.submit("echo", b"1", "user")
        assert committed.answer == b"echo|1"


@asynchronous
async def test_a_lost_race_is_proposed_anew() -> None:
    two = Two()
    two.first.codes = [MVCC, MVCC]
    await submitted(two)
    assert (two.first.calls[ENDORSE], two.first.calls[SUBMIT]) == (3, 3)


@asynchronous
async def test_a_race_that_is_lost_for_ever_is_a_conflict() -> None:
    two = Two()
    two.first.codes = [MVCC] * 20
    async with two.ledger as ledger:
        with pytest.raises(Problem, match=r"api\.not_committed"):
            await ledger.submit("echo", b"1", "user")
    assert two.first.calls[SUBMIT] == CONFLICT_ATTEMPTS_MAX


@asynchronous
async def test_endorsements_that_differ_are_asked_for_again_and_nothing_was_ordered() -> None:
    two = Two()
    two.first.failures[ENDORSE] = [MISMATCH, MISMATCH]
    await submitted(two)
    assert (two.first.calls[ENDORSE], two.first.calls[SUBMIT]) == (3, 1)


@asynchronous
async def test_a_refusal_by_one_who_was_behind_is_asked_again_once_everybody_is_level() -> None:
    two = Two()
    async with two.ledger as ledger:
        await ledger.submit("echo", b"0", "user")
        two.first.failures[ENDORSE] = [REFUSED]
        await ledger.submit("echo", b"1", "user")
        assert two.peers[1].calls[STATUS] == 1, "the other was asked for the newest block first"
        two.first.failures[ENDORSE] = [REFUSED]
        two.horizon.block = two.first.chain[-1].header.number
        for member in two.horizon._members:
            member.block = two.horizon.block
        with pytest.raises(LedgerRefusal, match=r"a\.b"):
            await ledger.submit("echo", b"2", "user")


@asynchronous
async def test_a_refusal_stands_at_once_when_nobody_is_behind() -> None:
    two = Two()
    two.first.failures[ENDORSE] = [REFUSED]
    async with two.ledger as ledger:
        with pytest.raises(LedgerRefusal, match=r"a\.b"):
            await ledger.submit("echo", b"1", "user")
    assert (two.first.calls[ENDORSE], two.first.calls[SUBMIT]) == (1, 0)


@pytest.mark.parametrize("method", [ENDORSE, SUBMIT, STATUS])
def test_a_gateway_that_goes_away_at_any_step_is_replaced_and_the_transaction_stays_the_same(
    method: str,
) -> None:
    @asynchronous
    async def body() -> None:
        two = Two()
        two.first.failures[method] = [failure(14, "gone")] * 9
        async with two.ledger as ledger:
            committed = await ledger.submit("echo", b"1", "user")
        ids = {peer_id for peer in two.peers for peer_id in _ordered(peer)}
        assert ids == {committed.transaction_id}

    body()


@asynchronous
async def test_an_outcome_that_nobody_can_tell_is_the_callers_to_repeat() -> None:
    two = Two()
    for peer in two.peers:
        peer.failures[STATUS] = [failure(14, "gone")] * 9
    async with two.ledger as ledger:
        with pytest.raises(Problem, match=r"api\.unavailable"):
            await ledger.submit("echo", b"1", "user")
    assert two.first.calls[SUBMIT] == 1


def _ordered(peer: FakePeer) -> list[str]:
    requests = peer.requests[SUBMIT]
    return [gateway_pb2.SubmitRequest.FromString(one).transaction_id for one in requests]
