"""What the channel is told of a block once it is durable."""

from collections.abc import Sequence
from dataclasses import dataclass

from tanhui.network.protocol.channel_config import ChannelConfig


@dataclass(frozen=True, slots=True)
class Committed:
    """A block that is durable.

    Attributes:
        raw: common.Block bytes as they stand in the ledger.
        statuses: transaction id and peer.TxValidationCode of each transaction, in order.
        config: the configuration that the block brought, None when it brought none.
        changed_definitions: whether it wrote into `_lifecycle`.
    """

    number: int
    raw: bytes
    statuses: Sequence[tuple[str, int]]
    config: ChannelConfig | None
    changed_definitions: bool
