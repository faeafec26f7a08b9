"""Several gateways: spread, failover, rest, and streams that go elsewhere."""

import asyncio
from collections import Counter

import pytest

from tanhui.network.gateway import BalancedTransport, GatewayError, Recovery, connect
from tanhui.network.protocol.transport import TransportError
from tests.network.gateway.world import ENDORSER, IDENTITY, signer
from tests.support.asynchronous import asynchronous
from tests.support.gateway_peer import CHAINCODE, CHANNEL, FakePeer, failure

EVALUATE = "/gateway.Gateway/Evaluate"
SUBMIT = "/gateway.Gateway/Submit"
DELIVER = "/protos.Deliver/Deliver"


def three() -> list[FakePeer]:
    return [FakePeer(ENDORSER, f"peer{number}:7051") for number in range(3)]


def away(peer: FakePeer, method: str, count: int = 1000) -> None:
    peer.failures[method] = [failure(14, f"{peer.address} is away") for _ in range(count)]


@asynchronous
async def test_calls_are_spread_evenly() -> None:
    peers = three()
    contract = connect(BalancedTransport(peers), IDENTITY, signer()).network(CHANNEL).contract(CHAINCODE)
    await asyncio.gather(*(contract.evaluate_transaction("echo") for _ in range(30)))
    assert [peer.calls[EVALUATE] for peer in peers] == [10, 10, 10]


@asynchronous
async def test_in_order_takes_the_first_that_is_there() -> None:
    peers = three()
    away(peers[0], EVALUATE)
    transport = BalancedTransport(peers, "in_order")
    contract = connect(transport, IDENTITY, signer()).network(CHANNEL).contract(CHAINCODE)
    for _ in range(10):
        await contract.evaluate_transaction("echo")
    assert [peer.calls[EVALUATE] for peer in peers] == [1, 10, 0]


@asynchronous
async def test_one_that_is_away_rests_and_is_tried_again_later() -> None:
    peers = three()
    away(peers[0], EVALUATE, 1)
    transport = BalancedTransport(peers)
    contract = connect(transport, IDENTITY, signer()).network(CHANNEL).contract(CHAINCODE)
    for _ in range(20):
        assert await contract.evaluate_transaction("echo") == b"echo"
    assert peers[0].calls[EVALUATE] == 1
    transport._members[0].rests_until_s = 0.0
    await contract.evaluate_transaction("echo")
    assert peers[0].calls[EVALUATE] == 2


@asynchronous
async def test_when_all_are_away_the_last_error_is_raised_after_one_try_each() -> None:
    peers = three()
    for peer in peers:
        away(peer, EVALUATE)
    contract = connect(BalancedTransport(peers), IDENTITY, signer()).network(CHANNEL).contract(CHAINCODE)
    with pytest.raises(GatewayError, match="UNAVAILABLE: peer2:7051 is away"):
        await contract.evaluate_transaction("echo")
    assert [peer.calls[EVALUATE] for peer in peers] == [1, 1, 1]
    with pytest.raises(GatewayError):  # the resting ones stay a last resort
        await contract.evaluate_transaction("echo")
    assert [peer.calls[EVALUATE] for peer in peers] == [2, 2, 2]


@asynchronous
async def test_one_that_knows_no_other_peer_yet_is_as_one_that_is_away() -> None:
    peers = three()
    lonely = "no combination of peers can be derived which satisfy the endorsement policy: …"
    peers[0].failures[EVALUATE] = [failure(9, lonely)] * 9
    transport = BalancedTransport(peers)
    contract = connect(transport, IDENTITY, signer()).network(CHANNEL).contract(CHAINCODE)
    for _ in range(6):
        assert await contract.evaluate_transaction("echo") == b"echo"
    assert peers[0].calls[EVALUATE] == 1


