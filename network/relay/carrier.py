"""The relay itself: reads both ledgers, and brings each the proofs that it lacks.

It remembers nothing that matters. Each round begins with what waits at the sources; what became of it at the
destinations says which proof is missing where. So it may lose its disk, run in several copies, stop at any
instruction, or be lied to: the contracts judge the proofs, nullifiers make repeats harmless, and request ids are
made of the order's own bytes.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from tanhui.network.relay.journal import Journal, NoJournal
from tanhui.network.relay.orders import chunks, mint_item, proof_text, with_request_id
from tanhui.network.relay.side import Order, Refused, Side, Unavailable

PAGE: Final = 200
"""Transfers read, or brought under one proof, at once: the contract's own limit."""
RANGE_PAGE: Final = 500
RANGES_MAX: Final = 100_000
"""Recorded ranges of one batch that are read; a peer that goes on telling is not listened to."""
NONSENSE: Final = (KeyError, TypeError, ValueError, AttributeError, IndexError)
"""What reading an answer of another form than the contract's raises: a peer may be wrong, or lie."""
DONE: Final = "recognition.transfer_status"
"""What a contract answers when somebody else was quicker: no news."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one round."""

    transfers_max: int = 10_000
    """Waiting transfers looked at in one direction."""
    abort_grace_s: int = 0
    """So long after the deadline an unmintable transfer is aborted."""
    refusals_kept_max: int = 10_000


class _Way(NamedTuple):
    """One direction: what waits at the source is brought to the destination, and its answer home."""

    source: Side
    destination: Side


@dataclass(slots=True)
class Waiting:
    """One transfer that waits, for people: since when, until when, and what last stood in its way."""

    source: str
    transfer: str
    seconds: int
    deadline: int
    state: str
    """open, minted or aborted at the destination."""
    refusal: str


@dataclass(slots=True)
class Round:
    """What one round did, and what waits after it as far as it saw."""

    minted: int = 0
    finalised: int = 0
    aborted: int = 0
    unlocked: int = 0
    concluded: int = 0
    unproven: int = 0
    """Transactions whose log does not cover them yet."""
    unavailable: list[str] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)

    @property
    def acted(self) -> int:
        """Transfers moved on, and agreements concluded."""
        return self.minted + self.finalised + self.aborted + self.unlocked + self.concluded


