"""Runs an authentic proposal: the chaincode it names, at the ledger's height now (endorser.go)."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from tanhui.chaincode.contract.stub import Chaincode, Response, Timestamp
from tanhui.network.protocol.endorsements import chaincode_event, response_payload
from tanhui.network.protocol.lifecycle import ChaincodeDefinition
from tanhui.network.protocol.policies import PolicyIdentity
from tanhui.network.protocol.proposals import ProposalView, signed_proposal
from tanhui.node.endorsing.concerns import concerns_of
from tanhui.node.endorsing.judge import Authentic
from tanhui.node.endorsing.outcome import RESPONSE_ERROR_FROM, Outcome, fault
from tanhui.node.endorsing.system import SYSTEM_CHAINCODE_VERSION
from tanhui.node.ledger import Ledger, StateReader
from tanhui.node.simulation import (
    Calls,
    ChaincodeError,
    CollectionAccess,
    Invocation,
    PrivateReader,
    SimulationError,
    SimulationLimits,
    SimulationStub,
    TransactionSimulator,
    WaitingChaincode,
    begin,
    drive,
)

_log = structlog.get_logger(__name__)

PRIVATE_PAUSE_S: Final = 0.001
PRIVATE_PAUSES_MAX: Final = 5_000

INITIALIZED_KEY: Final = "\x00\U0010ffffinitialized"
"""Where a chaincode that must be initialised keeps the version that was (chaincode_support.go)."""

Query = Callable[[Authentic], Response]
"""A system chaincode that reads no state: qscc, cscc."""


class StateChaincodes(Protocol):
    """System chaincodes that read and write state: `_lifecycle`."""

    def for_proposal(self, authentic: Authentic) -> Chaincode:
        """The chaincode, knowing who asks."""


class PrivateSnapshots(Protocol):
    """Private values, seen as they are now."""

    @property
    def height(self) -> int:
        """Number of blocks whose private values are here."""

    def snapshot(self) -> AbstractContextManager[PrivateReader]:
        """A view, to be taken while it is as high as the state's."""


class NotRunnableError(ChaincodeError):
    """The chaincode is not defined here, or its definition does not allow the call."""


@dataclass(frozen=True, slots=True)
class Runnable:
    """What is there to run a proposal with.

    Attributes:
        chaincodes: by name.
        queries, lifecycle: system chaincodes.
        definition_of: a chaincode's committed definition, None when it has none.
        access_of: a creator's rights in collections.
        private: private values; None where the node keeps none.
    """

    chaincodes: Mapping[str, Chaincode]
    queries: Mapping[str, Query]
    lifecycle: StateChaincodes
    definition_of: Callable[[str], ChaincodeDefinition | None]
    access_of: Callable[[PolicyIdentity], CollectionAccess]
    private: PrivateSnapshots | None = None


class Simulator:
    """Any thread; the outcome depends on nothing but the proposal and the state.

    `run_waiting` alone belongs to the event loop: its chaincodes wait for other processes.
    """

    def __init__(self, ledger: Ledger, runnable: Runnable, limits: SimulationLimits) -> None:
        self._ledger = ledger
        self._runnable = runnable
        self._limits = limits

    def waits(self, chaincode: str) -> bool:
        """Whether the chaincode runs in another process."""
        return isinstance(self._runnable.chaincodes.get(chaincode), WaitingChaincode)

    def run(self, authentic: Authentic) -> Outcome:
        """Simulate here and now. A fault of the chaincode is an Outcome, not an exception."""
        proposal = authentic.proposal
        name = proposal.chaincode_id.name
        if name in self._runnable.queries:
            response = self._runnable.queries[name](authentic)
            return _outcome(proposal, response, SYSTEM_CHAINCODE_VERSION)
        if name == "_lifecycle":
            version: str | None = SYSTEM_CHAINCODE_VERSION
            chaincode: Chaincode | None = self._runnable.lifecycle.for_proposal(authentic)
        else:
            version = self._version_of(name)
            chaincode = self._runnable.chaincodes.get(name)
        if version is None or chaincode is None:
            return _not_found(proposal)
        try:
            with self._ledger.snapshot() as state:
                stub = self._begin(authentic, TransactionSimulator(state, self._ledger.history, self._limits))
                return _finished(proposal, stub, drive(chaincode.invoke(stub)), version, state)
        except Exception as error:  # noqa: BLE001 - a chaincode's fault must not reach other callers
            return _failed(proposal, error)

    async def run_waiting(self, authentic: Authentic, calls: Calls) -> Outcome:
        """Simulate a chaincode in another process. Its faults are Outcomes, too."""
        proposal = authentic.proposal
        name = proposal.chaincode_id.name
        chaincode, version = self._runnable.chaincodes.get(name), self._version_of(name)
        if version is None or chaincode is None:
            return _not_found(proposal)
        private = self._runnable.private
        try:
            if private is not None:
                await self._until_as_high(private)
            with (
                self._ledger.snapshot() as state,
                nullcontext(None) if private is None else private.snapshot() as values,
            ):
                transaction = TransactionSimulator(
                    state,
                    self._ledger.history,
                    self._limits,
                    private=values,
                    access=self._runnable.access_of(authentic.identity),
                )
                stub = self._begin(authentic, transaction, calls)
                return _finished(proposal, stub, await chaincode.invoke(stub), version, state)
        except Exception as error:  # noqa: BLE001 - a chaincode's fault must not reach other callers
            return _failed(proposal, error)

    async def _until_as_high(self, private: PrivateSnapshots) -> None:
        """A block's private values follow the block within the same moment: both views must show the same one.

        Raises:
            ChaincodeError: they do not follow: the node is stopping, or its disk has failed.
        """
        for _ in range(PRIVATE_PAUSES_MAX):
            if private.height == self._ledger.height:
                return
            await asyncio.sleep(PRIVATE_PAUSE_S)
        raise ChaincodeError("private data has not followed the ledger")

    def _version_of(self, name: str) -> str | None:
        definition = self._runnable.definition_of(name)
        return None if definition is None else definition.version

    def _begin(
        self, authentic: Authentic, transaction: TransactionSimulator, calls: Calls | None = None
    ) -> SimulationStub:
        proposal = authentic.proposal
        stated = proposal.channel_header.timestamp
        name = proposal.chaincode_id.name
        invocation = Invocation(
            channel_id=proposal.channel_id,
            transaction_id=proposal.transaction_id,
            namespace=name,
            timestamp=Timestamp(stated.seconds, stated.nanos),
            creator=proposal.creator,
            arguments=proposal.arguments,
            transient=proposal.transient,
            signed_proposal=lambda: signed_proposal(proposal.raw, authentic.signature),
            calls=calls,
            is_init=proposal.is_init,
        )
        stub = begin(invocation, transaction)
        definition = self._runnable.definition_of(name)
        if definition is not None:
            check_initialised(name, definition, transaction, is_init=proposal.is_init)
        return stub


