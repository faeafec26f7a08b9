"""What a function sees of its transaction, besides its order; the layer above adds typed repositories."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from tanhui.chaincode.contract import codes
from tanhui.chaincode.contract.caller import Caller
from tanhui.chaincode.contract.clock import day_of
from tanhui.chaincode.contract.function import Function
from tanhui.chaincode.contract.proposals import PROPOSAL, Proposal
from tanhui.chaincode.contract.refusal import Refusal
from tanhui.chaincode.contract.repository import Stored
from tanhui.chaincode.contract.requests import REQUEST
from tanhui.chaincode.contract.stub import Stub
from tanhui.chaincode.contract.unit import UnitOfWork


class Context(ABC):
    """One transaction: who calls, when, and its unit of work.

    What a proposal of the two-person rule did is told in effects, whose types only the layer above has.
    """

    requests = Stored(REQUEST)
    proposals = Stored(PROPOSAL)

    def __init__(self, stub: Stub, caller: Caller, read_only: bool) -> None:
        self.caller = caller
        self.seconds = stub.timestamp.seconds
        """The proposal's timestamp, UTC, seconds since 1970."""
        self.transaction_id = stub.transaction_id
        self.channel_id = stub.channel_id
        self.stub = stub
        self.unit = UnitOfWork(stub, read_only)

    @property
    def days(self) -> int:
        """Days since 1970-01-01, counted in UTC+8."""
        return day_of(self.seconds)

    async def load(self, *keys: str) -> None:
        """Read these keys in one multi-get; the repositories then answer from what was read."""
        await self.unit.load(keys)

    def admission_keys(self) -> Sequence[str]:
        """Keys that `admit` reads, so that they travel with the first multi-get."""
        return ()

    async def admit(self, function: Function) -> None:
        """Refuse a caller that may not call `function`: here by certificate; the layer above asks the ledger.

        Raises:
            Refusal: contract.caller_attribute, contract.caller_role.
        """
        if function.roles is None:
            return
        self.caller.require_attributes()
        if not self.caller.roles & function.roles:
            raise Refusal(
                codes.CALLER_ROLE,
                "tanhui.role",
                ",".join(sorted(self.caller.roles)),
                function=function.name,
                allowed=",".join(sorted(function.roles)),
            )

    @abstractmethod
    def proposed(self, proposal: Proposal) -> Any:
        """The effect of a proposal made under the two-person rule."""

    @abstractmethod
    def approved(self, proposal: Proposal) -> Any:
        """The effect of a proposal approved; it goes before what the function itself did."""
