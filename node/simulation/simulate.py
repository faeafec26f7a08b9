"""Run one transaction of a chaincode against a view of the ledger and keep what an endorsement needs."""

from abc import ABC, abstractmethod
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from tanhui.chaincode.contract.stub import Chaincode, Response, Stub
from tanhui.node.ledger import StateReader
from tanhui.node.simulation.errors import SimulationError
from tanhui.node.simulation.limits import SimulationLimits
from tanhui.node.simulation.stub import Invocation, SimulationStub
from tanhui.node.simulation.transaction import HistoryReader, TransactionSimulator

LIFECYCLE_NAMESPACE = "_lifecycle"
SYSTEM_NAMESPACES = frozenset({LIFECYCLE_NAMESPACE, "cscc", "lscc", "qscc"})
"""The peer's own chaincodes, which have no definition on the ledger."""


class WaitingChaincode(ABC):
    """A `Chaincode` that waits for another process: it runs on the event loop, over a SimulationStub."""

    @abstractmethod
    async def invoke(self, stub: Stub) -> Response:
        """Run one transaction. Raises ChaincodeError when the other process cannot be asked, or fails."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """What came of it.

    Attributes:
        response: the chaincode's answer; 400 and above is a refusal, and then nothing may be endorsed.
        results: rwset.TxReadWriteSet bytes, equal for every endorser that saw the same state.
        event: name and payload of the chaincode event, None when there is none.
        height: number of blocks in the view that was read.
        wrote: whether the transaction writes state.
    """

    response: Response
    results: bytes
    event: tuple[str, bytes] | None
    height: int
    wrote: bool


def begin(invocation: Invocation, transaction: TransactionSimulator) -> SimulationStub:
    """The stub of the chaincode that the invocation names.

    The chaincode's sequence in `_lifecycle` is read too, as every Fabric peer does
    (core/chaincode/lifecycle/endorsement_info.go): a transaction endorsed under one definition does not
    commit under the next.
    """
    if invocation.namespace not in SYSTEM_NAMESPACES:
        transaction.read(LIFECYCLE_NAMESPACE, [f"namespaces/fields/{invocation.namespace}/Sequence"])
    return SimulationStub(invocation, transaction)


def finish(stub: SimulationStub, response: Response) -> Simulation:
    """What an endorsement needs of a transaction that is over."""
    transaction = stub.transaction
    return Simulation(response, transaction.results(), stub.event, transaction.height, transaction.wrote)


def simulate(
    chaincode: Chaincode,
    invocation: Invocation,
    state: StateReader,
    history: HistoryReader,
    limits: SimulationLimits | None = None,
) -> Simulation:
    """Run `invocation`, in this thread and without an event loop.

    Raises:
        SimulationError: the chaincode awaited something else than its stub.
    """
    stub = begin(invocation, TransactionSimulator(state, history, limits or SimulationLimits()))
    return finish(stub, drive(chaincode.invoke(stub)))


def drive(coroutine: Coroutine[Any, Any, Response]) -> Response:
    """Run a coroutine that never waits: every method of the stub resolves at once."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        response: Response = stop.value
        return response
    coroutine.close()
    raise SimulationError("await", "a contract may await nothing but its stub")
