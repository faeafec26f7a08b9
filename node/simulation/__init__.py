"""One transaction against a snapshot: the Stub that a contract sees, and the read-write set it leaves."""

from tanhui.node.simulation.errors import SimulationError
from tanhui.node.simulation.simulate import Simulation, simulate
from tanhui.node.simulation.stub import HistoryReader, Invocation, SimulationLimits, SimulationStub

__all__ = [
    "HistoryReader",
    "Invocation",
    "Simulation",
    "SimulationError",
    "SimulationLimits",
    "SimulationStub",
    "simulate",
]