@pytest.mark.parametrize("code", [2, 4, 9, 10])
def test_a_refusal_is_final(code: int) -> None:
    @asynchronous
    async def body() -> None:
        peers = three()
        peers[0].failures[EVALUATE] = [failure(code, "no")]
        contract = connect(BalancedTransport(peers), IDENTITY, signer()).network(CHANNEL).contract(CHAINCODE)
        with pytest.raises(GatewayError) as refused:
            await contract.evaluate_transaction("echo")
        assert refused.value.code == code
        assert [peer.calls[EVALUATE] for peer in peers] == [1, 0, 0]

    body()


@asynchronous
async def test_a_submit_goes_on_to_the_next_with_the_same_transaction() -> None:
    peers = three()
    away(peers[0], SUBMIT)
    network = connect(BalancedTransport(peers, "in_order"), IDENTITY, signer()).network(CHANNEL)
    transaction = await network.contract(CHAINCODE).new_proposal("echo").endorse()
    await transaction.submit()
    assert peers[0].requests[SUBMIT] == peers[1].requests[SUBMIT]
    assert len(peers[1].chain) == 2


@asynchronous
async def test_a_submit_taken_before_is_asked_of_nobody_else_and_its_gateway_does_not_rest() -> None:
    peers = three()
    away(peers[0], SUBMIT, 1)
    said = ("orderer0:7050", "OrdererMSP", "info=failed to submit request: request already processed")
    peers[1].failures[SUBMIT] = [failure(14, "insufficient number of orderers could", said)]
    transport = BalancedTransport(peers, "in_order")
    contract = connect(transport, IDENTITY, signer()).network(CHANNEL).contract(CHAINCODE)
    transaction = await contract.new_proposal("echo").endorse()
    await transaction.submit()
    assert [peer.calls[SUBMIT] for peer in peers] == [1, 1, 0]
    assert [member.failures for member in transport._members] == [1, 0, 0]


@asynchronous
async def test_a_stream_opens_where_somebody_is_and_recovers_elsewhere() -> None:
    peers = three()
    away(peers[0], DELIVER)
    for peer in peers:
        for _ in range(3):
            await peer.cut_block()
    network = connect(BalancedTransport(peers, "in_order"), IDENTITY, signer()).network(CHANNEL)
    async with network.block_events(start_block=0, recovery=Recovery(0.001, 0.01)) as found:
        assert [(await anext(found)).header.number for _ in range(4)] == [0, 1, 2, 3]
        away(peers[1], DELIVER)
        await peers[1].disconnect()
        await peers[2].cut_block()
        assert (await anext(found)).header.number == 4
    assert [peer.open_streams for peer in peers] == [0, 0, 0]


@asynchronous
async def test_calls_under_way_count_and_the_time_is_shared() -> None:
    class Slow:
        def __init__(self, code: int | None) -> None:
            self.code = code
            self.timeouts_s: list[float | None] = []

        async def unary(self, method: str, request: bytes, timeout_s: float | None) -> bytes:
            self.timeouts_s.append(timeout_s)
            await asyncio.sleep(0.05)
            if self.code is not None:
                raise TransportError(self.code, "slow")
            return method.encode()

        def stream(self, method: str, request: bytes, timeout_s: float | None):  # type: ignore[no-untyped-def]
            raise NotImplementedError

    first, second = Slow(14), Slow(None)
    transport = BalancedTransport([first, second], "in_order")
    assert await transport.unary("/a", b"", 10.0) == b"/a"
    assert first.timeouts_s[0] is not None
    assert second.timeouts_s[0] is not None
    assert first.timeouts_s[0] == pytest.approx(10.0, abs=0.01)
    assert second.timeouts_s[0] < 9.96
    late = BalancedTransport([Slow(14), Slow(None)], "in_order")
    with pytest.raises(TransportError, match="slow"):
        await late.unary("/a", b"", 0.04)
    busy = BalancedTransport([Slow(None), Slow(None)])
    answers = await asyncio.gather(*(busy.unary("/a", b"", None) for _ in range(6)))
    assert Counter(answers) == {b"/a": 6}
    assert [member.served for member in busy._members] == [3, 3]


def test_none_at_all_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one is needed"):
        BalancedTransport([])
