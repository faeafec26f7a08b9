"""The shim's end of the socket: who gets through TLS, reads under load, and pings that are answered in passing."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from fabric_protos.peer.chaincode_pb2 import ChaincodeInput
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage

from tanhui.chaincode.shim.service import ChaincodeService
from tanhui.network.channel.make_network import make_network
from tanhui.network.channel.services import Service
from tanhui.network.http2 import frames
from tanhui.network.http2.endpoint import REST_S
from tanhui.network.http2.pongs import HELD_MAX, Pongs
from tests.support.asynchronous import asynchronous
from tests.support.bare_peer import Peer, echo, talking
from tests.support.kit_chaincode import KitChaincode
from tests.support.stream_node import service, service_settings, stream_topology

M = ChaincodeMessage


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Service:
    folder: Path = tmp_path_factory.mktemp("endpoint")
    return service(make_network(folder, stream_topology()), "kit")


@asynccontextmanager
async def listening(kit: Service) -> AsyncIterator[int]:
    served = ChaincodeService(KitChaincode(), service_settings(kit))
    port = await served.start()
    try:
        yield port
    finally:
        await served.stop(0.1)


def client(kit: Service, *, with_certificate: bool = True) -> ssl.SSLContext:
    root, _, _ = kit.tls.read()
    context = ssl.create_default_context(cadata=root.decode())
    context.check_hostname = False
    context.set_alpn_protocols(["h2"])
    if with_certificate:
        context.load_cert_chain(kit.tls.certificate, kit.tls.key)
    return context


def test_a_conversation_over_tls_with_a_message_of_many_records(kit: Service) -> None:
    async def main() -> None:
        async with listening(kit) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client(kit))
            peer = Peer(reader, writer)
            await peer.register({frames.SETTINGS_INITIAL_WINDOW: 1 << 24})
            peer.say(frames.window_update(0, 1 << 24))
            blob = bytes(range(256)) * 4_000
            payload = ChaincodeInput(args=[b"echo", blob]).SerializeToString()
            raw = M(type=M.TRANSACTION, txid="t", channel_id="c", payload=payload).SerializeToString()
            data = frames.grpc_header(len(raw)) + raw
            for at in range(0, len(data), 1 << 16):
                peer.say(frames.frame(frames.DATA, 0, 1, data[at : at + (1 << 16)]))
            answer = await peer.message()
            assert blob in answer.payload
            writer.close()
            await writer.wait_closed()

    asyncio.run(main())


async def first_byte(kit: Service, port: int) -> bytes:
    context = client(kit, with_certificate=False)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    writer.write(frames.PREFACE + frames.settings({}))
    return await asyncio.wait_for(reader.readexactly(1), 5)


def test_a_stranger_without_a_certificate_hears_nothing(kit: Service) -> None:
    async def main() -> None:
        async with listening(kit) as port:
            with pytest.raises((ssl.SSLError, ConnectionError, asyncio.IncompleteReadError)):
                await first_byte(kit, port)

    asyncio.run(main())


@pytest.mark.parametrize("said", [b"GET / HTTP/1.1\r\n\r\n", bytes(100), b"\x16\x03\x01\x00\x05hello"])
def test_what_is_no_tls_is_hung_up_on(kit: Service, said: bytes) -> None:
    async def main() -> None:
        async with listening(kit) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(said)
            heard = await asyncio.wait_for(reader.read(), 5)
            assert frames.PREFACE not in heard
            assert len(heard) < 100, "an alert at most"
            writer.close()

    asyncio.run(main())


@asynchronous
async def test_messages_wait_for_one_another_only_while_several_transactions_are_in_flight() -> None:
    """Two transactions wait for reads; what then arrives in two writes is answered after one rest."""
    async with talking() as peer:
        await peer.register()
        reads = [
            M(
                type=M.TRANSACTION,
                txid=txid,
                channel_id="c",
                payload=ChaincodeInput(args=[b"get", b"k"]).SerializeToString(),
            )
            for txid in ("a", "b")
        ]
        peer.send(*reads)
        found = await peer.hear(frames.DATA)
        assert [M.FromString(raw).txid for raw in peer.messages.feed(found.payload)] == ["a", "b"]
        peer.send(M(type=M.RESPONSE, txid="a", channel_id="c", payload=b"1"))
        assert (await asyncio.wait_for(peer.message(), 1)).txid == "a"
        peer.send(M(type=M.RESPONSE, txid="b", channel_id="c", payload=b"2"))
        assert (await asyncio.wait_for(peer.message(), 1)).txid == "b"
        assert REST_S <= 0.01


@asynchronous
async def test_a_ping_is_answered_with_what_follows_it() -> None:
    """Not in a write of its own: three frames, the answer behind the data that left after it was due."""
    async with talking() as peer:
        await peer.register()
        peer.say(frames.frame(frames.PING, 0, 0, b"12345678"))
        await asyncio.sleep(0.03)
        peer.send(echo(10))
        found = await peer.hear(frames.PING, frames.DATA)
        assert found.kind == frames.DATA
        found = await peer.hear(frames.PING)
        assert (found.flags, found.payload) == (frames.ACK, b"12345678")


@asynchronous
async def test_answers_to_pings_are_held_for_a_while_and_in_a_number() -> None:
    asked: list[None] = []
    pongs = Pongs(asyncio.get_running_loop(), lambda: asked.append(None))
    pongs.hold(b"12345678", 100.0)
    assert (len(pongs), pongs.due(100.0)) == (1, b"")
    assert pongs.due(100.1) == frames.frame(frames.PING, frames.ACK, 0, b"12345678")
    assert len(pongs) == 0
    for number in range(HELD_MAX):
        assert not asked
        pongs.hold(bytes((number,)) * 8, 200.0)
    assert asked
    assert len(pongs.due(200.0)) == HELD_MAX * 17
    pongs.hold(b"12345678", 300.0)
    await asyncio.sleep(0.1)
    assert len(asked) == 2, "by itself at last"
    assert pongs.due(300.0)
