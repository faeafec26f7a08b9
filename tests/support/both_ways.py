"""A chaincode that runs every transaction twice over one view: behind the stream, and in process beside it."""

from typing import cast

from tanhui.chaincode.contract.stub import Chaincode, Response, Stub
from tanhui.node.chaincode import ServedChaincode
from tanhui.node.simulation import SimulationStub, TransactionSimulator, WaitingChaincode, begin, drive


class BothWays(WaitingChaincode):
    """Answer, event and read-write set must be equal, read versions and all.

    Attributes:
        differences: what was not; a transaction that differs fails as well.
        transactions: how many were compared.
    """

    def __init__(self, served: ServedChaincode, in_process: Chaincode) -> None:
        self._served = served
        self._in_process = in_process
        self.differences: list[str] = []
        self.transactions = 0

    async def invoke(self, stub: Stub) -> Response:
        ours = cast("SimulationStub", stub)
        of = ours.transaction
        beside = begin(ours.invocation, TransactionSimulator(of._state, of._history, of.limits))
        wanted = drive(self._in_process.invoke(beside))
        found = await self._served.invoke(stub)
        self._require_equal("answer", found, wanted)
        self._require_equal("event", ours.event, beside.event)
        if found.status < 400:
            again = of.results()
            self._require_equal("read-write set", again, beside.transaction.results())
        self.transactions += 1
        return found

    def _require_equal(self, what: str, found: object, wanted: object) -> None:
        if found != wanted:
            self.differences.append(f"{what}: {found!r} through the stream, {wanted!r} in process")
            raise AssertionError(self.differences[-1])
