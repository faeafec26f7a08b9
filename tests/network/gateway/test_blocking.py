"""The client without an event loop, over a peer in its own loop."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tanhui.network.gateway import CommitError, GatewayError, NoSignerError, ProposalOptions
from tanhui.network.gateway.blocking import BlockingGateway
from tests.network.gateway.world import ENDORSER, IDENTITY, signer
from tests.support.gateway_peer import CHAINCODE, CHANNEL, FakePeer


class World:
    """A blocking gateway and the peer in its loop."""

    def __init__(self, **options: object) -> None:
        self.peers: list[FakePeer] = []
        self.gateway = BlockingGateway(self._make, IDENTITY, signer(), **options)
        self.network = self.gateway.network(CHANNEL)
        self.contract = self.network.contract(CHAINCODE)

    @property
    def peer(self) -> FakePeer:
        return self.peers[0]

    def _make(self) -> FakePeer:
        asyncio.get_running_loop()
        self.peers.append(FakePeer(ENDORSER))
        return self.peers[0]


def test_evaluate_and_submit() -> None:
    world = World()
    with world.gateway:
        assert world.contract.evaluate_transaction("echo", "a") == b"echo|a"
        assert world.contract.submit_transaction("echo", "b") == b"echo|b"
        chosen = ProposalOptions(["k"], {"k": "v"})
        assert world.contract.evaluate("transient", chosen) == b"v"
        assert world.contract.submit("transient", chosen) == b"v"
        with pytest.raises(GatewayError, match="no function nothing"):
            world.contract.evaluate_transaction("nothing")
        world.peer.codes = [11]
        with pytest.raises(CommitError, match="MVCC_READ_CONFLICT"):
            world.contract.submit_transaction("echo")


@pytest.mark.parametrize("share", [False, True])
def test_step_by_step_and_from_many_threads(*, share: bool) -> None:
    world = World(share_commit_stream=share)

    def once(number: int) -> bytes:
        proposal = world.contract.new_proposal("echo", ProposalOptions([str(number)]))
        submitted = proposal.endorse().submit()
        assert submitted.status().successful
        assert submitted.transaction_id == proposal.proposal.transaction_id
        return submitted.result

    with world.gateway, ThreadPoolExecutor(8) as threads:
        assert list(threads.map(once, range(40))) == [f"echo|{number}".encode() for number in range(40)]
        assert world.contract.submit_async("echo").status().block_number == 41


def test_events_are_iterators_that_another_thread_can_close() -> None:
    world = World()
    with (
        world.gateway,
        world.network.chaincode_events(CHAINCODE) as events,
        world.network.block_events() as blocks,
        world.network.filtered_block_events() as filtered,
        world.network.block_and_private_data_events() as private,
    ):
        world.contract.submit_transaction("event", "name", "payload")
        assert next(events).payload == b"payload"
        assert next(blocks).header.number == 1
        assert next(filtered).number == 1
        assert next(private).block.header.number == 1
        timer = threading.Timer(0.05, blocks.close)
        timer.start()
        assert list(blocks) == []
        timer.join()


def test_what_was_signed_elsewhere_is_waited_for() -> None:
    peers: list[FakePeer] = []

    def make() -> FakePeer:
        peers.append(FakePeer(ENDORSER))
        return peers[0]

    with BlockingGateway(make, IDENTITY) as blocking:
        network = blocking.network(CHANNEL)
        proposal = network.contract(CHAINCODE).new_proposal("echo").proposal
        with pytest.raises(NoSignerError):
            blocking.proposal(proposal).evaluate()
        signed = blocking.gateway.rebuild_proposal(proposal.serialize(), signer().sign(proposal.digest()))
        transaction = blocking.proposal(signed).endorse().transaction
        transaction.set_signature(signer().sign(transaction.digest()))
        commit = blocking.transaction(transaction).submit().commit
        commit.set_signature(signer().sign(commit.digest()))
        assert blocking.commit(commit).status().successful
        request = network.network.new_block_events_request(start_block=0)
        request.set_signature(signer().sign(request.digest()))
        with blocking.events(request.events()) as blocks:
            assert next(blocks).header.number == 0


def test_a_transport_that_cannot_be_made_leaves_no_thread() -> None:
    def fail() -> FakePeer:
        raise OSError("no such peer")

    before = threading.active_count()
    with pytest.raises(OSError, match="no such peer"):
        BlockingGateway(fail, IDENTITY)
    assert threading.active_count() == before
