"""Run one transaction of a chaincode against a view of the ledger and keep what an endorsement needs."""

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from tanhui.chaincode.contract.stub import Chaincode, Response
from tanhui.node.ledger import StateReader
from tanhui.node.simulation.errors import SimulationError
from tanhui.node.simulation.stub import HistoryReader, Invocation, SimulationLimits, SimulationStub

LIFECYCLE_NAMESPACE = "_lifecycle"
SYSTEM_NAMESPACES = frozenset({LIFECYCLE_NAMESPACE, "cscc", "lscc", "qscc"})
"""The peer's own chaincodes, which have no definition on the ledger."""


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


def simulate(
    chaincode: Chaincode,
    invocation: Invocation,
    state: StateReader,
    history: HistoryReader,
    limits: SimulationLimits | None = None,
) -> Simulation:
    """Run `invocation`, in this thread and without an event loop.

    The chaincode's sequence in `_lifecycle` is read too, as every Fabric peer does
    (core/chaincode/lifecycle/endorsement_info.go): a transaction endorsed under one definition does not
    commit under the next.

    Raises:
        SimulationError: the chaincode awaited something else than its stub.
    """
    stub = SimulationStub(invocation, state, history, limits or SimulationLimits())
    if invocation.namespace not in SYSTEM_NAMESPACES:
        stub.read(LIFECYCLE_NAMESPACE, [f"namespaces/fields/{invocation.namespace}/Sequence"])
    response = drive(chaincode.invoke(stub))
    return Simulation(response, stub.results(), stub.event, state.height, stub.wrote)


def drive(coroutine: Coroutine[Any, Any, Response]) -> Response:
    """Run a coroutine that never waits: every method of the stub resolves at once."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        response: Response = stop.value
        return response
    coroutine.close()
    raise SimulationError("await", "a contract may await nothing but its stub")
