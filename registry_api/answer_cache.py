"""What the ledger answered to the same question a moment ago, while nothing was written since.

An answer counts for as long as no newer block is known here and at most for `kept_ms`: answers depend on the state,
and through the day on the clock. A write by this process ends all earlier answers before its own answer leaves; one
that came another way ends them when its block is seen, milliseconds later. Bounded in entries and bytes.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tanhui.registry_api.ledger import Ledger

ENTRIES_MAX: Final = 20_000
BYTES_MAX: Final = 64 << 20

Question = tuple[str, bytes, str]
"""Function, argument, identity."""


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: bytes
    generation: tuple[int, int]
    until: float


class AnswerCache:
    """Answers of `evaluate`, remembered.

    Args:
        block: the newest block that is known here.
        kept_ms: 0 remembers nothing.
    """

    def __init__(
        self,
        ledger: Ledger,
        block: Callable[[], int],
        kept_ms: int,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ledger = ledger
        self._block = block
        self._kept_s = kept_ms / 1_000
        self._now = now
        self._bytes = 0
        self._kept: OrderedDict[Question, _Kept] = OrderedDict()

    async def evaluate(self, function: str, argument: bytes, identity: str) -> bytes:
        """The ledger's answer. Raises LedgerRefusal, Problem."""
        question = (function, argument, identity)
        generation = (self._ledger.writes, self._block())
        found = self._kept.get(question)
        if found is not None and found.generation == generation and self._now() < found.until:
            return found.answer
        answer = await self._ledger.evaluate(function, argument, identity)
        if self._kept_s > 0:
            self._keep(question, _Kept(answer, generation, self._now() + self._kept_s))
        return answer

    def _keep(self, question: Question, kept: _Kept) -> None:
        before = self._kept.pop(question, None)
        if before is not None:
            self._bytes -= len(before.answer)
        self._kept[question] = kept
        self._bytes += len(kept.answer)
        while len(self._kept) > ENTRIES_MAX or self._bytes > BYTES_MAX:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest.answer)
