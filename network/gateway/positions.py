"""Where an event stream begins, and how a start that depends on the moment becomes a block number."""

from dataclasses import dataclass

from tanhui.network.gateway.calls import DELIVER_FILTERED, GatewayCalls
from tanhui.network.gateway.checkpointers import Checkpoint
from tanhui.network.gateway.deliver import checked_answer
from tanhui.network.gateway.signing import MessageSigner
from tanhui.network.gateway.status import GrpcCode
from tanhui.network.protocol.requests import Position, seek_payload
from tanhui.network.protocol.transactions import envelope
from tanhui.network.protocol.transport import TransportError

SETTLE_TIMEOUT_S = 30.0
"""To learn the ledger's newest block: one small answer."""


@dataclass(frozen=True, slots=True)
class StartPosition:
    """The first block wanted, and within it the transaction after which to begin."""

    block: Position
    after_transaction_id: str = ""


def start_position(start_block: int | None, checkpoint: Checkpoint | None) -> StartPosition:
    """Where to begin: a checkpoint that has been set, else the start block, else the next commit."""
    if checkpoint is not None and checkpoint.block_number is not None:
        return StartPosition(checkpoint.block_number, checkpoint.transaction_id or "")
    if start_block is not None:
        return StartPosition(start_block)
    return StartPosition("next")


async def settled(
    position: StartPosition,
    calls: GatewayCalls,
    signer: MessageSigner,
    channel_id: str,
    tls_certificate_hash: bytes,
) -> StartPosition:
    """`position` with "next" replaced by the number of that block, so that a gap can be asked for later.

    The newest block comes from DeliverFiltered, under the same access rule as events. Raises TransportError.
    """
    if position.block != "next":
        return position
    payload = seek_payload(
        channel_id,
        creator=signer.creator,
        start="newest",
        stop="newest",
        tls_certificate_hash=tls_certificate_hash,
    )
    request = envelope(payload, await signer.sign(payload))
    async for answer in calls.transport.stream(DELIVER_FILTERED, request, SETTLE_TIMEOUT_S):
        response = checked_answer(answer)
        if response.WhichOneof("Type") == "filtered_block":
            return StartPosition(response.filtered_block.number + 1)
    raise TransportError(GrpcCode.UNAVAILABLE, f"channel {channel_id}: the peer names no newest block")
