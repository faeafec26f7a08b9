"""What the chain says happened: the effects of every valid transaction, read from the blocks themselves."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec
from fabric_protos.common import common_pb2

from tanhui.network.protocol import blocks
from tanhui.network.protocol.envelopes import parse_envelope, parse_transaction

VALID: Final = 0
EVENT: Final = "tanhui.v1"


def effects_of(chain: Iterable[common_pb2.Block]) -> Iterator[dict[str, Any]]:
    """Each effect, in the order of blocks, transactions, and of its transaction's document."""
    for block in chain:
        codes = blocks.transactions_filter(block)
        for code, raw in zip(codes, block.data.data, strict=True):
            if code != VALID:
                continue
            view = parse_envelope(raw)
            if view.type != common_pb2.ENDORSER_TRANSACTION:
                continue
            event = parse_transaction(view.data).event
            if event is not None and event.event_name == EVENT:
                yield from msgspec.json.decode(event.payload)["effects"]
