"""Event streams: where they start, how they end, and how they come back."""

import asyncio
import logging

import pytest
from fabric_protos.common import common_pb2
from fabric_protos.peer import events_pb2

from tanhui.network.gateway import (
    CallOptions,
    ChaincodeEvent,
    DefaultCallOptions,
    EventStream,
    GatewayError,
    InMemoryCheckpointer,
    Network,
    ProposalOptions,
    Recovery,
    UnexpectedMessageError,
    connect,
)
from tanhui.network.protocol.requests import parse_seek
from tests.network.gateway.world import ENDORSER, IDENTITY, World, signer
from tests.support.asynchronous import asynchronous
from tests.support.gateway_peer import CHAINCODE, CHANNEL, FakePeer, failure, filtered

CHAINCODE_EVENTS = "/gateway.Gateway/ChaincodeEvents"
DELIVER = "/protos.Deliver/Deliver"
DELIVER_FILTERED = "/protos.Deliver/DeliverFiltered"
DELIVER_PRIVATE = "/protos.Deliver/DeliverWithPrivateData"
AT_ONCE = Recovery(wait_first_s=0.001, wait_max_s=0.01)
KINDS = ("blocks", "filtered", "private")


def numbers(network: Network, kind: str, **options: object) -> EventStream[object]:
    methods = {
        "blocks": network.block_events,
        "filtered": network.filtered_block_events,
        "private": network.block_and_private_data_events,
    }
    return methods[kind](**options)  # type: ignore[arg-type, return-value]


def number(block: object) -> int:
    if isinstance(block, events_pb2.FilteredBlock):
        return block.number
    whole = block.block if isinstance(block, events_pb2.BlockAndPrivateData) else block
    assert isinstance(whole, common_pb2.Block)
    return whole.header.number


async def take(stream: EventStream[object], count: int) -> list[int]:
    return [number(await anext(stream)) for _ in range(count)]


async def announce(world: World, name: str, payload: str = "") -> None:
    await world.contract.submit_transaction("event", name, payload)


async def settle() -> None:
    """Let every task run until it waits."""
    for _ in range(20):
        await asyncio.sleep(0)


@asynchronous
async def test_a_chaincode_event_has_all_its_parts() -> None:
    world = World()
    async with world.network.chaincode_events(CHAINCODE) as events:
        await announce(world, "made", "碳")
        event = await anext(events)
    ids = [t.txid for t in filtered(world.peer.chain[1]).filtered_transactions]
    assert event == ChaincodeEvent(1, ids[0], CHAINCODE, "made", "碳".encode())


@asynchronous
async def test_other_chaincodes_and_invalid_transactions_announce_nothing() -> None:
    world = World()
    async with world.network.chaincode_events(CHAINCODE) as events:
        await world.network.contract("other").submit_transaction("event", "other", "")
        world.peer.codes = [11]
        await world.contract.submit_async("event", ProposalOptions(["invalid", ""]))
        await announce(world, "valid")
        assert (await anext(events)).event_name == "valid"


@asynchronous
async def test_events_of_one_block_come_one_by_one_in_their_order() -> None:
    world = World()
    world.peer.hold_commits = True
    async with world.network.chaincode_events(CHAINCODE) as events:
        for name in "abc":
            await world.contract.submit_async("event", ProposalOptions([name, ""]))
        await world.peer.cut_block()
        assert [(await anext(events)).event_name for _ in range(3)] == ["a", "b", "c"]


@asynchronous
async def test_an_opened_stream_misses_nothing_however_late_it_is_read() -> None:
    world = World()
    async with world.network.chaincode_events(CHAINCODE) as events:
        for name in "abcdefgh":
            await announce(world, name)
        assert "".join([(await anext(events)).event_name for _ in range(8)]) == "abcdefgh"


@pytest.mark.parametrize("kind", KINDS)
def test_blocks_start_where_they_are_told(kind: str) -> None:
    @asynchronous
    async def body() -> None:
        world = World()
        for name in "abc":
            await announce(world, name)
        async with numbers(world.network, kind, start_block=1) as found:
            assert await take(found, 3) == [1, 2, 3]
        async with numbers(world.network, kind) as found:
            await announce(world, "d")
            assert await take(found, 1) == [4]
        checkpoint = InMemoryCheckpointer()
        async with numbers(world.network, kind, start_block=2, checkpoint=checkpoint) as found:
            assert await take(found, 1) == [2]
        checkpoint.checkpoint_block(2)
        async with numbers(world.network, kind, start_block=0, checkpoint=checkpoint) as found:
            assert await take(found, 2) == [3, 4]

    body()


