"""Who has written finds it: a write's answer waits, for a bounded time, until the searches have its block.

Without this a search right after a 201 could lack what had been written, for some milliseconds (the session
guarantee "read your writes"; Terry et al., 1994). It holds on the process that wrote; `GET /v1/read-model` tells
what others have.
"""

from tanhui.registry_api.read_model.projector import Projector


class OwnWrites:
    """Waits for the read model on behalf of writers.

    Args:
        within_ms: after so long the answer leaves all the same, because the write itself is done; 0 never waits.
    """

    def __init__(self, projector: Projector, within_ms: int) -> None:
        self._projector = projector
        self._within_s = within_ms / 1_000

    async def shown(self, block: int) -> None:
        """Return when the searches have `block`, or when the time is over."""
        await self._projector.reached(block, self._within_s)
