"""Config transactions: admitted by policy, alone in their block, in force from the next one on."""

import asyncio
from pathlib import Path

import pytest
from fabric_protos.common import common_pb2, configtx_pb2
from fabric_protos.orderer import ab_pb2

from tanhui.network.channel.config_changes import with_batch, with_msp
from tanhui.network.channel.config_update import ConfigChange
from tanhui.network.channel.topology import Batch
from tanhui.network.protocol.block_signatures import last_config_of
from tanhui.network.protocol.blocks import is_config_block
from tanhui.network.protocol.transport import TransportError
from tanhui.node.node import Node
from tanhui.node.services.status import Code
from tests.support.kv_node import kv_node
from tests.support.raw_calls import RawClient


def client(node: Node, msp_id: str = "OneMSP", user: str = "alice") -> RawClient:
    return RawClient(node.transport, node.network.organisations[msp_id].signing_identity("client", user))


async def broadcast(node: Node, envelope: bytes) -> ab_pb2.BroadcastResponse:
    stream = node.transport.stream("/orderer.AtomicBroadcast/Broadcast", envelope, 10)
    (only,) = [ab_pb2.BroadcastResponse.FromString(one) async for one in stream]
    return only


async def update(node: Node, wanted: configtx_pb2.Config, *msp_ids: str) -> ab_pb2.BroadcastResponse:
    admins = [node.network.organisations[one].signing_identity("admin", "Admin") for one in msp_ids]
    change = ConfigChange.between("credits", node.channel.config.config, wanted).signed_by(*admins)
    return await broadcast(node, change.envelope(admins[0]))


async def committed(node: Node, number: int) -> common_pb2.Block:
    return (await asyncio.wait_for(node.channel.blocks.block(number), 5)).message


def test_a_new_batch_size_is_in_force_from_the_next_block(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            height = node.health.height
            batch = Batch(
                timeout_ms=60_000, messages_max=2, absolute_bytes_max=1_048_576, preferred_bytes_max=524_288
            )
            response = await update(node, with_batch(node.channel.config.config, batch), "OrderingMSP")
            assert (response.status, response.info) == (common_pb2.SUCCESS, "")
            block = await committed(node, height)
            assert is_config_block(block)
            assert last_config_of(block) == height
            assert node.channel.config.sequence == 1
            alice = client(node)
            prepared = [await alice.prepare("put", key, "1") for key in ("a", "b", "c", "d")]
            for _, transaction in prepared:
                await alice.submit(transaction)
            numbers = [(await alice.status(transaction_id))[1] for transaction_id, _ in prepared]
            assert numbers == [height + 1, height + 1, height + 2, height + 2]
            assert last_config_of(await committed(node, height + 2)) == height
        async with kv_node(tmp_path) as node:
            assert node.channel.config.sequence == 1
            assert node.channel.config_block_number == height

    asyncio.run(run())


def test_an_update_without_the_signatures_that_it_needs_changes_nothing(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            height = node.health.height
            wanted = with_batch(node.channel.config.config, Batch(messages_max=7))
            response = await update(node, wanted, "OneMSP")
            assert response.status == common_pb2.BAD_REQUEST
            assert "error applying config update to existing channel 'credits'" in response.info
            assert (node.health.height, node.channel.config.sequence) == (height, 0)

    asyncio.run(run())


def test_a_config_envelope_of_somebody_else_is_not_ordered(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            genesis = node.channel.ledger.block(0).data.data[0]
            response = await broadcast(node, genesis)
            assert response.status == common_pb2.BAD_REQUEST
            assert response.info == "message is of type that cannot be processed directly"
            assert (await broadcast(node, b"\xff\xff")).status == common_pb2.BAD_REQUEST

    asyncio.run(run())


def test_a_revoked_certificate_is_refused_once_the_channel_carries_the_list(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            alice, bob = client(node), client(node, user="bob")
            transaction_id, transaction = await alice.prepare("put", "a", "1")
            organisation = node.network.organisations["OneMSP"]
            organisation.revoke(alice.signing.identity.certificate)
            height = node.health.height
            response = await update(node, with_msp(node.channel.config.config, organisation.msp), "OneMSP")
            assert response.status == common_pb2.SUCCESS, response.info
            await committed(node, height)
            with pytest.raises(TransportError, match="access denied") as error:
                await alice.evaluate(alice.signed(alice.proposal("get", "a")))
            assert error.value.code == Code.FAILED_PRECONDITION
            with pytest.raises(TransportError, match="status=FORBIDDEN"):
                await alice.submit(transaction)
            assert (await bob.evaluate(bob.signed(bob.proposal("keys")))) == b"[]"
            assert node.channel.find(transaction_id) is None

    asyncio.run(run())


def test_an_open_stream_ends_when_its_reader_is_revoked(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            alice = client(node)
            height = node.health.height
            stream = node.transport.stream(
                "/protos.Deliver/Deliver", alice.seek(start="next", stop=height), 10
            )
            waiting = asyncio.ensure_future(anext(stream))
            await asyncio.sleep(0.02)
            organisation = node.network.organisations["OneMSP"]
            organisation.revoke(alice.signing.identity.certificate)
            await update(node, with_msp(node.channel.config.config, organisation.msp), "OneMSP")
            assert await waiting == ab_pb2.DeliverResponse(status=common_pb2.FORBIDDEN).SerializeToString()

    asyncio.run(run())
