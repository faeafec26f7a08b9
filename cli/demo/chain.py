"""What the chain says happened: the effects of every valid transaction, read from the blocks themselves."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec

from tanhui.registry_api.ledger import Ledger


async def effects_of(ledger: Ledger) -> AsyncIterator[dict[str, Any]]:
    """Each effect, in the order of blocks, transactions, and of its transaction's document."""
    height = await ledger.height()
    async for block in ledger.blocks(0):
        for transaction in block.transactions:
            if transaction.payload:
                for effect in msgspec.json.decode(transaction.payload)["effects"]:
                    yield effect
        if block.number >= height - 1:
            return
