"""A programme's ledger on a real Fabric network, every order carried out on an embedded node too and compared.

Both get the very same proposal, one after the other, so that answer, event and read-write set must be equal (read
versions left out); what is asked is compared as well.
"""

import asyncio
import re
import secrets
import time
from collections.abc import Mapping

import msgspec

from tanhui.cli.programmes.data_set import DataSet
from tanhui.cli.programmes.members import topology_for
from tanhui.crypto_config.identity import SigningIdentity
from tanhui.network.channel.make_network import Network
from tanhui.network.protocol.identities import creator_of
from tanhui.network.protocol.proposals import Proposal, build_proposal
from tanhui.registry_api.ledger import Committed
from tanhui.registry_api.problems import LedgerRefusal
from tests.support.gateway_backend import Endorsed, NodeBeside, Side

_TAKEN = re.compile(r"[^A-Za-z0-9-]")


def people_of(network: Network, data: DataSet, run: str) -> dict[str, SigningIdentity]:
    """Everybody of the programme's topology as `organisation-user`, with certificates of the network's authorities."""
    found = {}
    for each in topology_for(data).members:
        organisation = network.organisations[each.msp_id]
        for user in each.users:
            name = _TAKEN.sub("-", f"{run}-{user.name}")
            member = organisation.add_user(name, user.role, user.attributes)
            found[f"{each.name.lower()}-{user.name}"] = member.signing_identity()
    return found


class ComparedLedger:
    """What `Programme` needs of a ledger, on two networks at once."""

    def __init__(
        self,
        real: Side,
        node: NodeBeside,
        people: Mapping[str, SigningIdentity],
        channel: str,
        chaincode: str,
    ) -> None:
        self._real, self._beside, self._node = real, node, Side(node.node.transport)
        self._people = people
        self._channel, self._chaincode = channel, chaincode
        self._one_by_one = asyncio.Lock()
        self.submitted = 0
        self.asked = 0

    async def submit(self, function: str, argument: bytes, identity: str) -> Committed:
        """Write to both. Raises LedgerRefusal when both refuse alike."""
        signer, proposal = self._proposal(function, argument, identity)
        async with self._one_by_one:
            found, wanted = await asyncio.gather(
                self._real.submit(signer, proposal), self._node.submit(signer, proposal)
            )
        assert found == wanted, f"{function}\nFabric: {found}\nembedded node: {wanted}"
        self.submitted += 1
        return Committed(proposal.transaction_id, 0, _answer(found))

    async def evaluate(self, function: str, argument: bytes, identity: str) -> bytes:
        """Ask both. Raises LedgerRefusal when both refuse alike."""
        signer, proposal = self._proposal(function, argument, identity)
        async with self._one_by_one:
            found, wanted = await asyncio.gather(
                self._real.evaluate(signer, proposal), self._node.evaluate(signer, proposal)
            )
        assert found == wanted, f"{function}\nFabric: {found}\nembedded node: {wanted}"
        self.asked += 1
        return _answer(found)

    def _proposal(self, function: str, argument: bytes, identity: str) -> tuple[SigningIdentity, Proposal]:
        signer = self._people[identity]
        self._beside.now_ns = time.time_ns()
        proposal = build_proposal(
            creator=creator_of(signer.identity),
            channel_id=self._channel,
            chaincode=self._chaincode,
            arguments=(function.encode(), argument),
            timestamp_ns=self._beside.now_ns,
            nonce=secrets.token_bytes(24),
        )
        return signer, proposal


def _answer(found: Endorsed) -> bytes:
    status, message, payload = found.answer
    if status >= 400:
        parts = msgspec.json.decode(message)
        raise LedgerRefusal(parts["code"], parts["field"], parts["value"], parts["params"])
    return payload
