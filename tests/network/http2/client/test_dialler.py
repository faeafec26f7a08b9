"""Dialling: when, how often, whom, and what an operator is told."""

import asyncio

import pytest
from cryptography.hazmat.primitives import serialization

from tanhui.network.http2 import frames
from tanhui.network.http2.client import dialler
from tanhui.network.http2.client.channel import Channel
from tanhui.network.http2.client.dialler import ChannelOptions
from tanhui.network.http2.tls import TlsOptions, client_context
from tests.support.asynchronous import asynchronous
from tests.support.http2_dialled import ECHO, MESSAGE_BYTES_MAX, OPTIONS, Listening, asking, refused, scripted
from tests.support.organisations import Organisation

ROOT = Organisation("Org1MSP").root_pem


@asynchronous
async def test_a_stranger_to_http2_is_no_connection() -> None:
    options = ChannelOptions(MESSAGE_BYTES_MAX, connect_wait_s=0.3, redial_first_s=0.05)

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.9\r\n")
        await reader.read()
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        channel = Channel(f"127.0.0.1:{server.sockets[0].getsockname()[1]}", None, options)
        failed = await refused(asking(channel))
        assert failed.status.code == 14
        assert "no connection to 127.0.0.1" in str(failed)
        await channel.close()


@asynchronous
async def test_a_call_dials_again_and_again_until_somebody_is_there() -> None:
    async with scripted() as (listening, channel):
        task = asking(channel)
        for _ in range(3):
            (await listening.dialled()).hang_up()
        server = await listening.accepted()
        await server.serve(b"here")
        assert await task == b"here"


@asynchronous
async def test_closing_ends_a_wait_for_a_server_that_never_says_a_word() -> None:
    async with scripted() as (listening, channel):
        task = asking(channel, timeout_s=None)
        await listening.dialled()
        await channel.close()
        assert (await refused(task)).status.code == 1


@pytest.mark.parametrize(
    "endpoint",
    ["", "localhost", "localhost:", ":7051", "localhost:0", "localhost:65536", "::1:7051", "a/b:1", "a:²"],
)
def test_an_endpoint_is_host_and_port(endpoint: str) -> None:
    with pytest.raises(ValueError, match="must be host:port") as wrong:
        Channel(endpoint, None, OPTIONS)
    assert repr(endpoint) in str(wrong.value)


@asynchronous
async def test_endpoints_of_every_kind() -> None:
    async def serve(listening: Listening) -> None:
        server = await listening.accepted()
        stream, headers = await server.asked()
        assert headers[":authority"].endswith(f":{listening.port}")
        server.answer(stream, b"here")

    async with scripted() as (listening, _):
        for host in ("localhost", "dns:///127.0.0.1", "127.0.0.1"):
            channel = Channel(f"{host}:{listening.port}", None, OPTIONS)
            answer, _ = await asyncio.gather(channel.unary(ECHO, b"", 5), serve(listening))
            assert answer == b"here"
            await channel.close()


@pytest.mark.parametrize(
    "parting", [frames.goaway(0, frames.NO_ERROR, "full"), b""], ids=["goaway", "hang up"]
)
@asynchronous
async def test_a_server_that_takes_nobody_is_dialled_ever_less_often_and_the_caller_hears_why(
    parting: bytes,
) -> None:
    options = ChannelOptions(MESSAGE_BYTES_MAX, connect_wait_s=1.0, redial_first_s=0.05)
    dials = 0
    async with scripted(options) as (listening, channel):
        task = asking(channel)

        async def turn_away() -> None:
            nonlocal dials
            while True:
                server = await listening.accepted()
                dials += 1
                server.say(parting)
                await server.pushed()
                if not parting:
                    server.hang_up()

        turning = asyncio.create_task(turn_away())
        failed = await refused(task)
        turning.cancel()
    assert failed.status.code == 14
    assert (
        "leaving, HTTP/2's error 0: full" in str(failed) or "closed" in str(failed) or "reset" in str(failed)
    )
    assert 2 <= dials <= 10


@asynchronous
async def test_a_restart_after_answers_costs_no_wait() -> None:
    async with scripted(ChannelOptions(MESSAGE_BYTES_MAX, redial_first_s=30)) as (listening, channel):
        for _ in range(3):
            task = asking(channel)
            server = await listening.accepted()
            await server.serve(b"here")
            assert await task == b"here"  # in less than the wait between dials
            server.hang_up()
            await asyncio.sleep(0.05)


@asynchronous
async def test_the_next_address_is_dialled_when_the_first_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dialler, "ADDRESS_S_MAX", 0.1)
    async with scripted() as (listening, channel):
        loop = asyncio.get_running_loop()
        resolve, connect = loop.getaddrinfo, loop.create_connection

        async def two(host: str, port: int, **more: int) -> list[object]:
            found = await resolve(host, port, **more)
            return [(*found[0][:4], ("192.0.2.1", port)), *found]

        async def reached(endpoint: object, host: str, port: int) -> object:
            if host == "192.0.2.1":
                await asyncio.Event().wait()
            return await connect(endpoint, host, port)  # type: ignore[call-overload]

        monkeypatch.setattr(loop, "getaddrinfo", two)
        monkeypatch.setattr(loop, "create_connection", reached)
        task = asking(channel)
        server = await listening.accepted()
        await server.serve(b"second")
        assert await task == b"second"


@asynchronous
async def test_a_server_that_wants_tls_is_asked_about() -> None:
    async with scripted(ChannelOptions(MESSAGE_BYTES_MAX, connect_wait_s=0.3)) as (listening, channel):
        task = asking(channel)
        server = await listening.dialled()
        server.hang_up()
        assert "before it spoke HTTP/2: does it want TLS?" in str(await refused(task))


@asynchronous
async def test_a_server_that_says_nothing_is_named_as_such() -> None:
    async with scripted(ChannelOptions(MESSAGE_BYTES_MAX, connect_wait_s=0.2)) as (listening, channel):
        failed = await refused(asking(channel))
        assert str(failed) == (
            f"no connection to 127.0.0.1:{listening.port} within 0.2 s: nobody has answered yet"
        )


@pytest.mark.parametrize("name", ["a..b", ".a", "a" * 64 + ".org"])
def test_a_name_that_no_host_can_have_is_refused_at_once(name: str) -> None:
    with pytest.raises(ValueError, match="endpoint"):
        Channel(f"{name}:7051", None, OPTIONS)
    with pytest.raises(ValueError, match="server_name"):
        Channel("localhost:7051", TlsOptions(ROOT, name), OPTIONS)


@pytest.mark.parametrize(
    "roots", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----"]
)
def test_roots_that_are_none_are_refused_at_once(roots: bytes) -> None:
    with pytest.raises(ValueError, match="root_certificates"):
        Channel("localhost:7051", TlsOptions(roots), OPTIONS)


def test_comments_between_roots_are_in_any_language() -> None:
    context = client_context(TlsOptions("\ufeff# 根证书\n".encode() + ROOT))
    assert len(context.get_ca_certs()) == 1


def test_nobody_is_asked_for_a_passphrase() -> None:
    member = Organisation("Org1MSP").member()
    encrypted = member.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    with pytest.raises(ValueError, match="client_key: the key is encrypted"):
        Channel("localhost:7051", TlsOptions(ROOT, None, member.credentials, encrypted), OPTIONS)
