"""A chaincode's way onto a channel: installed by each organisation, approved by each, committed once.

Repeating a step that is done already changes nothing.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from fabric_protos.peer.lifecycle import lifecycle_pb2

from tanhui.network.channel import definitions
from tanhui.network.channel.definitions import LIFECYCLE, Definition
from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.ordering_client import broadcast_when_ready
from tanhui.network.channel.peer_admin import PeerAdmin
from tanhui.network.protocol import transactions
from tanhui.network.protocol.proposals import parse_signed_proposal
from tanhui.network.protocol.transport import Transport

COMMIT_WAIT_S: Final = 60.0
_POLL_S: Final = 0.2


async def install(peer: PeerAdmin, package: bytes, package_id: str) -> None:
    """Install a package unless the peer has it."""
    if package_id in await peer.installed():
        return
    installed = await peer.install(package)
    if installed != package_id:
        raise ChannelError("package_id", installed, f"must be {package_id}")


async def approve(
    peer: PeerAdmin, orderer: Transport, channel: str, definition: Definition, package_id: str | None
) -> None:
    """One organisation's approval, in its admin's name; returns when its peer shows it.

    What is committed already is approved too, by an organisation that joined later: its peers run nothing before.
    """
    committed = await is_committed(peer, channel, definition)
    if await _approved(peer, channel, definition, package_id, committed):
        return
    await _submit([peer], orderer, channel, definitions.approve_arguments(definition, package_id))

    async def shown() -> bool:
        return await _approved(peer, channel, definition, package_id, committed)

    await _until(shown, f"approval of {definition.name} by {peer.admin.msp_id}")


async def wait_until_approved(peers: Sequence[PeerAdmin], channel: str, definition: Definition) -> None:
    """Until each of these peers shows the approvals of all their organisations, or the definition itself."""
    wanted = {peer.admin.msp_id for peer in peers}

    for peer in peers:

        async def shown(peer: PeerAdmin = peer) -> bool:
            if await is_committed(peer, channel, definition):
                return True
            ready = await peer.readiness(channel, definition)
            return all(ready.get(msp_id, False) for msp_id in wanted)

        await _until(shown, f"approvals of {definition.name} at {peer.name}")


async def commit(
    peers: Sequence[PeerAdmin], orderer: Transport, channel: str, definition: Definition
) -> None:
    """Commit with the endorsements of these peers, one an organisation; returns when all show it."""
    if not await is_committed(peers[0], channel, definition):
        await _submit(peers, orderer, channel, definitions.commit_arguments(definition))

    async def shown() -> bool:
        return all([await is_committed(peer, channel, definition) for peer in peers])

    await _until(shown, f"commit of {definition.name} sequence {definition.sequence}")


async def is_committed(peer: PeerAdmin, channel: str, definition: Definition) -> bool:
    """Whether the channel's definition is this one. ChannelError when another stands at its sequence."""
    found = lifecycle_pb2.QueryChaincodeDefinitionResult()
    with contextlib.suppress(ChannelError):  # "namespace is not defined"
        found = await peer.committed(channel, definition.name)
    if found.sequence != definition.sequence:
        return False
    same = (found.version, found.validation_parameter, found.init_required) == (
        definition.version,
        definition.validation_parameter,
        definition.init_required,
    )
    if not same:
        rule = f"another definition of {definition.name} is committed at this sequence"
        raise ChannelError("sequence", definition.sequence, rule)
    return True


async def _approved(
    peer: PeerAdmin, channel: str, definition: Definition, package_id: str | None, committed: bool
) -> bool:
    if committed:  # such a sequence has no readiness any more
        return await peer.approves(channel, definition, package_id)
    with contextlib.suppress(ChannelError):
        return (await peer.readiness(channel, definition)).get(peer.admin.msp_id, False)
    return False


async def _submit(
    peers: Sequence[PeerAdmin], orderer: Transport, channel: str, arguments: definitions.Arguments
) -> None:
    submitter = peers[0]
    proposal = submitter.propose(channel, LIFECYCLE, arguments)
    signature = submitter.admin.sign(proposal.raw)
    responses = await asyncio.gather(*(peer.endorse(proposal, signature) for peer in peers))
    view, _ = parse_signed_proposal(proposal.signed(signature))
    payload = transactions.assemble(view, responses)
    await broadcast_when_ready(orderer, transactions.envelope(payload, submitter.admin.sign(payload)))


async def _until(shown: Callable[[], Awaitable[bool]], what: str) -> None:
    end = time.monotonic() + COMMIT_WAIT_S
    while not await shown():
        if time.monotonic() > end:
            raise ChannelError(what, f"{COMMIT_WAIT_S:g} s", "did not appear on the ledger in time")
        await asyncio.sleep(_POLL_S)
