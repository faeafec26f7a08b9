"""The registry on a real network without a second ledger beside it: for benchmarks, where only time counts."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.network.gateway import Contract, GatewayError, ProposalOptions, connect
from tests.support.gateway_backend import REFUSED, Persons
from tests.support.real_network import CHANNEL, RealNetwork
from tests.support.registry_world import Outcome, Person, World, outcome, usual_msp_id


class FabricWorldBackend:
    """`Backend` over one chaincode of a running network, at the machine's own time."""

    def __init__(self, real: RealNetwork, chaincode: str) -> None:
        self._real = real
        self._chaincode = chaincode
        self._persons = Persons(real.network)

    def msp_id(self, organisation: str) -> str:
        own = usual_msp_id(organisation)
        return own if self._persons.has(own) else "RegulatorMSP"

    def submit(self, person: Person, function: str, argument: bytes, seconds: int) -> Outcome:
        return self._real.loop.run(self._submit(person, function, argument))

    def evaluate(self, person: Person, function: str, argument: bytes, seconds: int) -> Outcome:
        payload = self._real.loop.run(self._contract(person).evaluate(function, ProposalOptions((argument,))))
        return outcome(200, "", payload, "")

    def submit_all(
        self, person: Person, function: str, orders: Sequence[dict[str, Any]], world: World, in_flight: int
    ) -> None:
        """Every order once, so many at once; each must be taken."""
        todo = iter(orders)

        async def caller() -> None:
            for order in todo:
                request = {"request_id": world.request_id()} | order
                done = await self._submit(person, function, canonical_json(request))
                assert done.status == 200, done

        async def all_of_them() -> None:
            await asyncio.gather(*(caller() for _ in range(in_flight)))

        self._real.loop.run(all_of_them())

    def _contract(self, person: Person) -> Contract:
        signer = self._persons.identity(person)
        gateway = connect(self._real.transport, signer.identity, signer.signer)
        return gateway.network(CHANNEL).contract(self._chaincode)

    async def _submit(self, person: Person, function: str, argument: bytes) -> Outcome:
        try:
            payload = await self._contract(person).submit(function, ProposalOptions((argument,)))
        except GatewayError as error:
            said = {found.groups() for one in error.details if (found := REFUSED.search(one.message))}
            if len(said) != 1:
                raise
            status, message = said.pop()
            return Outcome(int(status), None, json.loads(message), "")
        return outcome(200, "", payload, "")
