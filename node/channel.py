"""One channel of the node: ledger, configuration in force, endorsers, and everybody who waits for a block.

Configuration and waiters change on the event loop alone, after each commit; worker threads take the
configuration as they find it, which is immutable.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from tanhui.chaincode.contract.stub import Response
from tanhui.network.protocol.channel_config import ChannelConfig
from tanhui.network.protocol.endorsements import Endorsement, endorsed_bytes
from tanhui.network.protocol.errors import ConfigError, ProtocolError
from tanhui.network.protocol.gateway_errors import ErrorDetail
from tanhui.network.protocol.lifecycle import ChaincodeDefinition
from tanhui.network.protocol.policies import (
    PolicyIdentity,
    SignedData,
    Verify,
    evaluate_signed_data,
    verify_anew,
)
from tanhui.network.protocol.principals import Role, RolePrincipal
from tanhui.node.channel_layouts import Layouts
from tanhui.node.channel_parts import ChannelParts
from tanhui.node.committed import Committed
from tanhui.node.endorsing.access import AccessDenied
from tanhui.node.endorsing.calls import RESOURCE as CALL_RESOURCE
from tanhui.node.endorsing.calls import Calls
from tanhui.node.endorsing.collections import CreatorAccess
from tanhui.node.endorsing.cscc import configure
from tanhui.node.endorsing.definitions import Definitions
from tanhui.node.endorsing.endorsers import endorse_by
from tanhui.node.endorsing.judge import (
    Authentic,
    authenticate,
    check_new_and_allowed,
    expiry_ns,
    read_signed,
)
from tanhui.node.endorsing.outcome import Concern, Outcome, fault
from tanhui.node.endorsing.qscc import query_ledger
from tanhui.node.endorsing.simulator import Query, Runnable, Simulator
from tanhui.node.endorsing.system import SystemCall
from tanhui.node.services.commit_waiters import CommitStatus, CommitWaiters
from tanhui.node.services.gateway_requests import Target
from tanhui.node.services.recent import RecentBlocks
from tanhui.node.simulation import SimulationLimits
from tanhui.node.validation.signatures import RightSignatures

SYSTEM_CHAINCODES = frozenset({"qscc", "cscc", "_lifecycle"})

ORDERER_READERS = ("orderer/Deliver", "/Channel/Readers")
"""Who may read blocks from the orderer: a policy of its own, no ACL of the peers."""


class NodeChannel:
    """Satisfies the ports of Gateway, Deliver and the system chaincodes."""

    def __init__(
        self,
        config: ChannelConfig,
        config_block_number: int,
        parts: ChannelParts,
        channels: Mapping[str, "NodeChannel"],
    ) -> None:
        """`channels` is the node's, this one included once it is there."""
        self.channel_id = config.channel_id
        self.config = config
        self.config_block_number = config_block_number
        self.ledger = parts.ledger
        self._parts = parts
        self._channels = channels
        settings = parts.settings
        self.blocks = RecentBlocks(
            config.channel_id,
            parts.ledger.block_bytes,
            parts.ledger.height,
            blocks_max=settings.recent_blocks_max,
            bytes_max=settings.recent_blocks_bytes_max,
        )
        self.waiters = CommitWaiters()
        self._definitions = Definitions(parts.ledger)
        self._layouts = Layouts(self._definitions, parts.peers)
        self._available: dict[str, tuple[str, ...]] = {}
        """What `endorsers_of` found, until a block changes the configuration or a definition."""
        runnable = Runnable(
            chaincodes=parts.chaincodes,
            queries={"qscc": self._query(query_ledger), "cscc": self._query(configure)},
            lifecycle=parts.lifecycle.on(self),
            definition_of=self._definitions.definition,
            access_of=self._access_of,
            private=parts.private,
        )
        self._simulator = Simulator(parts.ledger, runnable, SimulationLimits())
        self._calls = Calls(config.channel_id, runnable, self._check_call)

    @property
    def config_sequence(self) -> int:
        """Grows with every config block."""
        return self.config.sequence

    @property
    def member_msp_ids(self) -> tuple[str, ...]:
        """MSP ids of the application's organisations, sorted."""
        return tuple(sorted({one.msp_id for one in self.config.application_organisations.values()}))

    @property
    def config_proto(self) -> bytes:
        """common.Config bytes in force."""
        return self.config.config.SerializeToString(deterministic=True)

    # What the Gateway asks.

    def endorsers_of(self, chaincode: str) -> tuple[str, ...]:
        """See GatewayChannel."""
        found = self._available.get(chaincode)
        if found is None:
            found = self._new_available(chaincode)
            if found:  # names that nobody runs are the callers' choice, and would be without number
                self._available[chaincode] = found
        return found

    def _new_available(self, chaincode: str) -> tuple[str, ...]:
        known = chaincode in SYSTEM_CHAINCODES or (
            chaincode in self._parts.chaincodes and self._definitions.version(chaincode) is not None
        )
        if not known:
            return ()
        members = self.member_msp_ids
        return tuple(msp_id for msp_id in self._parts.peers if msp_id in members)

    def definition(self, chaincode: str) -> ChaincodeDefinition | None:
        """The definition in force, None where there is none."""
        return self._definitions.definition(chaincode)

    def layout(self, concerns: Sequence[Concern], preferred: str) -> tuple[str, ...]:
        """See GatewayChannel."""
        return self._layouts.find(
            self.config, self.endorsers_of(concerns[0].namespace), tuple(concerns), preferred
        )

    async def run(self, target: Target) -> Outcome:
        """See GatewayChannel."""
        right = await self.verified(
            SignedData(target.creator, target.signed.proposal_bytes, target.signed.signature)
        )
        if not self._simulator.waits(target.chaincode):
            return await self._parts.workers.run(target.kind, self._run, target, right.verify)
        authentic = await self._parts.workers.run("judge", self._judge, target, right.verify)
        return await self._simulator.run_waiting(authentic, partial(self._calls.call, authentic))

    async def verified(self, signed: SignedData) -> RightSignatures:
        """See GatewayChannel."""
        return await self._parts.ahead.right(signed, self.config.deserialize_identity)

    def _run(self, target: Target, verify: Verify) -> Outcome:
        return self._simulator.run(self._judge(target, verify))

    def _judge(self, target: Target, verify: Verify) -> Authentic:
        config = self.config
        proposal, signature = target.proposal, target.signed.signature
        if proposal is None:
            proposal, signature = read_signed(target.signed.SerializeToString())
        authentic = authenticate(
            proposal,
            signature,
            config.deserialize_identity,
            self._parts.clock(),
            self._parts.settings.timestamp_window_s,
            verify=verify,
        )
        is_system = authentic.proposal.chaincode_id.name in SYSTEM_CHAINCODES
        check_new_and_allowed(authentic, config, self.ledger.has_transaction, is_system=is_system)
        return authentic

    def run_system(self, authentic: Authentic) -> Outcome:
        """Run an authentic proposal that names no channel, at a system chaincode."""
        if authentic.proposal.chaincode_id.name not in SYSTEM_CHAINCODES:
            name = authentic.proposal.chaincode_id.name
            return fault(authentic.proposal, f"chaincode {name} needs a channel")
        return self._simulator.run(authentic)

    def has_peer_of(self, msp_id: str) -> bool:
        """Whether this node holds a peer of the organisation."""
        return msp_id in self._parts.peers

    async def endorse(self, outcome: Outcome, msp_ids: Sequence[str]) -> tuple[Endorsement, ...]:
        """See GatewayChannel."""
        if outcome.private and self._parts.private is not None:
            keep = self._parts.private.keep
            await asyncio.to_thread(
                keep, outcome.proposal.transaction_id, outcome.private, self.ledger.height
            )
        kind = ("endorse", len(msp_ids))
        return await self._parts.workers.run(kind, self._endorse, outcome.payload, msp_ids)

    def _endorse(self, payload: bytes, msp_ids: Sequence[str]) -> tuple[Endorsement, ...]:
        endorsements = endorse_by(self._parts.peers, payload, msp_ids)
        for one in endorsements:
            self._parts.signed(SignedData(one.endorser, endorsed_bytes(payload, one.endorser), one.signature))
        return endorsements

    def endorser_detail(self, msp_id: str, message: str) -> ErrorDetail:
        """See GatewayChannel."""
        return ErrorDetail(self._parts.peers[msp_id].address, msp_id, message)

    def find(self, transaction_id: str) -> CommitStatus | None:
        """See GatewayChannel."""
        found = self.ledger.find_transaction(transaction_id)
        return None if found is None else CommitStatus(found.code, found.block)

    # Who may.

    def check_access(self, resource: str, signed: SignedData, verify: Verify = verify_anew) -> None:
        """See GatewayChannel."""
        try:
            path = ORDERER_READERS[1] if resource == ORDERER_READERS[0] else self.config.acl_policy(resource)
        except ConfigError:
            raise AccessDenied(f"Unmapped policy for {resource}") from None
        try:
            evaluate_signed_data(
                self.config.policy(path), [signed], self.config.deserialize_identity, path, verify
            )
        except ProtocolError as error:
            raise AccessDenied(
                "Failed evaluating policy on signed data during check policy on channel "
                f"[{self.channel_id}] with policy [{path}]: [{error}]"
            ) from None

    def _check_call(self, authentic: Authentic) -> None:
        self.check_access(CALL_RESOURCE, authentic.signed)

    def _access_of(self, creator: PolicyIdentity) -> CreatorAccess:
        return CreatorAccess(self._definitions.definition, self.member_msp_ids, creator)

    def check_local(self, identity: bytes, *, admin: bool) -> None:
        """See SystemChannel: the peer's own organisations, whatever the channel's policies say."""
        role = Role.ADMIN if admin else Role.MEMBER
        try:
            found = self.config.deserialize_identity(identity)
        except ProtocolError as error:
            raise AccessDenied(f"Failed deserializing proposal creator: [{error}]") from None
        principal = RolePrincipal(found.msp_id, role)
        if found.msp_id not in self._parts.peers or not found.satisfies(principal):
            raise AccessDenied(
                "Failed verifying that proposal's creator satisfies local MSP principal during channelless "
                f"check policy with policy [{'Admins' if admin else 'Members'}]"
            )

    def expiry_ns(self, creator: bytes) -> int | None:
        """See DeliverChannel."""
        return expiry_ns(creator)

    def _query(self, answer: Callable[[SystemCall], Response]) -> Query:
        def run(authentic: Authentic) -> Response:
            return answer(SystemCall(authentic.proposal, authentic.signed, self._channels))

        return run

    # What a commit changes.

    def committed(self, done: Committed) -> None:
        """A block is durable: put in force what it changed, then tell those who wait."""
        if done.config is not None:
            self.config = done.config
            self.config_block_number = done.number
        if done.config is not None or done.changed_definitions:
            self._definitions.forget()
            self._layouts.forget()
            self._available.clear()
        self.blocks.committed(done.number, done.raw)
        self.waiters.committed(
            (txid, CommitStatus(code, done.number)) for txid, code in done.statuses if txid
        )

    def fail(self, failure: Exception) -> None:
        """Nothing will be committed any more."""
        self.blocks.fail(failure)
        self.waiters.fail(failure)