def check_initialised(
    name: str, definition: ChaincodeDefinition, transaction: TransactionSimulator, *, is_init: bool
) -> None:
    """First initialisation, then everything else (chaincode_support.go, CheckInvocation).

    Raises:
        NotRunnableError: the call comes too early, or is an initialisation that nobody wants.
    """
    if not definition.init_required:
        if is_init:
            raise NotRunnableError(
                f"invalid invocation: chaincode '{name}' does not require initialization but called as init"
            )
        return
    (initialised,) = transaction.read(name, [INITIALIZED_KEY])
    version = definition.version.encode()
    if is_init and initialised == version:
        raise NotRunnableError(
            f"invalid invocation: chaincode '{name}' is already initialized but called as init"
        )
    if is_init:
        transaction.write(name, INITIALIZED_KEY, version)
    elif initialised != version:
        raise NotRunnableError(
            f"invalid invocation: chaincode '{name}' has not been initialized for this version, "
            "must call as init first"
        )


def _not_found(proposal: ProposalView) -> Outcome:
    name = proposal.chaincode_id.name
    return fault(
        proposal,
        f"make sure the chaincode {name} has been successfully defined on channel {proposal.channel_id} "
        f"and try again: chaincode {name} not found",
    )


def _failed(proposal: ProposalView, error: Exception) -> Outcome:
    name = proposal.chaincode_id.name
    if isinstance(error, SimulationError):
        return fault(proposal, f"error in simulation: {error}")
    if isinstance(error, ChaincodeError):
        _log.warning("chaincode.unanswered", chaincode=name, error=type(error).__name__)
        what = "transaction returned with failure"
        if not error.answered:
            what = f"failed to execute transaction {proposal.transaction_id}"
        return fault(proposal, f"error in simulation: {what}: {error.reason}")
    _log.error("chaincode.failed", chaincode=name, error=type(error).__name__, exc_info=error)
    return fault(proposal, "error in simulation: the chaincode failed; the node's log says why")


def _finished(
    proposal: ProposalView, stub: SimulationStub, response: Response, version: str, state: StateReader
) -> Outcome:
    if response.status >= RESPONSE_ERROR_FROM:
        return _outcome(proposal, response, version)
    name = proposal.chaincode_id.name
    events = b""
    if stub.event is not None:
        events = chaincode_event(name, proposal.transaction_id, *stub.event)
    results = stub.transaction.results()
    done = _outcome(proposal, response, version, results=results, events=events)
    return Outcome(
        done.response,
        proposal,
        done.payload,
        concerns=concerns_of(stub.transaction, state),
        private=stub.transaction.private_results(),
    )


def _outcome(
    proposal: ProposalView, response: Response, version: str, *, results: bytes = b"", events: bytes = b""
) -> Outcome:
    if response.status >= RESPONSE_ERROR_FROM:
        return Outcome(response, proposal)
    payload = response_payload(
        proposal_hash=proposal.hash,
        results=results,
        events=events,
        status=response.status,
        message=response.message,
        payload=response.payload,
        chaincode=proposal.chaincode_id.name,
        chaincode_version=version,
    )
    return Outcome(response, proposal, payload)
