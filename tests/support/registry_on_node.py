"""The features on an embedded node: what CI runs where there is no Fabric.

Every transaction is run by a node, through its Gateway service, and again over the in-memory ledger with the same
creator, time and transaction id: answer, refusal and event must be equal, and the states at the end of a scenario.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from fabric_protos.peer import chaincode_event_pb2

from tanhui.chaincode.transactions.registry import registry_contract
from tanhui.crypto_config.identity import SigningIdentity
from tanhui.network.channel.make_network import make_network
from tanhui.network.gateway.loop_thread import LoopThread
from tanhui.network.protocol.identities import creator_of
from tanhui.network.protocol.proposals import Proposal, build_proposal
from tests.support.gateway_backend import NANO, Endorsed, NodeBeside, Persons, Side
from tests.support.memory_ledger import MemoryLedger, MemoryStub, drive
from tests.support.real_topology import real_topology
from tests.support.registry_world import START_SECONDS, Outcome, Person, outcome, usual_msp_id

CHANNEL = "credits"
NAMES_AT_ONCE = 64
ISSUED = datetime(2026, 1, 1, tzinfo=UTC)
"""Certificates count from here, three years long: the features choose days from 2026-11 to 2027-11."""


class NodeRegistries:
    """Registries with an empty state: names on one node, and on the next node when its names are used up."""

    def __init__(self, folder: Path, *, stream: bool = False) -> None:
        """With `stream`, the contract runs as a service, and each transaction beside it in process, too."""
        self._folder = folder
        self._stream = stream
        self._network = make_network(folder / "network", real_topology(), clock=lambda: ISSUED)
        self._persons = Persons(self._network)
        self._loop = LoopThread()
        self._numbers = count(1)
        self._names: list[str] = []
        self._node: NodeBeside | None = None

    def close(self) -> None:
        """Stop the node."""
        if self._node is not None:
            self._node.close()
        self._loop.close()

    def fresh(self) -> "NodeAndMemory":
        """A registry that nobody has founded, and only one scenario speaks to."""
        if self._node is None or not self._names:
            if self._node is not None:
                self._node.close()
            names = [f"registry-{next(self._numbers)}" for _ in range(NAMES_AT_ONCE)]
            folder = self._folder / names[0]
            self._node = NodeBeside(
                self._loop, self._network, folder, names, START_SECONDS * NANO, stream=self._stream
            )
            self._names = names[::-1]
        return NodeAndMemory(self._loop, self._node, self._persons, self._names.pop())


class NodeAndMemory:
    """`Backend` on an embedded node, every transaction repeated over the in-memory ledger and compared.

    Attributes:
        memory: the in-memory ledger.
        transactions: submitted and evaluated, and found equal.
    """

    def __init__(self, loop: LoopThread, node: NodeBeside, persons: Persons, chaincode: str) -> None:
        self._loop = loop
        self._node = node
        self._side = Side(node.node.transport)
        self._persons = persons
        self._chaincode = chaincode
        self._contract = registry_contract()
        self.memory = MemoryLedger()
        self.transactions = 0

    def msp_id(self, organisation: str) -> str:
        """Its own where the channel has it; else it is looked after by another member, as small ones are."""
        own = usual_msp_id(organisation)
        return own if self._persons.has(own) else "OtherMSP"

    def submit(self, person: Person, function: str, argument: bytes, seconds: int) -> Outcome:
        signer, proposal = self._proposal(person, function, argument, seconds)
        found = self._loop.run(self._side.submit(signer, proposal))
        stub, wanted = self._simulated(signer, proposal, (function.encode(), argument), seconds)
        assert found.event == wanted.event, f"node: {found.event!r}\nmemory: {wanted.event!r}"
        if found.answer[0] < 400:
            assert self.memory.commit(stub) == "VALID"
        return self._compared(proposal, found, wanted)

    def evaluate(self, person: Person, function: str, argument: bytes, seconds: int) -> Outcome:
        signer, proposal = self._proposal(person, function, argument, seconds)
        found = self._loop.run(self._side.evaluate(signer, proposal))
        _, wanted = self._simulated(signer, proposal, (function.encode(), argument), seconds)
        return self._compared(proposal, found, wanted)

    def differences(self) -> list[str]:
        """Keys whose values are not the same on both ledgers, and what the contract as a service did otherwise."""
        ledger = self._node.node.channel.ledger
        found = {key: entry.value for key, entry in ledger.state_range(self._chaincode, "", "")}
        wanted = {key: value for key, (value, _) in self.memory.state.items()}
        differing = [key for key in sorted(found | wanted) if found.get(key) != wanted.get(key)]
        return differing + ([] if self._node.both_ways is None else list(self._node.both_ways.differences))

    def _compared(self, proposal: Proposal, found: Endorsed, wanted: Endorsed) -> Outcome:
        assert found.answer == wanted.answer, f"node: {found.answer}\nmemory: {wanted.answer}"
        self.transactions += 1
        return outcome(*found.answer, proposal.transaction_id)

    def _simulated(
        self, signer: SigningIdentity, proposal: Proposal, arguments: tuple[bytes, bytes], seconds: int
    ) -> tuple[MemoryStub, Endorsed]:
        stub = self.memory.stub(creator_of(signer.identity), arguments, seconds)
        stub.transaction_id = proposal.transaction_id
        response = drive(self._contract.invoke(stub))
        event = chaincode_event_pb2.ChaincodeEvent()
        if stub.event is not None:
            name, payload = stub.event
            event = chaincode_event_pb2.ChaincodeEvent(
                chaincode_id=self._chaincode,
                tx_id=proposal.transaction_id,
                event_name=name,
                payload=payload,
            )
        answer = (response.status, response.message, response.payload)
        return stub, Endorsed(answer, event.SerializeToString(deterministic=True), {})

    def _proposal(
        self, person: Person, function: str, argument: bytes, seconds: int
    ) -> tuple[SigningIdentity, Proposal]:
        signer = self._persons.identity(person)
        self._node.now_ns = seconds * NANO
        return signer, build_proposal(
            creator=creator_of(signer.identity),
            channel_id=CHANNEL,
            chaincode=self._chaincode,
            arguments=(function.encode(), argument),
            timestamp_ns=seconds * NANO,
            nonce=secrets.token_bytes(24),
        )


@contextmanager
def node_registries(folder: Path, *, stream: bool = False) -> Iterator[NodeRegistries]:
    """For a whole test run; the node starts with the first scenario that wants one."""
    registries = NodeRegistries(folder, stream=stream)
    try:
        yield registries
    finally:
        registries.close()
