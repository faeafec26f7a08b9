"""Deliver in its three kinds and the orderer's, chaincode events, and the wait for a commit."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.orderer import ab_pb2
from fabric_protos.peer import events_pb2

from tanhui.network.protocol.requests import Position
from tanhui.network.protocol.transport import TransportError
from tanhui.node.clock import NANOSECONDS, system_clock
from tanhui.node.node import Node
from tanhui.node.services.status import Code
from tanhui.node.settings import NodeSettings
from tests.support.kv_node import kv_node
from tests.support.raw_calls import RawClient

MINUTE_NS = 60 * NANOSECONDS


def client(node: Node, msp_id: str = "OneMSP", user: str = "alice") -> RawClient:
    return RawClient(node.transport, node.network.organisations[msp_id].signing_identity("client", user))


async def put(caller: RawClient, *arguments: str) -> tuple[str, int]:
    transaction_id, transaction = await caller.prepare("put", *arguments)
    await caller.submit(transaction)
    code, block = await caller.status(transaction_id)
    assert code == 0
    return transaction_id, block


async def delivered(node: Node, kind: str, seek: bytes) -> list[events_pb2.DeliverResponse]:
    method = f"/protos.Deliver/{kind}"
    return [
        events_pb2.DeliverResponse.FromString(one) async for one in node.transport.stream(method, seek, 10)
    ]


async def status_of(node: Node, seek: bytes, kind: str = "Deliver") -> int:
    (only,) = await delivered(node, kind, seek)
    return only.status


def test_blocks_whole_filtered_with_private_data_and_as_ordered(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            alice = client(node)
            transaction_id, number = await put(alice, "a", "1", "changed")
            *blocks, end = await delivered(node, "Deliver", alice.seek())
            assert [one.block.header.number for one in blocks] == list(range(number + 1))
            assert end.status == common_pb2.SUCCESS
            assert [one.block.SerializeToString() for one in blocks] == [
                node.channel.ledger.block_bytes(n) for n in range(number + 1)
            ]
            filtered, _ = await delivered(node, "DeliverFiltered", alice.seek(start=number, stop=number))
            (transaction,) = filtered.filtered_block.filtered_transactions
            assert (filtered.filtered_block.channel_id, transaction.txid) == ("credits", transaction_id)
            (action,) = transaction.transaction_actions.chaincode_actions
            assert (action.chaincode_event.event_name, action.chaincode_event.payload) == ("changed", b"")
            whole, _ = await delivered(node, "DeliverWithPrivateData", alice.seek(start=number, stop=number))
            assert whole.block_and_private_data.block == blocks[-1].block
            responses = node.transport.stream("/orderer.AtomicBroadcast/Deliver", alice.seek(), 10)
            ordered = [ab_pb2.DeliverResponse.FromString(one) async for one in responses]
            slots = ordered[number].block.metadata.metadata
            assert (slots[2], slots[4]) == (b"", b"")
            assert slots[0] == blocks[number].block.metadata.metadata[0] != b""
            assert ordered[-1].status == common_pb2.SUCCESS

    asyncio.run(run())


def test_a_stream_waits_for_the_next_block_unless_it_shall_not(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            alice = client(node)
            height = node.health.height
            waiting = asyncio.create_task(delivered(node, "Deliver", alice.seek(start="next", stop=height)))
            await asyncio.sleep(0.05)
            assert not waiting.done()
            await put(alice, "a", "1")
            block, end = await waiting
            assert (block.block.header.number, end.status) == (height, common_pb2.SUCCESS)
            ahead = alice.seek(start=height + 1, stop=height + 1, fail_if_not_ready=True)
            assert await status_of(node, ahead) == common_pb2.NOT_FOUND

    asyncio.run(run())


@pytest.mark.parametrize(
    ("start", "stop", "status"),
    [(99, 100, common_pb2.NOT_FOUND), (1, 0, common_pb2.BAD_REQUEST)],
)
def test_places_that_are_no_blocks(tmp_path: Path, start: Position, stop: Position, status: int) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            assert await status_of(node, client(node).seek(start=start, stop=stop)) == status

    asyncio.run(run())


def test_requests_that_are_refused(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            alice = client(node)
            assert await status_of(node, alice.seek(channel="nowhere")) == common_pb2.NOT_FOUND
            forged = alice.seek(signature=client(node, user="bob").signing.sign(b"other"))
            for kind in ("Deliver", "DeliverFiltered", "DeliverWithPrivateData"):
                assert await status_of(node, forged, kind) == common_pb2.FORBIDDEN
            for minutes in (-16, 16):
                late = alice.seek(timestamp_ns=system_clock() + minutes * MINUTE_NS)
                assert await status_of(node, late) == common_pb2.BAD_REQUEST
            assert await status_of(node, b"\xff\xff") == common_pb2.BAD_REQUEST
            assert await status_of(node, b"") == common_pb2.BAD_REQUEST

    asyncio.run(run())


def test_a_slow_reader_gets_old_blocks_from_disk(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path, settings=NodeSettings(recent_blocks_max=1)) as node:
            alice = client(node)
            stream = node.transport.stream("/protos.Deliver/Deliver", alice.seek(stop=6), 10)
            seen = [events_pb2.DeliverResponse.FromString(await anext(stream)).block.header.number]
            for value in range(5):
                await put(alice, "a", str(value))
            async for raw in stream:
                response = events_pb2.DeliverResponse.FromString(raw)
                if response.HasField("block"):
                    seen.append(response.block.header.number)
            assert seen == list(range(7))

    asyncio.run(run())


async def take(stream: AsyncIterator[bytes], count: int) -> list[tuple[int, str, bytes]]:
    found: list[tuple[int, str, bytes]] = []
    while len(found) < count:
        response = gateway_pb2.ChaincodeEventsResponse.FromString(await anext(stream))
        found.extend((response.block_number, one.tx_id, one.payload) for one in response.events)
    return found


def test_chaincode_events_replay_and_resume_after_a_transaction(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            alice = client(node)
            method = "/gateway.Gateway/ChaincodeEvents"
            live = node.transport.stream(method, alice.events_request(), 10)
            following = asyncio.create_task(take(live, 2))
            await asyncio.sleep(0.02)
            first, first_block = await put(alice, "a", "1", "changed")
            await put(alice, "a", "silent")
            second, second_block = await put(alice, "a", "2", "changed")
            expected = [(first_block, first, b"1"), (second_block, second, b"2")]
            assert await following == expected
            replay = node.transport.stream(method, alice.events_request(start=0), 10)
            assert await take(replay, 2) == expected
            resumed = node.transport.stream(method, alice.events_request(start=0, after=first), 10)
            assert await take(resumed, 1) == expected[1:]

    asyncio.run(run())


def test_events_of_invalid_transactions_are_not_told(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            alice = client(node)
            prepared = [await alice.prepare("put", "a", value, "changed") for value in ("1", "2")]
            for _, transaction in prepared:
                await alice.submit(transaction)
            codes = [(await alice.status(transaction_id))[0] for transaction_id, _ in prepared]
            assert codes == [0, 11], "both read the same version of one key"
            last, _ = await put(alice, "b", "3", "changed")
            replay = node.transport.stream(
                "/gateway.Gateway/ChaincodeEvents", alice.events_request(start=0), 10
            )
            told = await take(replay, 2)
            assert [transaction_id for _, transaction_id, _ in told] == [prepared[0][0], last]

    asyncio.run(run())


def test_event_requests_that_are_refused(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            alice = client(node)
            cases = [
                (alice.events_request(channel="nowhere"), Code.NOT_FOUND),
                (alice.events_request(signature=b"no signature"), Code.PERMISSION_DENIED),
                (alice.events_request(start="oldest"), Code.INVALID_ARGUMENT),
                (b"", Code.INVALID_ARGUMENT),
            ]
            for request, code in cases:
                stream = node.transport.stream("/gateway.Gateway/ChaincodeEvents", request, 5)
                with pytest.raises(TransportError) as error:
                    await anext(stream)
                assert error.value.code == code

    asyncio.run(run())


def test_commit_status_waits_and_is_only_for_readers(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            alice = client(node)
            transaction_id, transaction = await alice.prepare("put", "a", "1")
            waiting = [asyncio.create_task(alice.status(transaction_id)) for _ in range(3)]
            await asyncio.sleep(0.02)
            assert node.health.waiting == 1
            await alice.submit(transaction)
            assert await asyncio.gather(*waiting) == [(0, 2)] * 3
            assert node.health.waiting == 0
            with pytest.raises(TransportError) as error:
                await alice.status(transaction_id, signature=b"no signature")
            assert error.value.code == Code.PERMISSION_DENIED
            with pytest.raises(TransportError) as error:
                await alice.status("00" * 32, timeout_s=0.05)
            assert error.value.code == Code.DEADLINE_EXCEEDED
            assert node.health.waiting == 0

    asyncio.run(run())
