"""Peers that commit at their own pace, asked by a client that must not see less than it was told."""

import asyncio

import pytest

from tanhui.network.gateway import BalancedTransport, Gateway, GatewayError, Horizon, connect
from tanhui.network.gateway import level_transport as levels
from tests.network.gateway.world import ENDORSER, IDENTITY, signer
from tests.support.asynchronous import asynchronous
from tests.support.gateway_peer import CHAINCODE, CHANNEL, FakePeer, failure

EVALUATE = "/gateway.Gateway/Evaluate"


class Pair:
    """Two peers of one channel; what the first commits the second has when `follow` is called."""

    def __init__(self) -> None:
        self.ahead, self.behind = FakePeer(ENDORSER, "peer0:7051"), FakePeer(ENDORSER, "peer1:7051")
        self.horizon = Horizon()
        self.members = [self.horizon.over(self.ahead), self.horizon.over(self.behind)]

    def gateway(self, number: int) -> Gateway:
        return connect(self.members[number], IDENTITY, signer())

    async def committed(self) -> None:
        """One transaction through the first."""
        contract = self.gateway(0).network(CHANNEL).contract(CHAINCODE)
        await contract.submit_transaction("echo")

    async def follow(self) -> None:
        async with self.behind._changed:
            self.behind.chain[:] = self.ahead.chain
            self.behind._changed.notify_all()


@asynchronous
async def test_a_read_waits_until_its_peer_has_what_another_announced() -> None:
    pair = Pair()
    await pair.committed()
    contract = pair.gateway(1).network(CHANNEL).contract(CHAINCODE)
    reading = asyncio.create_task(contract.evaluate_transaction("echo"))
    await asyncio.sleep(0.05)
    assert not reading.done()
    assert pair.behind.calls[EVALUATE] == 0
    await pair.follow()
    assert await reading == b"echo"
    await contract.evaluate_transaction("echo")
    assert pair.behind.calls[levels.COMMIT_STATUS] == 1, "a peer that is level is not asked again"
    assert pair.ahead.calls[levels.COMMIT_STATUS] == 1


@asynchronous
async def test_a_peer_that_stays_behind_is_one_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levels, "LEVEL_WAIT_S", 0.05)
    pair = Pair()
    await pair.committed()
    pair.behind.failures[levels.COMMIT_STATUS] = [failure(4, "deadline")] * 9
    with pytest.raises(GatewayError, match="UNAVAILABLE: the gateway does not have block 1: deadline"):
        await pair.gateway(1).network(CHANNEL).contract(CHAINCODE).evaluate_transaction("echo")
    balanced = connect(BalancedTransport(pair.members), IDENTITY, signer())
    for _ in range(4):
        assert await balanced.network(CHANNEL).contract(CHAINCODE).evaluate_transaction("echo") == b"echo"
    assert pair.behind.calls[EVALUATE] == 0


@asynchronous
async def test_catching_up_says_whether_anybody_was_behind_and_leaves_out_who_is_away() -> None:
    pair = Pair()
    assert not await pair.horizon.catch_up(), "nothing was announced yet"
    await pair.committed()
    await pair.follow()
    assert await pair.horizon.catch_up()
    assert not await pair.horizon.catch_up()
    await pair.committed()
    pair.behind.failures[levels.COMMIT_STATUS] = [failure(14, "away")] * 9
    assert await pair.horizon.catch_up()
    asked = pair.behind.calls[levels.COMMIT_STATUS]
    assert not await pair.horizon.catch_up(), "nobody waits for one that is away"
    assert pair.behind.calls[levels.COMMIT_STATUS] == asked
