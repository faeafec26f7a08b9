"""One transaction against a snapshot: the Stub that a contract sees, and the read-write set it leaves."""

from tanhui.node.simulation.errors import ChaincodeError, SimulationError
from tanhui.node.simulation.limits import SimulationLimits
from tanhui.node.simulation.private_part import CollectionAccess, PrivateReader
from tanhui.node.simulation.simulate import (
    Simulation,
    WaitingChaincode,
    begin,
    drive,
    finish,
    simulate,
)
from tanhui.node.simulation.stub import Calls, Invocation, SimulationStub
from tanhui.node.simulation.transaction import HistoryReader, RangeCursor, TransactionSimulator

__all__ = [
    "Calls",
    "ChaincodeError",
    "CollectionAccess",
    "HistoryReader",
    "Invocation",
    "PrivateReader",
    "RangeCursor",
    "Simulation",
    "SimulationError",
    "SimulationLimits",
    "SimulationStub",
    "TransactionSimulator",
    "WaitingChaincode",
    "begin",
    "drive",
    "finish",
    "simulate",
]
