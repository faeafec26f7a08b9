"""Messages signed where the gateway has no key: bytes out, digest out, signature in."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from tanhui.crypto_config.hashing import digest
from tanhui.crypto_config.identity import Identity
from tanhui.crypto_config.keys import PrivateKeySigner
from tanhui.network.gateway import NoSignerError, ProposalOptions, Signable, connect
from tanhui.network.protocol.errors import MessageError
from tests.network.gateway.world import ENDORSER, ORGANISATION, World, signer
from tests.support.asynchronous import asynchronous
from tests.support.gateway_peer import CHAINCODE, CHANNEL, FakePeer


def elsewhere(message: Signable) -> bytes:
    """The signature, made by whoever holds the key."""
    return signer().sign(message.digest())


@asynchronous
async def test_without_signature_nothing_is_sent() -> None:
    world = World()
    network = world.unsigned.network(CHANNEL)
    proposal = network.contract(CHAINCODE).new_proposal("echo")
    for attempt in (proposal.evaluate, proposal.endorse):
        with pytest.raises(NoSignerError, match="no signer for Org1MSP"):
            await attempt()
    for request in (
        network.new_chaincode_events_request(CHAINCODE),
        network.new_block_events_request(),
        network.new_filtered_block_events_request(),
        network.new_block_and_private_data_events_request(),
    ):
        with pytest.raises(NoSignerError):
            await request.events().open()
    with pytest.raises(NoSignerError):
        await network.block_events().open()
    assert sum(world.peer.calls.values()) == 0


@asynchronous
async def test_the_whole_flow_is_signed_elsewhere_and_rebuilt_each_time() -> None:
    world = World()
    gateway = world.unsigned
    options = ProposalOptions(["a"], {"t": "1"}, ["Org1MSP"])
    unsigned = gateway.network(CHANNEL).contract(CHAINCODE).new_proposal("echo", options)
    proposal = gateway.rebuild_proposal(unsigned.serialize(), elsewhere(unsigned))
    assert proposal.transaction_id == unsigned.transaction_id
    assert await proposal.evaluate() == b"echo|a"
    endorsed = await proposal.endorse()
    transaction = gateway.rebuild_transaction(endorsed.serialize(), elsewhere(endorsed))
    assert transaction.result == b"echo|a"
    submitted = await transaction.submit()
    with pytest.raises(NoSignerError):
        await submitted.status()
    commit = gateway.rebuild_commit(submitted.serialize(), elsewhere(submitted))
    assert commit.transaction_id == unsigned.transaction_id
    assert (await commit.status()).successful
    submitted.set_signature(elsewhere(submitted))
    assert (await submitted.status()).block_number == 1


@asynchronous
async def test_a_signature_survives_serialising() -> None:
    world = World()
    gateway = world.unsigned
    proposal = gateway.network(CHANNEL).contract(CHAINCODE).new_proposal("echo")
    proposal.set_signature(elsewhere(proposal))
    proposal = gateway.rebuild_proposal(proposal.serialize())
    transaction = await proposal.endorse()
    transaction.set_signature(elsewhere(transaction))
    transaction = gateway.rebuild_transaction(transaction.serialize())
    submitted = await transaction.submit()
    submitted.set_signature(elsewhere(submitted))
    assert (await gateway.rebuild_commit(submitted.serialize()).status()).successful


@asynchronous
async def test_what_is_rebuilt_is_the_same_to_the_byte() -> None:
    world = World()
    gateway = world.gateway
    network = gateway.network(CHANNEL)
    proposal = world.contract.new_proposal("echo", ProposalOptions(["x"], {"a": "1", "b": "2"}, ["Org1MSP"]))
    assert gateway.rebuild_proposal(proposal.serialize()).serialize() == proposal.serialize()
    transaction = await proposal.endorse()
    assert gateway.rebuild_transaction(transaction.serialize()).serialize() == transaction.serialize()
    commit = await transaction.submit()
    assert gateway.rebuild_commit(commit.serialize()).serialize() == commit.serialize()
    chaincode = network.new_chaincode_events_request(CHAINCODE, start_block=3)
    assert gateway.rebuild_chaincode_events_request(chaincode.serialize()).digest() == chaincode.digest()
    whole = network.new_block_events_request()
    assert gateway.rebuild_block_events_request(whole.serialize()).digest() == whole.digest()


@asynchronous
async def test_event_requests_are_signed_elsewhere() -> None:
    world = World()
    gateway = world.unsigned
    network = gateway.network(CHANNEL)
    await world.contract.submit_transaction("event", "made", "payload")
    asked = network.new_chaincode_events_request(CHAINCODE, start_block=0)
    request = gateway.rebuild_chaincode_events_request(asked.serialize(), elsewhere(asked))
    async with request.events() as events:
        assert (await anext(events)).payload == b"payload"
    whole = network.new_block_events_request(start_block=1)
    async with gateway.rebuild_block_events_request(whole.serialize(), elsewhere(whole)).events() as found:
        assert (await anext(found)).header.number == 1
    short = network.new_filtered_block_events_request(start_block=1)
    rebuilt = gateway.rebuild_filtered_block_events_request(short.serialize(), elsewhere(short))
    async with rebuilt.events() as filtered:
        assert (await anext(filtered)).number == 1
    private = network.new_block_and_private_data_events_request(start_block=1)
    both = gateway.rebuild_block_and_private_data_events_request(private.serialize(), elsewhere(private))
    async with both.events() as pairs:
        assert (await anext(pairs)).block.header.number == 1


@asynchronous
async def test_an_ed25519_digest_is_the_message() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    member = ORGANISATION.member("client", key=key)
    peer = FakePeer(ENDORSER)
    gateway = connect(peer, Identity("Org1MSP", member.credentials), hash_name="none")
    proposal = gateway.network(CHANNEL).contract(CHAINCODE).new_proposal("echo")
    assert len(proposal.digest()) > 500
    proposal.set_signature(PrivateKeySigner(key).sign(proposal.digest()))
    assert await proposal.evaluate() == b"echo"


@asynchronous
async def test_the_digest_follows_the_hash_asked_for() -> None:
    world = World()
    plain = world.unsigned.network(CHANNEL).contract(CHAINCODE).new_proposal("echo").serialize()
    whole = connect(world.peer, world.gateway.identity, hash_name="none").rebuild_proposal(plain).digest()
    for name in ("sha256", "sha384", "sha3_256", "sha3_384"):
        gateway = connect(world.peer, world.gateway.identity, hash_name=name)
        assert gateway.rebuild_proposal(plain).digest() == digest(name, whole)


def test_bytes_that_are_no_message_are_refused() -> None:
    @asynchronous
    async def body() -> None:
        gateway = World().gateway
        for rebuild in (
            gateway.rebuild_proposal,
            gateway.rebuild_transaction,
            gateway.rebuild_commit,
            gateway.rebuild_chaincode_events_request,
            gateway.rebuild_block_events_request,
        ):
            with pytest.raises(MessageError):
                rebuild(b"\xff\xff")

    body()
