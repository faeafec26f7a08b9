"""Whole answers, given again to the same caller while nothing can have changed them; in front of the routes.

An answer counts for as long as no newer block is known here and at most for `kept_ms`: answers depend on the state,
and through the day on the clock. A write by this process ends all earlier answers before its own answer leaves; one
that came another way ends them when its block is seen, milliseconds later. Routes say which answers depend on nothing
else (`depends_on_ledger`). Bounded in entries and bytes; keys are remembered as hashes only.
"""

import hashlib
import random
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from starlette.types import Message, Scope, Send

from tanhui.registry_api.access.caller import Caller

ENTRIES_MAX: Final = 20_000
BYTES_MAX: Final = 64 << 20
ANSWER_BYTES_MAX: Final = 1 << 20
"""A longer answer is not worth its place."""
ENTRY_BYTES: Final = 1_000
"""What an entry takes beside its body, headers and question included."""
ASKED: Final = "asked"
"""The name under which a request's state has its `Asked`."""

Question = tuple[bytes, str, bytes]
"""Hash of the Authorization header, path, query."""
Generation = tuple[int, ...]
"""What the ledger had done, as far as is known here."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """An answer as it left, for whom, and until when it counts (`now` in seconds)."""

    caller: Caller
    operation: str
    supervised: bool
    headers: list[tuple[bytes, bytes]]
    etag: bytes
    body: bytes
    generation: Generation
    until: float

    async def send(self, scope: Scope, send: Send) -> int:
        """Give it again; 304 to who has it. Returns the status."""
        status = 304 if self.etag and self._has_it(scope) else 200
        headers = self.headers if status == 200 else [one for one in self.headers if one[0] in _OF_304]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body if status == 200 else b""})
        return status

    def _has_it(self, scope: Scope) -> bool:
        given = (value for name, value in scope["headers"] if name == b"if-none-match")
        return any(
            tag.strip().removeprefix(b"W/") == self.etag for value in given for tag in value.split(b",")
        )


_OF_304: Final = frozenset(
    {
        b"etag",
        b"cache-control",
        b"content-security-policy",
        b"referrer-policy",
        b"x-content-type-options",
    }
)


class AnswerMemory:
    """Answers by question.

    Args:
        generation: changes with whatever the ledger does.
        kept_ms: 0 remembers nothing.
        spread: 0 to 1, another each time: an answer counts between half of `kept_ms` and the whole, so that what was
            asked together does not end together, and the ledger is not asked for all of it at once.
    """

    def __init__(
        self,
        generation: Callable[[], Generation],
        kept_ms: int,
        now: Callable[[], float] = time.monotonic,
        spread: Callable[[], float] = random.random,
    ) -> None:
        self._generation = generation
        self._kept_s = kept_ms / 1_000
        self._now = now
        self._spread = spread
        self._bytes = 0
        self._kept: OrderedDict[Question, Remembered] = OrderedDict()

    def asked(self, scope: Scope) -> "Asked | None":
        """What is asked here; None for what is never remembered: no GET, or nobody's."""
        if scope["method"] != "GET":
            return None
        for name, value in scope["headers"]:
            if name == b"authorization":
                who = hashlib.blake2b(value, digest_size=16).digest()
                question = (who, scope["path"], scope["query_string"])
                until = self._now() + self._kept_s * (1 + self._spread()) / 2
                return Asked(question, self._generation(), until)
        return None

    def find(self, asked: "Asked") -> Remembered | None:
        """The answer, while it counts."""
        found = self._kept.get(asked.question)
        if found is None or found.generation != asked.generation or found.until <= self._now():
            return None
        return found

    def keep(self, question: Question, answer: Remembered) -> None:
        """Remember an answer, and forget the oldest for it."""
        if not self._kept_s or len(answer.body) > ANSWER_BYTES_MAX:
            return
        before = self._kept.pop(question, None)
        if before is not None:
            self._bytes -= len(before.body) + ENTRY_BYTES
        self._kept[question] = answer
        self._bytes += len(answer.body) + ENTRY_BYTES
        while len(self._kept) > ENTRIES_MAX or self._bytes > BYTES_MAX:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest.body) + ENTRY_BYTES


class Asked:
    """One question on its way through the routes: what it met when it came, so that its answer is not dated later.

    Attributes:
        depends_on_ledger: the route says that its answer depends on caller, path, query and ledger alone.
        start: the answer's head, held back until its body is there.
    """

    __slots__ = ("depends_on_ledger", "generation", "question", "start", "until")

    def __init__(self, question: Question, generation: Generation, until: float) -> None:
        self.question = question
        self.generation = generation
        self.until = until
        self.depends_on_ledger = False
        self.start: Message | None = None

    def answered(self, caller: Caller, operation: str, *, supervised: bool, body: bytes) -> Remembered:
        """The whole answer, when head and body have left the routes."""
        assert self.start is not None, "a body follows its head"
        headers = list(self.start["headers"])
        etag = next((value for name, value in headers if name == b"etag"), b"")
        return Remembered(caller, operation, supervised, headers, etag, body, self.generation, self.until)


def asked_of(request: Request) -> Asked | None:
    """The question that a request is, where its answer may be remembered."""
    asked: Asked | None = getattr(request.state, ASKED, None)
    return asked


def depends_on_ledger(request: Request) -> None:
    """Said by a route whose answer depends on caller, path, query and ledger alone."""
    asked = asked_of(request)
    if asked is not None:
        asked.depends_on_ledger = True
