"""Answers are given again only while they are true: no write, no block, no second since."""

import asyncio

from tanhui.registry_api import answer_cache
from tanhui.registry_api.answer_cache import AnswerCache
from tests.support.api import MemoryLedger


class Counting(MemoryLedger):
    asked = 0

    async def evaluate(self, function: str, argument: bytes, identity: str) -> bytes:
        self.asked += 1
        await asyncio.sleep(0)
        return f"{function} {self.asked}".encode()


def test_an_answer_ends_with_a_write_a_block_or_its_time() -> None:
    ledger, block, now = Counting(), [7], [0.0]
    cache = AnswerCache(ledger, lambda: block[0], 1_000, lambda: now[0])

    def ask(identity: str = "a", function: str = "f") -> bytes:
        return asyncio.run(cache.evaluate(function, b"{}", identity))

    assert ask() == ask() == b"f 1"
    assert ask("b") == b"f 2", "another identity asks for itself"
    ledger.submits += 1
    assert ask() == b"f 3"
    block[0] += 1
    assert ask() == b"f 4"
    now[0] = 0.999
    assert ask() == b"f 4"
    now[0] = 1.0
    assert ask() == b"f 5"


def test_an_answer_under_way_during_a_write_is_not_kept() -> None:
    ledger = Counting()
    cache = AnswerCache(ledger, lambda: 1, 1_000)

    async def main() -> None:
        asking = asyncio.create_task(cache.evaluate("f", b"{}", "a"))
        await asyncio.sleep(0)
        ledger.submits += 1
        await asking
        assert await cache.evaluate("f", b"{}", "a") == b"f 2"

    asyncio.run(main())


def test_memory_is_bounded() -> None:
    ledger = Counting()
    cache = AnswerCache(ledger, lambda: 1, 60_000)

    async def main() -> None:
        for number in range(answer_cache.ENTRIES_MAX + 10):
            await cache.evaluate("f", str(number).encode(), "a")

    asyncio.run(main())
    assert len(cache._kept) == answer_cache.ENTRIES_MAX
    assert cache._bytes == sum(len(one.answer) for one in cache._kept.values())


def test_nothing_is_kept_for_nothing() -> None:
    ledger = Counting()
    cache = AnswerCache(ledger, lambda: 1, 0)
    asyncio.run(cache.evaluate("f", b"{}", "a"))
    asyncio.run(cache.evaluate("f", b"{}", "a"))
    assert ledger.asked == 2
