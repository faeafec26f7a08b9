"""Refuse a transaction whose time is far from this chaincode's clock.

A client chooses the timestamp of its proposal, and rules take their day from it. Fabric's peers look at it in a filter
that their configuration may leave out (core/handlers/auth/filter/timewindow.go), so the service looks as well.
"""

import time
from collections.abc import Callable, Coroutine
from typing import Any

from tanhui.chaincode.contract.stub import Chaincode, Response, Stub
from tanhui.chaincode.shim.errors import TimestampError

NANOSECONDS = 1_000_000_000


class TimeWindow:
    """A chaincode that runs within `window_s` seconds of the clock, before or after; a Chaincode itself."""

    def __init__(self, chaincode: Chaincode, window_s: int, now_ns: Callable[[], int] = time.time_ns) -> None:
        self._chaincode = chaincode
        self._window_s = window_s
        self._now_ns = now_ns

    def invoke(self, stub: Stub) -> Coroutine[Any, Any, Response]:
        """The chaincode's own coroutine. Raises TimestampError before it runs."""
        stated = stub.timestamp
        off_ns = stated.seconds * NANOSECONDS + stated.nanos - self._now_ns()
        if abs(off_ns) > self._window_s * NANOSECONDS:
            raise TimestampError(stub.transaction_id, off_ns // NANOSECONDS, self._window_s)
        return self._chaincode.invoke(stub)
