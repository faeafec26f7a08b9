"""Outcomes from one shared stream: two calls a transaction, and the Gateway when the stream cannot tell."""

import asyncio

import pytest

from tanhui.network.gateway import CallOptions, CommitError, CommitStatusError, GatewayError, commit_stream
from tests.network.gateway.world import World
from tests.support.asynchronous import asynchronous
from tests.support.gateway_peer import failure

COMMIT_STATUS = "/gateway.Gateway/CommitStatus"
DELIVER_FILTERED = "/protos.Deliver/DeliverFiltered"


def shared() -> World:
    return World(share_commit_stream=True)


@asynchronous
async def test_many_transactions_share_one_stream_and_ask_nothing() -> None:
    world = shared()
    async with world.gateway:
        answers = await asyncio.gather(
            *(world.contract.submit_transaction("echo", str(i)) for i in range(50))
        )
    assert answers == [f"echo|{i}".encode() for i in range(50)]
    assert world.peer.calls[COMMIT_STATUS] == 0
    assert world.peer.calls[DELIVER_FILTERED] == 2  # the newest block, then the stream
    assert world.peer.open_streams == 0


@asynchronous
async def test_codes_and_block_numbers_come_from_the_block() -> None:
    world = shared()
    world.peer.codes = [0, 11]
    async with world.gateway:
        first = await (await world.contract.submit_async("echo")).status()
        with pytest.raises(CommitError, match="11 MVCC_READ_CONFLICT") as conflict:
            await world.contract.submit_transaction("echo")
    assert (first.code, first.block_number) == (0, 1)
    assert conflict.value.status.block_number == 2


@asynchronous
async def test_the_outcome_can_be_asked_for_twice_and_late() -> None:
    world = shared()
    async with world.gateway:
        submitted = await world.contract.submit_async("echo")
        await world.contract.submit_transaction("echo")
        assert await submitted.status() == await submitted.status()
    assert (await submitted.status()).block_number == 1


@asynchronous
async def test_a_broken_stream_comes_back_and_tells_what_was_missed() -> None:
    world = shared()
    world.peer.hold_commits = True
    async with world.gateway:
        submitted = await world.contract.submit_async("echo")
        await world.peer.disconnect()
        await world.peer.cut_block()
        assert (await submitted.status()).successful
    assert world.peer.calls[COMMIT_STATUS] == 0


@asynchronous
async def test_when_the_stream_ends_the_gateway_is_asked() -> None:
    world = shared()
    world.peer.hold_commits = True
    async with world.gateway:
        submitted = await world.contract.submit_async("echo")
        waiting = asyncio.create_task(submitted.status())
        await world.peer.disconnect(7)
        await asyncio.sleep(0.01)
        await world.peer.cut_block()
        assert (await waiting).successful
        world.peer.hold_commits = False
        assert await world.contract.submit_transaction("echo", "after") == b"echo|after"
    assert world.peer.calls[COMMIT_STATUS] == 2


@asynchronous
async def test_where_the_stream_is_refused_every_outcome_is_asked_for(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = shared()
    world.peer.failures[DELIVER_FILTERED] = [failure(7, "no events for you")]
    async with world.gateway:
        assert await world.contract.submit_transaction("echo") == b"echo"
        assert await world.contract.submit_transaction("echo") == b"echo"
    assert world.peer.calls[COMMIT_STATUS] == 2
    assert "shared commit stream ended: PERMISSION_DENIED: no events for you" in caplog.text


@asynchronous
async def test_a_stream_that_does_not_open_does_not_hold_up_a_submit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commit_stream, "OPEN_WAIT_S", 0.01)
    world = shared()
    world.peer.failures[DELIVER_FILTERED] = [failure(14, "not now") for _ in range(1000)]
    async with world.gateway:
        assert await world.contract.submit_transaction("echo") == b"echo"
    assert world.peer.calls[COMMIT_STATUS] == 1


@asynchronous
async def test_a_block_that_does_not_come_is_a_deadline() -> None:
    world = shared()
    world.peer.hold_commits = True
    async with world.gateway:
        submitted = await world.contract.submit_async("echo")
        with pytest.raises(
            CommitStatusError, match=r"DEADLINE_EXCEEDED: no block came within 0.01 s"
        ) as late:
            await submitted.status(CallOptions(0.01))
        assert late.value.transaction_id == submitted.transaction_id
        await world.peer.cut_block()
        assert (await submitted.status()).successful


@asynchronous
async def test_a_failed_submit_is_not_looked_out_for() -> None:
    world = shared()
    world.peer.failures["/gateway.Gateway/Submit"] = [failure(14, "no orderers")]
    async with world.gateway:
        with pytest.raises(GatewayError, match="no orderers"):
            await world.contract.submit_transaction("echo")
        assert await world.contract.submit_transaction("echo") == b"echo"


@asynchronous
async def test_more_than_can_be_watched_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commit_stream, "WATCHED_MAX", 2)
    world = shared()
    world.peer.hold_commits = True
    async with world.gateway:
        submitted = [await world.contract.submit_async("echo") for _ in range(3)]
        await world.peer.cut_block()
        assert [(await one.status()).successful for one in submitted] == [True, True, True]
    assert world.peer.calls[COMMIT_STATUS] == 1
