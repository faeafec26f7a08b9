"""The same client over a real gRPC server on loopback."""

import asyncio
import hashlib
import ipaddress
import socket

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tanhui.network.gateway import (
    CallOptions,
    EndorseError,
    ErrorDetail,
    GatewayError,
    GrpcTransport,
    Recovery,
    TlsOptions,
    connect,
)
from tanhui.network.protocol.requests import parse_seek
from tanhui.network.protocol.transport import TransportError
from tests.network.gateway.world import ENDORSER, IDENTITY, ORGANISATION, signer
from tests.support.asynchronous import asynchronous
from tests.support.gateway_peer import CHAINCODE, CHANNEL, FakePeer, failure
from tests.support.grpc_server import serving
from tests.support.organisations import Member

EVALUATE = "/gateway.Gateway/Evaluate"


def tls_member(*names: str) -> Member:
    alternatives: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
    alternatives.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    return ORGANISATION.member("", name="tls", extensions=(x509.SubjectAlternativeName(alternatives),))


def key_pem(member: Member) -> bytes:
    assert isinstance(member.key, ec.EllipticCurvePrivateKey)
    return member.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def server_credentials(member: Member, *, mutual: bool = False) -> grpc.ServerCredentials:
    pair = (key_pem(member), member.credentials)
    return grpc.ssl_server_credentials([pair], ORGANISATION.root_pem if mutual else None, mutual)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@asynchronous
async def test_the_whole_flow_in_the_clear_on_loopback() -> None:
    peer = FakePeer(ENDORSER)
    async with serving(peer) as port, GrpcTransport(f"127.0.0.1:{port}") as transport:
        async with connect(transport, IDENTITY, signer()) as gateway:
            network = gateway.network(CHANNEL)
            contract = network.contract(CHAINCODE)
            async with (
                network.chaincode_events(CHAINCODE) as events,
                network.block_events() as blocks,
                network.filtered_block_events() as filtered,
                network.block_and_private_data_events() as private,
            ):
                await contract.submit_transaction("event", "made", "payload")
                assert (await anext(events)).payload == b"payload"
                assert (await anext(blocks)).header.number == 1
                assert (await anext(filtered)).number == 1
                assert (await anext(private)).block.header.number == 1
        assert await contract.evaluate_transaction("echo") == b"echo"  # the transport outlives the gateway


@asynchronous
async def test_errors_carry_the_details_of_the_trailer() -> None:
    peer = FakePeer(ENDORSER)
    async with serving(peer) as port, GrpcTransport(f"127.0.0.1:{port}") as transport:
        contract = connect(transport, IDENTITY, signer()).network(CHANNEL).contract(CHAINCODE)
        with pytest.raises(EndorseError) as refused:
            await contract.submit_transaction("nothing")
    assert refused.value.code_name == "ABORTED"
    assert refused.value.details == (
        ErrorDetail("peer0:7051", "Org1MSP", "chaincode response 500, no function nothing"),
    )


@pytest.mark.parametrize("code", range(1, 17))
def test_every_status_arrives_as_it_was_sent(code: int) -> None:
    @asynchronous
    async def body() -> None:
        peer = FakePeer(ENDORSER)
        peer.failures[EVALUATE] = [failure(code, "the reason: 原因")]
        async with serving(peer) as port, GrpcTransport(f"127.0.0.1:{port}") as transport:
            with pytest.raises(TransportError) as failed:
                await transport.unary(EVALUATE, b"", 5)
        assert (failed.value.code, failed.value.message, failed.value.details) == (
            code,
            "the reason: 原因",
            b"",
        )

    body()


@asynchronous
async def test_tls_checks_the_name_in_the_certificate() -> None:
    credentials = server_credentials(tls_member("peer0.org1.test"))
    async with serving(FakePeer(ENDORSER), credentials) as port:
        endpoint = f"127.0.0.1:{port}"
        named = TlsOptions(ORGANISATION.root_pem, "peer0.org1.test")
        async with GrpcTransport(endpoint, named) as transport:
            contract = connect(transport, IDENTITY, signer()).network(CHANNEL).contract(CHAINCODE)
            assert await contract.submit_transaction("echo") == b"echo"
        for wrong in (TlsOptions(ORGANISATION.root_pem, "other.test"), TlsOptions(tls_member().credentials)):
            async with GrpcTransport(endpoint, wrong, connect_wait_s=0.3) as transport:
                with pytest.raises(TransportError, match="no connection") as failed:
                    await transport.unary(EVALUATE, b"", 5)
                assert failed.value.code == 14


