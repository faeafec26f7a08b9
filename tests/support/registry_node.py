"""The registry on an embedded node: `World`'s backend, with a certificate for each person."""

import json
import re
from collections.abc import Awaitable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tanhui.chaincode.transactions.registry import registry_contract
from tanhui.crypto_config.identity import SigningIdentity
from tanhui.network.channel.load_topology import parse_topology
from tanhui.network.gateway import (
    Contract,
    Gateway,
    GatewayError,
    ProposalOptions,
    SubmittedTransaction,
    connect,
)
from tanhui.network.gateway.loop_thread import LoopThread
from tanhui.node.node import Node
from tests.support.registry_world import Outcome, Person, usual_msp_id

MEMBERS = ("Regulator", "Operator", "Metro", "Institute", "Verifier")
TOPOLOGY = """
channel:
  name: credits
  consensus: {type: raft}
  batch: {timeout_ms: 20, messages_max: 500, absolute_bytes_max: 10485760, preferred_bytes_max: 4194304}
organisations:
%s
  - name: Ordering
    msp_id: OrderingMSP
    domain: ordering.example
    hosts: [localhost]
    orderers: [{name: orderer0, host: 127.0.0.1, port: 7050}]
chaincodes:
  - name: registry
    version: "1.0"
    sequence: 1
    endorsement_policy: "OR('RegulatorMSP.peer', 'OperatorMSP.peer')"
"""
MEMBER = """
  - name: %(name)s
    msp_id: %(name)sMSP
    domain: %(domain)s.example
    hosts: [localhost]
    peers: [{name: peer0, host: 127.0.0.1, port: %(port)d}]
    users: [{name: user}]
"""
REFUSED = re.compile(r"chaincode response (\d+), (\{.*\})", re.DOTALL)


@dataclass
class NodeBackend:
    """Submits through the node's own Gateway service, in process. The time is the machine's."""

    loop: LoopThread
    node: Node
    _gateways: dict[Person, Gateway] = field(default_factory=dict)
    _identities: dict[Person, SigningIdentity] = field(default_factory=dict)

    def msp_id(self, organisation: str) -> str:
        return usual_msp_id(organisation)

    def submit(self, person: Person, function: str, argument: bytes, seconds: int) -> Outcome:
        return self.loop.run(self._said(self.contract(person).submit_async(function, _only(argument))))

    def evaluate(self, person: Person, function: str, argument: bytes, seconds: int) -> Outcome:
        contract = self.contract(person)

        async def evaluated() -> Outcome:
            try:
                payload = await contract.evaluate(function, _only(argument))
            except GatewayError as error:
                return _refusal(error)
            return Outcome(200, json.loads(payload), None, "")

        return self.loop.run(evaluated())

    def gateway(self, person: Person) -> Gateway:
        """The person's own, opened once."""
        if person not in self._gateways:
            identity = self.identity(person)
            self._gateways[person] = connect(
                self.node.transport, identity.identity, identity.signer, share_commit_stream=True
            )
        return self._gateways[person]

    def contract(self, person: Person) -> Contract:
        """The registry, as the person calls it."""
        return self.gateway(person).network("credits").contract("registry")

    def identity(self, person: Person) -> SigningIdentity:
        """A certificate with the person's attributes, issued once by its organisation's authority."""
        if person in self._identities:
            return self._identities[person]
        attributes = {
            "tanhui.org": person.organisation,
            "tanhui.role": person.role,
            "tanhui.person": person.person,
        }
        organisation = self.node.network.organisations[person.msp_id]
        member = organisation.add_user(person.person, "client", attributes)
        self._identities[person] = member.signing_identity()
        return self._identities[person]

    async def close(self) -> None:
        """Close the gateways."""
        for gateway in self._gateways.values():
            await gateway.close()

    async def _said(self, submitting: Awaitable[SubmittedTransaction]) -> Outcome:
        try:
            submitted = await submitting
        except GatewayError as error:
            return _refusal(error)
        status = await submitted.status()
        assert status.successful, status
        return Outcome(200, json.loads(submitted.result), None, status.transaction_id)


@contextmanager
def registry_node(folder: Path) -> Iterator[NodeBackend]:
    """A node in a thread of its own."""
    loop = LoopThread()
    stack = AsyncExitStack()
    members = "".join(
        MEMBER % {"name": name, "domain": name.lower(), "port": 7051 + at} for at, name in enumerate(MEMBERS)
    )

    async def opened() -> Node:
        return await stack.enter_async_context(
            Node.open(
                folder,
                parse_topology((TOPOLOGY % members).encode()),
                chaincodes={"registry": registry_contract()},
            )
        )

    try:
        backend = NodeBackend(loop, loop.run(opened()))
        try:
            yield backend
        finally:
            loop.run(backend.close())
    finally:
        loop.run(stack.aclose())
        loop.close()


def _only(argument: bytes) -> ProposalOptions:
    return ProposalOptions((argument,))


def _refusal(error: GatewayError) -> Outcome:
    """The chaincode's own words; anything else is no refusal and is raised."""
    for one in error.details:
        said = REFUSED.search(one.message)
        if said:
            return Outcome(int(said[1]), None, json.loads(said[2]), "")
    said = REFUSED.search(str(error))
    if said is None:
        raise error
    return Outcome(int(said[1]), None, json.loads(said[2]), "")
