"""The shim's HTTP/2 endpoint spoken to frame by frame: windows, pings, refusals, floods, and a peer that hangs up."""

import asyncio

import pytest
from fabric_protos.peer.chaincode_pb2 import ChaincodeInput
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage

from tanhui.chaincode.shim import ServiceSettings
from tanhui.chaincode.shim.service import ChaincodeService
from tanhui.network.http2 import frames
from tanhui.network.http2.limits import CONTROL_FRAMES_MAX, REQUEST_HEADERS_BYTES_MAX
from tests.support.asynchronous import asynchronous
from tests.support.bare_http2 import request
from tests.support.bare_peer import REQUEST, Peer, echo, talking
from tests.support.kit_chaincode import KitChaincode

M = ChaincodeMessage


@asynchronous
async def test_registers_and_answers_over_bare_frames() -> None:
    async with talking() as peer:
        await peer.register()
        peer.send(echo(10))
        answer = await peer.message()
        assert (answer.type, answer.txid) == (M.COMPLETED, "t")


@asynchronous
async def test_an_answer_waits_for_the_peers_windows() -> None:
    """A stream window of 100 bytes, then more: 50,000 bytes arrive whole, and never more than was allowed."""
    async with talking() as peer:
        await peer.register({frames.SETTINGS_INITIAL_WINDOW: 100})
        peer.send(echo(50_000))
        allowed, got = 100, 0
        registered = 5 + len(M(type=M.REGISTER, payload=b"\n\x05kit:1").SerializeToString())
        got += registered
        answer = None
        while answer is None:
            if got == allowed:
                allowed += 9_000
                peer.say(frames.window_update(1, 9_000))
            found = await peer.hear(frames.DATA)
            got += len(found.payload)
            assert got <= allowed
            for raw in peer.messages.feed(found.payload):
                answer = M.FromString(raw)
        assert len(answer.payload) > 50_000


@asynchronous
async def test_another_method_and_another_protocol_are_refused_alone() -> None:
    async with talking() as peer:
        peer.begin()
        peer.ask(request("/protos.Other/Method"))
        found = await peer.hear(frames.HEADERS)
        assert found.flags & frames.END_STREAM
        assert peer.headers(found)["grpc-status"] == "12"
        stop = await peer.hear(frames.RST_STREAM)
        assert (stop.stream, stop.payload) == (1, bytes(4)), "a client that had more to say need not"
        peer.ask([(":method", "GET"), *REQUEST[1:]], 3)
        assert (await peer.hear(frames.RST_STREAM)).stream == 3
        peer.call(5)
        assert (await peer.message(5)).type == M.REGISTER


@asynchronous
async def test_what_a_peer_may_not_say_ends_the_stream_with_a_status() -> None:
    async with talking() as peer:
        await peer.register()
        peer.send(M(type=M.REGISTER))
        assert (await peer.message()).type == M.ERROR
        found = await peer.hear(frames.HEADERS)
        while not found.flags & frames.END_STREAM:
            found = await peer.hear(frames.HEADERS)
        trailers = peer.headers(found)
        assert trailers["grpc-status"] == "9"
        assert trailers["grpc-message"].startswith("REGISTER from the peer")


@asynchronous
async def test_a_ping_is_answered_and_a_silent_peer_is_asked_and_let_go() -> None:
    async with talking(keepalive_s=1.0, keepalive_timeout_s=0.2) as peer:
        peer.begin()
        peer.say(frames.frame(frames.PING, 0, 0, b"12345678"))
        found = await peer.hear(frames.PING)
        assert (found.flags, found.payload) == (frames.ACK, b"12345678")
        assert (await peer.hear(frames.PING)).flags == 0
        with pytest.raises((AssertionError, ConnectionError)):
            await peer.hear(frames.GOAWAY)  # which does not come: nobody listens


@pytest.mark.parametrize(
    "broken",
    [
        frames.frame(frames.PING, 0, 0, b"short"),
        frames.frame(frames.SETTINGS, 0, 0, b"12345"),
        frames.settings({frames.SETTINGS_INITIAL_WINDOW: 1 << 31}),
        frames.settings({frames.SETTINGS_MAX_FRAME: 5}),
        frames.window_update(0, 0),
        frames.window_update(0, (1 << 31) - 1),
        frames.frame(frames.PUSH_PROMISE, 0, 1, b"1234"),
        frames.frame(frames.CONTINUATION, 0, 1, b""),
        frames.frame(frames.DATA, 0, 7, b""),
        frames.frame(frames.HEADERS, 4, 2, b"\x82"),
        frames.frame(frames.HEADERS, 4, 1, b"\xff\xff\xff\xff\xff\xff"),
        frames.frame(frames.HEADERS, 0, 1, b"\x82") + frames.frame(frames.PING, 0, 0, bytes(8)),
        frames.frame(frames.HEADERS, 0, 1, b"\x82")
        + frames.frame(frames.CONTINUATION, 0, 1, bytes(1 << 15))
        * (REQUEST_HEADERS_BYTES_MAX // (1 << 15) + 1),
        frames.frame(frames.PING, frames.ACK, 0, bytes(8)) * (CONTROL_FRAMES_MAX + 1),
        frames.frame_header(frames.DATA, 0, 1, 1 << 20),
    ],
    ids=range(15),
)
@asynchronous
async def test_broken_http_2_ends_the_connection_with_goaway(broken: bytes) -> None:
    async with talking() as peer:
        peer.begin()
        peer.say(broken)
        assert (await peer.hear(frames.GOAWAY)).payload[4:8] != bytes(4)
        assert await peer.hung_up()


@asynchronous
async def test_a_reset_stream_lets_its_transactions_go() -> None:
    async with talking() as peer:
        await peer.register()
        waiting = ChaincodeInput(args=[b"get", b"k"]).SerializeToString()
        peer.send(M(type=M.TRANSACTION, txid="t", channel_id="c", payload=waiting))
        assert (await peer.message()).type == M.GET_STATE
        peer.say(frames.rst_stream(1, frames.NO_ERROR))
        peer.call(3)
        found = await peer.message(3)
        assert found.type == M.REGISTER


@asynchronous
async def test_a_service_that_stops_says_so() -> None:
    service = ChaincodeService(
        KitChaincode(), ServiceSettings("kit:1", "127.0.0.1:0", None, time_window_s=None)
    )
    port = await service.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    peer = Peer(reader, writer)
    await peer.register()
    stopping = asyncio.create_task(service.stop(0.05))
    assert (await peer.hear(frames.GOAWAY)).payload[4:8] == bytes(4)
    found = await peer.hear(frames.HEADERS)
    while not found.flags & frames.END_STREAM:
        found = await peer.hear(frames.HEADERS)
    assert await peer.hung_up()
    await stopping
    writer.close()
    await writer.wait_closed()