class Carrier:
    """Carries one agreement between its two sides, both ways.

    Args:
        clock: POSIX seconds; only for request ids' days and deadlines, which the contract judges by its own.
    """

    def __init__(
        self,
        agreement: str,
        sides: tuple[Side, Side],
        *,
        clock: Callable[[], int],
        journal: Journal | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._agreement = agreement
        self._sides = sides
        self._clock = clock
        self._journal = journal or NoJournal()
        self._limits = limits or Limits()
        self._refusals: dict[tuple[str, str], str] = {}

    async def once(self) -> Round:
        """One round: agreements first, then transfers both ways. A side that is away costs its own part."""
        made = Round()
        first, second = self._sides
        for source, destination in ((first, second), (second, first)):
            try:
                await self._conclude(made, source, destination)
                await self._carry(made, source, destination)
            except Unavailable as away:
                made.unavailable.append(str(away))
            except Refused as refused:
                made.unavailable.append(f"{source.name} or {destination.name}: {refused.code}")
            except NONSENSE as error:
                made.unavailable.append(_nonsense(source, destination, error))
        return made

    async def look(self) -> Round:
        """What waits, both ways, without carrying anything."""
        made = Round()
        first, second = self._sides
        for source, destination in ((first, second), (second, first)):
            try:
                await self._seen(made, source, destination)
            except (Unavailable, Refused) as away:
                made.unavailable.append(str(away))
            except NONSENSE as error:
                made.unavailable.append(_nonsense(source, destination, error))
        return made

    async def settle(self, rounds_max: int = 100) -> Round:
        """Rounds until nothing moves any more; the last one."""
        for _ in range(rounds_max):
            made = await self.once()
            if not made.acted:
                break
        return made

    async def run(self, stop: asyncio.Event, interval_s: float, told: Callable[[Round], None]) -> None:
        """Rounds until told to stop; at once again while there is something to do."""
        while not stop.is_set():
            made = await self.once()
            told(made)
            if not made.acted:
                try:
                    async with asyncio.timeout(interval_s):
                        await stop.wait()
                except TimeoutError:
                    continue

    async def _conclude(self, made: Round, here: Side, there: Side) -> None:
        """Show `here` that the partner's regulator agreed to what this side's did."""
        own = await here.ask("recognition:Agreement", {"agreement": self._agreement})
        if own["proposed"] == own["version"] or own["status"] == "ended":
            return
        terms = {"agreement": self._agreement, "terms": own["proposed_terms"]}
        try:
            half = await there.ask("recognition:Terms", terms)
        except Refused:
            return  # the partner has not agreed yet
        proof = await there.prove(half["transaction"])
        if proof is None:
            made.unproven += 1
            return
        order = {**terms, "proof": proof_text(proof)}
        if await self._send(here, "recognition:ConcludeAgreement", order, (own["proposed_terms"],)):
            made.concluded += 1

    async def _carry(self, made: Round, source: Side, destination: Side) -> None:
        """Everything that waits at the source, by what became of it at the destination."""
        way = _Way(source, destination)
        open_: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
        closed: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for one, half in await self._seen(made, source, destination):
            if half is None:
                open_[one["transaction"]].append(one)
            else:
                closed[half["transaction"], half["status"]].append(one["transfer"])
        for transaction, transfers in open_.items():
            await self._mint(made, way, transaction, transfers)
        for (transaction, status), transfers_closed in closed.items():
            await self._close(made, way, transaction, status, transfers_closed)

    async def _seen(
        self, made: Round, source: Side, destination: Side
    ) -> list[tuple[Mapping[str, Any], Mapping[str, Any] | None]]:
        """What waits at the source, each with the destination's half of it."""
        found: list[tuple[Mapping[str, Any], Mapping[str, Any] | None]] = []
        for page in chunks(await self._queue(source), PAGE):
            ids = [one["transfer"] for one in page]
            halves = await destination.ask(
                "recognition:Received", {"agreement": self._agreement, "transfers": ids}
            )
            found += zip(page, halves, strict=True)
        made.waiting += [
            self._waiting(source, one, "open" if half is None else half["status"]) for one, half in found
        ]
        return found

    async def _queue(self, source: Side) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        bookmark = ""
        while len(found) < self._limits.transfers_max:
            page = await source.ask(
                "recognition:Queue",
                {"agreement": self._agreement, "page_size": PAGE, "bookmark": bookmark},
            )
            found += page["items"]
            bookmark = page["bookmark"]
            if not bookmark or not page["items"]:
                break
        return found

    async def _mint(
        self,
        made: Round,
        way: _Way,
        transaction: str,
        transfers: Sequence[Mapping[str, Any]],
    ) -> None:
        """Bring a lock's proof; what cannot be minted stands alone, and is aborted once its deadline passed."""
        source, destination = way
        proof = await source.prove(transaction)
        if proof is None:
            made.unproven += 1
            return
        for part in chunks(transfers, PAGE):
            items = await self._items(source, destination, [one["transfer"] for one in part])
            if await self._bring_items(destination, proof, items):
                made.minted += len(items)
                continue
            for one, item in zip(part, items, strict=True):
                if len(items) > 1 and await self._bring_items(destination, proof, [item]):
                    made.minted += 1
                elif self._clock() > one["deadline"] + self._limits.abort_grace_s:
                    made.aborted += await self._abort(destination, proof, item["transfer"])

    async def _bring_items(self, destination: Side, proof: bytes, items: list[dict[str, Any]]) -> bool:
        order = {"agreement": self._agreement, "proof": proof_text(proof), "items": items}
        return await self._send(
            destination, "recognition:Mint", order, tuple(item["transfer"] for item in items)
        )

    async def _items(self, source: Side, destination: Side, ids: list[str]) -> list[dict[str, Any]]:
        sent = await source.ask("recognition:Sent", {"agreement": self._agreement, "transfers": ids})
        genesis = await self._genesis(destination)
        home = {
            parcel["origin_batch"] for one in sent for parcel in one["parcels"] if parcel["origin"] == genesis
        }
        ranges = {batch: await _ranges(destination, batch) for batch in sorted(home)}
        return [mint_item(one, genesis, ranges) for one in sent]

    async def _genesis(self, side: Side) -> str:
        own = await side.ask("recognition:Agreement", {"agreement": self._agreement})
        terms = await side.ask("recognition:Terms", {"agreement": self._agreement, "terms": own["terms"]})
        genesis: str = terms["terms"]["parties"][own["own"]]["genesis"]
        return genesis

    async def _abort(self, destination: Side, proof: bytes, transfer: str) -> int:
        reason = self._refusals.get((destination.name, transfer), "deadline passed")
        order = {
            "agreement": self._agreement,
            "proof": proof_text(proof),
            "transfers": [transfer],
            "reason": f"deadline passed: {reason}"[:200],
        }
        return int(await self._send(destination, "recognition:Abort", order, (transfer,)))

    async def _close(
        self,
        made: Round,
        way: _Way,
        transaction: str,
        status: str,
        transfers: Sequence[str],
    ) -> None:
        """Bring the destination's proof home: of a mint, which burns, or of a tombstone, which unlocks."""
        source, destination = way
        proof = await destination.prove(transaction)
        if proof is None:
            made.unproven += 1
            return
        function = "recognition:Finalise" if status == "minted" else "recognition:Unlock"

        async def bring(part: Sequence[str]) -> bool:
            order = {"agreement": self._agreement, "proof": proof_text(proof), "transfers": list(part)}
            return await self._send(source, function, order, tuple(part))

        done = await _all_or_each(list(transfers), bring)
        if status == "minted":
            made.finalised += done
        else:
            made.unlocked += done

    async def _send(self, side: Side, function: str, order: dict[str, Any], about: tuple[str, ...]) -> bool:
        """Journal, send, journal. False when it was refused; what is refused is kept for people."""
        full: Order = with_request_id(function, order, self._clock())
        request = full["request_id"]
        intent = {"what": "intent", "at": self._clock(), "side": side.name, "function": function}
        self._journal.note({**intent, "request": request, "about": list(about)})
        try:
            await side.send(function, full)
        except Refused as refused:
            self._journal.note({"what": "refused", "request": request, "code": refused.code})
            self._keep(side, about, "" if refused.code == DONE else refused.code)
            return False
        self._journal.note({"what": "done", "request": request})
        self._keep(side, about, "")
        return True

    def _keep(self, side: Side, about: tuple[str, ...], code: str) -> None:
        for transfer in about:
            self._refusals.pop((side.name, transfer), None)
            if code:
                self._refusals[side.name, transfer] = code
        while len(self._refusals) > self._limits.refusals_kept_max:
            self._refusals.pop(next(iter(self._refusals)))

    def _waiting(self, source: Side, one: Mapping[str, Any], state: str) -> Waiting:
        refusals = (self._refusals.get((side.name, one["transfer"]), "") for side in self._sides)
        refusal = next((code for code in refusals if code), "")
        return Waiting(source.name, one["transfer"], one["seconds"], one["deadline"], state, refusal)


async def _all_or_each(items: list[str], bring: Callable[[Sequence[str]], Awaitable[bool]]) -> int:
    """Bring all at once; where that is refused, each alone, so that one does not hold up the others."""
    done = 0
    for part in chunks(items, PAGE):
        if await bring(part):
            done += len(part)
        elif len(part) > 1:
            for one in part:
                done += await bring([one])
    return done


async def _ranges(side: Side, batch: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    bookmark = ""
    while True:
        page = await side.ask(
            "credits:Ranges", {"batch": batch, "page_size": RANGE_PAGE, "bookmark": bookmark}
        )
        found += page["items"]
        bookmark = page["bookmark"]
        if not bookmark:
            return found
        if not page["items"] or len(found) > RANGES_MAX:
            raise Unavailable(f"{side.name}: no end of the ranges of {batch}")


def _nonsense(source: Side, destination: Side, error: Exception) -> str:
    """For people: one of the two does not answer as the contract does."""
    return f"{source.name} or {destination.name}: no answer of the contract's: {error!r:.200}"
