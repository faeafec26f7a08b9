"""The small sample that a first start loads, so that there is something to look at."""

from tanhui.registry_api.ledger import Ledger


async def load_sample(ledger: Ledger) -> None:
    """Found the registry."""
    del ledger