@asynchronous
async def test_mutual_tls_wants_a_client_certificate_whose_hash_deliver_sees() -> None:
    peer = FakePeer(ENDORSER)
    client = tls_member()
    async with serving(peer, server_credentials(tls_member("peer0"), mutual=True)) as port:
        endpoint = f"127.0.0.1:{port}"
        tls = TlsOptions(ORGANISATION.root_pem, "peer0", client.credentials, key_pem(client))
        hashed = hashlib.sha256(client.certificate.public_bytes(serialization.Encoding.DER)).digest()
        async with GrpcTransport(endpoint, tls) as transport:
            gateway = connect(transport, IDENTITY, signer(), tls_client_certificate_hash=hashed)
            assert await gateway.network(CHANNEL).contract(CHAINCODE).submit_transaction("echo") == b"echo"
            async with gateway, gateway.network(CHANNEL).block_events(start_block=1) as blocks:
                assert (await anext(blocks)).header.number == 1
        view, _ = parse_seek(peer.requests["/protos.Deliver/Deliver"][0])
        assert view.channel_header.tls_cert_hash == hashed
        async with GrpcTransport(
            endpoint, TlsOptions(ORGANISATION.root_pem, "peer0"), connect_wait_s=0.3
        ) as transport:
            with pytest.raises(TransportError) as failed:
                await transport.unary(EVALUATE, b"", 2)
            assert failed.value.code == 14


def test_half_a_client_identity_is_refused() -> None:
    with pytest.raises(ValueError, match="go together"):
        TlsOptions(b"root", client_key=b"key")


@asynchronous
async def test_a_deadline_ends_a_call_and_a_stream() -> None:
    peer = FakePeer(ENDORSER)
    peer.hold_commits = True
    async with serving(peer) as port, GrpcTransport(f"127.0.0.1:{port}") as transport:
        network = connect(transport, IDENTITY, signer()).network(CHANNEL)
        submitted = await network.contract(CHAINCODE).submit_async("echo")
        with pytest.raises(GatewayError) as late:
            await submitted.status(CallOptions(0.1))
        assert late.value.code_name == "DEADLINE_EXCEEDED"
        stream = network.block_events(start_block=5, options=CallOptions(0.1))
        with pytest.raises(GatewayError) as over:
            await anext(stream)
        assert over.value.code_name == "DEADLINE_EXCEEDED"


@asynchronous
async def test_closing_a_stream_cancels_it_at_the_peer() -> None:
    peer = FakePeer(ENDORSER)
    async with serving(peer) as port, GrpcTransport(f"127.0.0.1:{port}") as transport:
        network = connect(transport, IDENTITY, signer()).network(CHANNEL)
        async with network.block_events(start_block=0) as blocks:
            await anext(blocks)
            assert peer.open_streams == 1
        for _ in range(100):
            if peer.open_streams == 0:
                break
            await asyncio.sleep(0.01)
        assert peer.open_streams == 0


@asynchronous
async def test_cancelling_a_call_leaves_the_transport_usable() -> None:
    peer = FakePeer(ENDORSER)
    peer.hold_commits = True
    async with serving(peer) as port, GrpcTransport(f"127.0.0.1:{port}") as transport:
        contract = connect(transport, IDENTITY, signer()).network(CHANNEL).contract(CHAINCODE)
        waiting = asyncio.create_task(contract.submit_transaction("echo"))
        await asyncio.sleep(0.1)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await contract.evaluate_transaction("echo") == b"echo"


@asynchronous
async def test_a_late_peer_is_waited_for() -> None:
    port = free_port()
    async with GrpcTransport(f"127.0.0.1:{port}", connect_wait_s=20) as transport:
        contract = connect(transport, IDENTITY, signer()).network(CHANNEL).contract(CHAINCODE)
        waiting = asyncio.create_task(contract.evaluate_transaction("echo"))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        async with serving(FakePeer(ENDORSER), port=port):
            assert await waiting == b"echo"


@asynchronous
async def test_a_peer_that_stays_away_is_unavailable_after_the_wait_or_the_deadline() -> None:
    endpoint = f"127.0.0.1:{free_port()}"
    for connect_wait_s, timeout_s in ((0.1, None), (30.0, 0.1), (0.0, 5.0)):
        async with GrpcTransport(endpoint, connect_wait_s=connect_wait_s) as transport:
            with pytest.raises(TransportError) as failed:
                await transport.unary(EVALUATE, b"", timeout_s)
            assert failed.value.code == 14


@asynchronous
async def test_a_stream_survives_a_restart_of_the_peer() -> None:
    peer = FakePeer(ENDORSER)
    port = free_port()
    async with GrpcTransport(f"127.0.0.1:{port}") as transport:
        network = connect(transport, IDENTITY, signer()).network(CHANNEL)
        stream = network.block_events(recovery=Recovery(0.01, 0.1))
        async with serving(peer, port=port):
            await stream.open()
            await peer.cut_block()
            assert (await anext(stream)).header.number == 1
        await peer.cut_block()
        async with serving(peer, port=port):
            assert (await anext(stream)).header.number == 2
            await stream.close()
