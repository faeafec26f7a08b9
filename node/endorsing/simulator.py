"""Runs an authentic proposal: the chaincode it names, at the ledger's height now (endorser.go)."""

from collections.abc import Callable, Mapping
from typing import Protocol

import structlog

from tanhui.chaincode.contract.stub import Chaincode, Response, Timestamp
from tanhui.network.protocol.endorsements import chaincode_event, response_payload
from tanhui.network.protocol.proposals import ProposalView
from tanhui.node.endorsing.judge import Authentic
from tanhui.node.endorsing.outcome import RESPONSE_ERROR_FROM, Outcome, fault
from tanhui.node.endorsing.system import SYSTEM_CHAINCODE_VERSION
from tanhui.node.ledger import Ledger
from tanhui.node.simulation import Invocation, SimulationError, SimulationLimits, simulate

_log = structlog.get_logger(__name__)

Query = Callable[[Authentic], Response]
"""A system chaincode that reads no state: qscc, cscc."""


class StateChaincodes(Protocol):
    """System chaincodes that read and write state: `_lifecycle`."""

    def for_proposal(self, authentic: Authentic) -> Chaincode:
        """The chaincode, knowing who asks."""


class Simulator:
    """Any thread; the outcome depends on nothing but the proposal and the state."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        chaincodes: Mapping[str, Chaincode],
        queries: Mapping[str, Query],
        lifecycle: StateChaincodes,
        version_of: Callable[[str], str | None],
        limits: SimulationLimits,
    ) -> None:
        """`version_of` gives the version in a chaincode's committed definition, None when it has none."""
        self._ledger = ledger
        self._chaincodes = chaincodes
        self._queries = queries
        self._lifecycle = lifecycle
        self._version_of = version_of
        self._limits = limits

    def run(self, authentic: Authentic) -> Outcome:
        """Simulate. A fault of the chaincode is an Outcome, not an exception."""
        proposal = authentic.proposal
        name = proposal.chaincode_id.name
        if name in self._queries:
            response = self._queries[name](authentic)
            return _outcome(proposal, response, SYSTEM_CHAINCODE_VERSION)
        if name == "_lifecycle":
            version: str | None = SYSTEM_CHAINCODE_VERSION
            chaincode: Chaincode | None = self._lifecycle.for_proposal(authentic)
        else:
            version = self._version_of(name)
            chaincode = self._chaincodes.get(name)
        if version is None or chaincode is None:
            channel = proposal.channel_id
            return fault(
                proposal,
                f"make sure the chaincode {name} has been successfully defined on channel {channel} "
                f"and try again: chaincode {name} not found",
            )
        return self._simulate(proposal, chaincode, version)

    def _simulate(self, proposal: ProposalView, chaincode: Chaincode, version: str) -> Outcome:
        name = proposal.chaincode_id.name
        stated = proposal.channel_header.timestamp
        invocation = Invocation(
            channel_id=proposal.channel_id,
            transaction_id=proposal.transaction_id,
            namespace=name,
            timestamp=Timestamp(stated.seconds, stated.nanos),
            creator=proposal.creator,
            arguments=proposal.arguments,
            transient=proposal.transient,
        )
        try:
            with self._ledger.snapshot() as state:
                done = simulate(chaincode, invocation, state, self._ledger.history, self._limits)
        except SimulationError as error:
            return fault(proposal, f"error in simulation: {error}")
        except Exception as error:  # noqa: BLE001 - a chaincode's fault must not reach other callers
            _log.error("chaincode.failed", chaincode=name, error=type(error).__name__, exc_info=error)
            return fault(proposal, "error in simulation: the chaincode failed; the node's log says why")
        event = b""
        if done.event is not None:
            event = chaincode_event(name, proposal.transaction_id, *done.event)
        namespaces = () if name == "_lifecycle" else (name,)
        return _outcome(
            proposal, done.response, version, results=done.results, events=event, namespaces=namespaces
        )


def _outcome(
    proposal: ProposalView,
    response: Response,
    version: str,
    *,
    results: bytes = b"",
    events: bytes = b"",
    namespaces: tuple[str, ...] = (),
) -> Outcome:
    if response.status >= RESPONSE_ERROR_FROM:
        return Outcome(response, proposal, namespaces=namespaces)
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
    return Outcome(response, proposal, payload, namespaces=namespaces)
