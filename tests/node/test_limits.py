"""Back pressure, a graceful stop, mutual TLS, and settings that are out of bounds."""

import asyncio
import hashlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from fabric_protos.common import common_pb2
from fabric_protos.peer import events_pb2

from tanhui.chaincode.contract.stub import Response, Stub
from tanhui.network.connection import read_profile
from tanhui.network.gateway import GrpcTransport, TlsOptions
from tanhui.network.protocol.transport import TransportError
from tanhui.node.ledger import BlockUpdates
from tanhui.node.node import Node
from tanhui.node.services.status import Code
from tanhui.node.settings import NodeSettings, SettingsError
from tests.support.kv_node import gateway, kv_node, topology
from tests.support.raw_calls import RawClient


def client(node: Node) -> RawClient:
    return RawClient(node.transport, node.network.organisations["OneMSP"].signing_identity("client", "alice"))


def test_a_full_ordering_queue_refuses_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        settings = NodeSettings(ordering_queue_messages_max=2, submit_wait_s_max=0.05, blocks_in_flight_max=1)
        async with kv_node(tmp_path, topology(messages_max=1), settings) as node:
            alice = client(node)
            prepared = [await alice.prepare("blind", f"k{index}", "1") for index in range(12)]
            release = hold_commits(node, monkeypatch)
            results = await asyncio.gather(
                *(alice.submit(transaction) for _, transaction in prepared), return_exceptions=True
            )
            refused = [one for one in results if one is not None]
            assert refused, "twelve do not fit into two places, one block in flight and one being cut"
            for one in refused:
                assert isinstance(one, TransportError)
                assert one.code == Code.RESOURCE_EXHAUSTED
                assert "the ordering queue is full: 2 messages" in one.message
            release()
            accepted = [prepared[index][0] for index, one in enumerate(results) if one is None]
            codes = await asyncio.gather(*(alice.status(transaction_id) for transaction_id in accepted))
            assert {code for code, _ in codes} == {0}
            for (transaction_id, _), outcome in zip(prepared, results, strict=True):
                assert (node.channel.find(transaction_id) is None) == (outcome is not None)

    asyncio.run(run())


def hold_commits(node: Node, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """No block is committed until the returned function is called."""
    released = threading.Event()
    ledger = node.channel.ledger
    commit = ledger.commit_block

    def held(block: common_pb2.Block, updates: BlockUpdates | None = None) -> common_pb2.Block:
        assert released.wait(10)
        return commit(block, updates)

    monkeypatch.setattr(ledger, "commit_block", held)
    return released.set


class SlowChaincode:
    """Takes its time, so that threads are busy."""

    async def invoke(self, stub: Stub) -> Response:
        time.sleep(0.2)  # noqa: ASYNC251 - it shall hold its thread
        return Response(200, "", b"")


def test_more_proposals_than_threads_and_places_are_refused_at_once(tmp_path: Path) -> None:
    async def run() -> None:
        settings = NodeSettings(endorsing_threads=1, endorsing_queue_max=1)
        async with kv_node(tmp_path, settings=settings, chaincodes={"kv": SlowChaincode()}) as node:
            alice = client(node)
            signed = [alice.signed(alice.proposal("x", str(index))) for index in range(5)]
            results = await asyncio.gather(*map(alice.evaluate, signed), return_exceptions=True)
            codes = [one.code for one in results if isinstance(one, TransportError)]
            assert codes == [Code.RESOURCE_EXHAUSTED] * 3
            assert node.health.endorsing == 0

    asyncio.run(run())


def test_too_many_calls_of_one_service_are_refused(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path, settings=NodeSettings(gateway_calls_max=1)) as node:
            alice = client(node)
            waiting = asyncio.create_task(alice.status("00" * 32, timeout_s=5))
            await asyncio.sleep(0.02)
            with pytest.raises(TransportError) as error:
                await alice.evaluate(alice.signed(alice.proposal("keys")))
            assert (error.value.code, error.value.message) == (
                Code.RESOURCE_EXHAUSTED,
                "too many requests for /gateway.Gateway, exceeding concurrency limit (1)",
            )
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            assert await alice.evaluate(alice.signed(alice.proposal("keys"))) == b"[]"

    asyncio.run(run())


def test_open_event_streams_leave_room_for_calls(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path, settings=NodeSettings(gateway_calls_max=1)) as node:
            alice = client(node)
            method = "/gateway.Gateway/ChaincodeEvents"
            stream = node.transport.stream(method, alice.events_request(), 5)
            waiting = asyncio.ensure_future(anext(stream))
            await asyncio.sleep(0.02)
            with pytest.raises(TransportError) as error:
                await anext(node.transport.stream(method, alice.events_request(), 5))
            assert error.value.code == Code.RESOURCE_EXHAUSTED
            assert await alice.evaluate(alice.signed(alice.proposal("keys"))) == b"[]"
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)

    asyncio.run(run())