@asynchronous
async def test_a_checkpoint_inside_a_block_goes_on_after_its_transaction() -> None:
    world = World()
    world.peer.hold_commits = True
    for name in "abc":
        await world.contract.submit_async("event", ProposalOptions([name, ""]))
    await world.peer.cut_block()
    checkpoint = InMemoryCheckpointer()
    async with world.network.chaincode_events(CHAINCODE, start_block=0, checkpoint=checkpoint) as events:
        checkpoint.checkpoint_chaincode_event(await anext(events))
    async with world.network.chaincode_events(CHAINCODE, start_block=0, checkpoint=checkpoint) as events:
        assert [(await anext(events)).event_name for _ in range(2)] == ["b", "c"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", [0, 1, 10, 13, 14])
def test_a_broken_stream_of_blocks_comes_back_without_gap_or_repetition(kind: str, code: int) -> None:
    @asynchronous
    async def body() -> None:
        world = World()
        async with numbers(world.network, kind, recovery=AT_ONCE) as found:
            await world.peer.disconnect(code)  # before the first block
            await announce(world, "a")
            await announce(world, "b")
            assert await take(found, 2) == [1, 2]
            await world.peer.disconnect(code)
            await announce(world, "c")
            assert await take(found, 1) == [3]

    body()


@asynchronous
async def test_a_broken_stream_of_chaincode_events_comes_back_inside_a_block() -> None:
    world = World()
    world.peer.hold_commits = True
    async with world.network.chaincode_events(CHAINCODE, recovery=AT_ONCE) as events:
        await world.peer.disconnect()
        for name in "abc":
            await world.contract.submit_async("event", ProposalOptions([name, ""]))
        await world.peer.cut_block()
        assert (await anext(events)).event_name == "a"
        await world.peer.disconnect()
        await world.contract.submit_async("event", ProposalOptions(["d", ""]))
        await world.peer.cut_block()
        assert [(await anext(events)).event_name for _ in range(3)] == ["b", "c", "d"]
    assert world.peer.calls[CHAINCODE_EVENTS] >= 2


@asynchronous
async def test_a_peer_that_is_not_there_yet_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    world.peer.failures[DELIVER_FILTERED] = [failure(14, "connection refused") for _ in range(3)]
    with caplog.at_level(logging.WARNING):
        async with world.network.block_events(recovery=AT_ONCE) as found:
            await announce(world, "a")
            assert (await anext(found)).header.number == 1
    assert "event stream lost (UNAVAILABLE: connection refused); attempt 3" in caplog.text


@asynchronous
async def test_recovery_gives_up_when_told_to() -> None:
    world = World()
    world.peer.failures[DELIVER] = [failure(14, "gone") for _ in range(1000)]
    recovery = Recovery(wait_first_s=0.001, wait_max_s=0.002, give_up_after_s=0.02)
    found = world.network.block_events(start_block=0, recovery=recovery)
    with pytest.raises(GatewayError, match="UNAVAILABLE: gone"):
        await anext(found)
    with pytest.raises(GatewayError):
        await anext(found)
    await found.close()


@pytest.mark.parametrize("code", [5, 7, 9, 4, 12])
def test_a_refusal_is_raised_and_not_tried_again(code: int) -> None:
    @asynchronous
    async def body() -> None:
        world = World()
        world.peer.failures[CHAINCODE_EVENTS] = [failure(code, "no")]
        with pytest.raises(GatewayError) as refused:
            await anext(world.network.chaincode_events(CHAINCODE, start_block=0))
        assert refused.value.code == code
        assert world.peer.calls[CHAINCODE_EVENTS] == 1

    body()


@asynchronous
async def test_an_unknown_channel_is_not_found() -> None:
    world = World()
    with pytest.raises(GatewayError, match="NOT_FOUND: Deliver answered NOT_FOUND"):
        await world.gateway.network("nowhere").block_events().open()


@asynchronous
async def test_without_recovery_a_break_is_an_error_and_an_end_is_an_end() -> None:
    world = World()
    broken = await world.network.block_events(start_block=0, recovery=None).open()
    ended = await world.network.block_events(start_block=0, recovery=None).open()
    assert number(await anext(broken)) == number(await anext(ended)) == 0
    await settle()
    await world.peer.disconnect(14)
    with pytest.raises(GatewayError, match="the connection broke"):
        await anext(broken)
    again = await world.network.block_events(start_block=0, recovery=None).open()
    assert number(await anext(again)) == 0
    await settle()
    await world.peer.disconnect(0)
    assert [block async for block in again] == []


@asynchronous
async def test_closing_ends_a_waiting_reader_and_cancels_the_call() -> None:
    world = World()
    found = await world.network.block_events().open()
    reader = asyncio.create_task(_count(found))
    await settle()
    assert world.peer.open_streams == 1
    await found.close()
    assert await reader == 0
    assert world.peer.open_streams == 0
    await found.close()
    with pytest.raises(StopAsyncIteration):
        await anext(found)


@asynchronous
async def test_closing_one_stream_leaves_the_other() -> None:
    world = World()
    async with world.network.block_events() as kept:
        async with world.network.block_events():
            pass
        await announce(world, "a")
        assert number(await anext(kept)) == 1


@asynchronous
async def test_closing_the_gateway_ends_its_streams_and_not_the_transport() -> None:
    world = World()
    async with world.gateway as gateway:
        first = await gateway.network(CHANNEL).block_events().open()
        second = await gateway.network(CHANNEL).chaincode_events(CHAINCODE).open()
        await settle()
    assert world.peer.open_streams == 0
    assert [block async for block in first] == []
    assert [event async for event in second] == []
    assert await world.contract.evaluate_transaction("echo") == b"echo"


@asynchronous
async def test_a_slow_reader_makes_the_peer_wait() -> None:
    world = World()
    for _ in range(40):
        await world.peer.cut_block()
    sent = 0

    class Counting(FakePeer):
        async def stream(self, method, request, timeout_s):  # type: ignore[no-untyped-def]
            nonlocal sent
            async for answer in world.peer.stream(method, request, timeout_s):
                sent += 1
                yield answer

    gateway = connect(Counting(ENDORSER), IDENTITY, signer())
    async with gateway.network(CHANNEL).block_events(start_block=0) as found:
        await settle()
        assert sent <= 6
        assert await take(found, 41) == list(range(41))  # type: ignore[arg-type]


@asynchronous
async def test_options_of_each_kind_of_stream() -> None:
    peer = World().peer
    defaults = DefaultCallOptions(
        chaincode_events=CallOptions(1),
        block_events=CallOptions(2),
        filtered_block_events=CallOptions(3),
        block_and_private_data_events=CallOptions(4),
    )
    network = connect(peer, IDENTITY, signer(), defaults=defaults).network(CHANNEL)
    for options in (None, CallOptions(9)):
        for stream in (
            network.chaincode_events(CHAINCODE, start_block=0, options=options),
            network.block_events(start_block=0, options=options),
            network.filtered_block_events(start_block=0, options=options),
            network.block_and_private_data_events(start_block=0, options=options),
        ):
            await stream.open()
            await settle()
            await stream.close()
    assert dict(peer.timeouts_s) == {
        CHAINCODE_EVENTS: [1, 9],
        DELIVER: [2, 9],
        DELIVER_FILTERED: [3, 9],
        DELIVER_PRIVATE: [4, 9],
    }


@asynchronous
async def test_the_tls_certificate_hash_stands_in_requests_for_blocks() -> None:
    peer = World().peer
    gateway = connect(peer, IDENTITY, signer(), tls_client_certificate_hash=b"h" * 32)
    async with gateway.network(CHANNEL).block_events():
        await settle()
    for method in (DELIVER, DELIVER_FILTERED):
        view, _ = parse_seek(peer.requests[method][0])
        assert view.channel_header.tls_cert_hash == b"h" * 32


@asynchronous
async def test_an_answer_of_another_kind_is_an_error() -> None:
    class Confused(FakePeer):
        async def stream(self, method, request, timeout_s):  # type: ignore[no-untyped-def]
            async for answer in super().stream(DELIVER_FILTERED, request, timeout_s):
                yield b"\xff" if method == CHAINCODE_EVENTS else answer

    network = World(Confused(ENDORSER)).network
    with pytest.raises(UnexpectedMessageError, match="answered with filtered_block, expected block"):
        await anext(network.block_events(start_block=0))


async def _count(stream: EventStream[object] | EventStream[common_pb2.Block]) -> int:
    return len([event async for event in stream])
