"""An organisation's admin at one peer: join a channel, install chaincode, propose definitions."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fabric_protos.common import common_pb2, ledger_pb2
from fabric_protos.peer import proposal_response_pb2, query_pb2, snapshot_pb2
from fabric_protos.peer.lifecycle import lifecycle_pb2

from tanhui.crypto_config.identity import SigningIdentity
from tanhui.network.channel import definitions
from tanhui.network.channel.definitions import LIFECYCLE, Definition
from tanhui.network.channel.errors import ChannelError
from tanhui.network.protocol.identities import creator_of
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.proposals import Proposal, build_proposal, new_nonce
from tanhui.network.protocol.transactions import parse_proposal_response
from tanhui.network.protocol.transport import Transport

PROCESS_PROPOSAL: Final = "/protos.Endorser/ProcessProposal"
GENERATE_SNAPSHOT: Final = "/protos.Snapshot/Generate"
SNAPSHOT_WAIT_S: Final = 600.0
SNAPSHOT_POLL_S: Final = 0.3
CALL_TIMEOUT_S: Final = 60.0
"""Installing asks the peer's external builder, which is the slowest of the calls."""
_REFUSED_FROM: Final = 400


@dataclass(frozen=True)
class PeerAdmin:
    """Calls one peer's system chaincodes; `name` stands in errors."""

    name: str
    transport: Transport
    admin: SigningIdentity

    async def join(self, block: bytes) -> None:
        """Join the channel of a config block (cscc JoinChain). ChannelError with the peer's refusal."""
        await self._ask("", "cscc", (b"JoinChain", block))

    async def join_by_snapshot(self, folder: str) -> None:
        """Join from a snapshot in a folder that the peer itself reads, and wait until it has."""
        await self._ask("", "cscc", (b"JoinChainBySnapshot", folder.encode()))
        deadline = time.monotonic() + SNAPSHOT_WAIT_S
        while True:
            answer = await self._ask("", "cscc", (b"JoinBySnapshotStatus",))
            if not parse(query_pb2.JoinBySnapshotStatus, answer, "join_status").in_progress:
                return
            if time.monotonic() > deadline:
                raise ChannelError(
                    self.name, f"{SNAPSHOT_WAIT_S:g} s", "has not joined by its snapshot in time"
                )
            await asyncio.sleep(SNAPSHOT_POLL_S)

    async def request_snapshot(self, channel: str, block: int = 0) -> None:
        """Ask for a snapshot at a block to come, or at the newest with 0 (core/ledger/snapshotgrpc)."""
        header = common_pb2.SignatureHeader(creator=creator_of(self.admin.identity), nonce=new_nonce())
        request = snapshot_pb2.SnapshotRequest(
            signature_header=header, channel_id=channel, block_number=block
        ).SerializeToString()
        signed = snapshot_pb2.SignedSnapshotRequest(request=request, signature=self.admin.sign(request))
        await self.transport.unary(GENERATE_SNAPSHOT, signed.SerializeToString(), CALL_TIMEOUT_S)

    async def channels(self) -> list[str]:
        """The channels that the peer has joined."""
        answer = await self._ask("", "cscc", (b"GetChannels",))
        found = parse(query_pb2.ChannelQueryResponse, answer, "channels").channels
        return [each.channel_id for each in found]

    async def height(self, channel: str) -> int:
        """How many blocks of a channel the peer has."""
        answer = await self._ask("", "qscc", (b"GetChainInfo", channel.encode()))
        return int(parse(ledger_pb2.BlockchainInfo, answer, "chain_info").height)

    async def block(self, channel: str, number: int) -> common_pb2.Block:
        """One block as the peer keeps it, with its own verdicts and commit hash."""
        answer = await self._ask("", "qscc", (b"GetBlockByNumber", channel.encode(), str(number).encode()))
        return parse(common_pb2.Block, answer, "block")

    async def config_block(self, channel: str) -> bytes:
        """The newest config block of a channel (cscc GetConfigBlock)."""
        return await self._ask("", "cscc", (b"GetConfigBlock", channel.encode()))

    async def install(self, package: bytes) -> str:
        """Install a package and return its id. ChannelError with the peer's refusal."""
        answer = await self._ask("", LIFECYCLE, definitions.install_arguments(package))
        return parse(lifecycle_pb2.InstallChaincodeResult, answer, "install_result").package_id

    async def installed(self) -> list[str]:
        """The ids of the packages on the peer."""
        answer = await self._ask("", LIFECYCLE, definitions.installed_arguments())
        found = parse(lifecycle_pb2.QueryInstalledChaincodesResult, answer, "installed")
        return [each.package_id for each in found.installed_chaincodes]

    async def approves(self, channel: str, definition: Definition, package_id: str | None) -> bool:
        """Whether the organisation has approved the sequence, for this package."""
        try:
            answer = await self._ask(channel, LIFECYCLE, definitions.approval_arguments(definition))
        except ChannelError:
            return False  # "could not fetch approved chaincode definition"
        found = parse(lifecycle_pb2.QueryApprovedChaincodeDefinitionResult, answer, "approved_definition")
        return package_id is None or found.source.local_package.package_id == package_id

    async def readiness(self, channel: str, definition: Definition) -> dict[str, bool]:
        """By MSP id, which organisations have approved exactly this definition."""
        answer = await self._ask(channel, LIFECYCLE, definitions.readiness_arguments(definition))
        return dict(parse(lifecycle_pb2.CheckCommitReadinessResult, answer, "readiness").approvals)

    async def committed(self, channel: str, name: str) -> lifecycle_pb2.QueryChaincodeDefinitionResult:
        """The channel's definition of a chaincode. ChannelError when there is none."""
        answer = await self._ask(channel, LIFECYCLE, definitions.definition_arguments(name))
        return parse(lifecycle_pb2.QueryChaincodeDefinitionResult, answer, "definition")

    def propose(self, channel: str, chaincode: str, arguments: Sequence[bytes]) -> Proposal:
        """A proposal in the admin's name, which several peers may be asked to endorse."""
        return build_proposal(
            creator=creator_of(self.admin.identity),
            channel_id=channel,
            chaincode=chaincode,
            arguments=arguments,
            timestamp_ns=time.time_ns(),
        )

    async def endorse(self, proposal: Proposal, signature: bytes) -> proposal_response_pb2.ProposalResponse:
        """The answer to a signed proposal. ChannelError with a refusal, TransportError without answer."""
        raw = await self.transport.unary(PROCESS_PROPOSAL, proposal.signed(signature), CALL_TIMEOUT_S)
        response = parse_proposal_response(raw)
        if response.response.status >= _REFUSED_FROM:
            raise ChannelError(self.name, response.response.status, response.response.message)
        return response

    async def _ask(self, channel: str, chaincode: str, arguments: Sequence[bytes]) -> bytes:
        proposal = self.propose(channel, chaincode, arguments)
        response = await self.endorse(proposal, self.admin.sign(proposal.raw))
        return response.response.payload