def test_a_stop_commits_what_was_accepted_and_ends_those_who_wait(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path):
            pass
        async with kv_node(tmp_path) as node:
            alice = client(node)
            prepared = [await alice.prepare("blind", f"k{index}", "1") for index in range(5)]
            for _, transaction in prepared:
                await alice.submit(transaction)
            never = asyncio.create_task(alice.status("00" * 32, timeout_s=30))
            stream = node.transport.stream("/protos.Deliver/Deliver", alice.seek(start=99, stop=99), 30)
            following = node.transport.stream("/gateway.Gateway/ChaincodeEvents", alice.events_request(), 30)
            events = asyncio.ensure_future(anext(following))
            await asyncio.sleep(0)
            await node.stop()
            for waiting in (never, events):
                with pytest.raises(TransportError) as error:
                    await waiting
                assert (error.value.code, error.value.message) == (Code.UNAVAILABLE, "the node is stopping")
            with pytest.raises(TransportError) as error:
                await alice.submit(prepared[0][1])
            assert error.value.code == Code.UNAVAILABLE
            with pytest.raises(TransportError):
                await anext(stream)
            assert not node.health.ready
            for transaction_id, _ in prepared:
                found = node.channel.find(transaction_id)
                assert found is not None
                assert found.code == 0

    asyncio.run(run())


def test_mutual_tls_binds_deliver_to_the_client_certificate(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            await node.serve(mutual_tls=True)
            profile = read_profile(tmp_path / "connection.json")
            endpoint = profile.gateway
            root = node.network.organisations["OneMSP"].tls_root_pem
            member = node.network.organisations["OneMSP"].member("client", "alice")
            _, certificate, key = member.tls.read()
            alice = client(node)
            target = endpoint.endpoint
            async with GrpcTransport(
                target, TlsOptions(root, endpoint.server_name, certificate, key)
            ) as transport:
                over_tls = RawClient(transport, alice.signing)
                assert await over_tls.evaluate(over_tls.signed(over_tls.proposal("keys"))) == b"[]"
                digest = hashlib.sha256(der_of(certificate)).digest()
                bound = await first(transport, alice.seek(tls_hash=digest))
                assert bound.block.header.number == 0
                for wrong in (b"", b"\x00" * 32):
                    assert (
                        await first(transport, alice.seek(tls_hash=wrong))
                    ).status == common_pb2.BAD_REQUEST
            async with GrpcTransport(target, TlsOptions(root, server_name=endpoint.server_name)) as transport:
                with pytest.raises(TransportError) as error:
                    await transport.unary("/gateway.Gateway/Evaluate", b"", 1)
                assert error.value.code == Code.UNAVAILABLE

    asyncio.run(run())


def der_of(certificate: bytes) -> bytes:
    return x509.load_pem_x509_certificate(certificate).public_bytes(Encoding.DER)


async def first(transport: GrpcTransport, seek: bytes) -> events_pb2.DeliverResponse:
    async for raw in transport.stream("/protos.Deliver/Deliver", seek, 5):
        return events_pb2.DeliverResponse.FromString(raw)
    raise AssertionError("the stream ended without a response")


def test_metrics_count_what_was_committed(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node, gateway(node) as caller:
            await caller.network("credits").contract("kv").submit_transaction("put", "a", "1")
            value = node.metrics.registry.get_sample_value
            assert value("tanhui_node_height") == node.health.height
            assert value("tanhui_node_transactions_total", {"code": "VALID"}) == 2
            assert value("tanhui_node_ordering_queue") == 0

    asyncio.run(run())


@pytest.mark.parametrize(
    ("field", "value"), [("endorsing_threads", 0), ("request_bytes_max", 1), ("drain_s_max", -1)]
)
def test_settings_out_of_bounds_name_field_and_value(field: str, value: float) -> None:
    wrong: dict[str, Any] = {field: value}
    with pytest.raises(SettingsError, match=rf"{field} is {value!r}") as error:
        NodeSettings(**wrong)
    assert (error.value.field, error.value.value) == (field, value)
