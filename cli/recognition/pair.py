"""Two regions with what lies between them: the agreements' names, the relay, the auditors, and the story so far."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tanhui.cli.recognition.region import Region, now
from tanhui.cli.recognition.story import Story
from tanhui.network.relay.carrier import Carrier, Round
from tanhui.network.relay.journal import FileJournal
from tanhui.network.relay.orders import proof_text

ROUNDS_MAX: Final = 20


class Pair:
    """What the steps share.

    Args:
        regions: two, the first of which sends first.
        data: folder of the relay's journal.
        people: how many, with an account in each region.
    """

    def __init__(self, regions: Sequence[Region], data: Path, people: int) -> None:
        self.first, self.second = regions[0], regions[1]
        self.people = people
        self.story = Story()
        name = f"{self.first.place.name}-{self.second.place.name}"
        self.credits, self.points = name, f"{name}-points"
        self.batches: dict[str, str] = {}
        """Each region's one batch of credits, by the region's name."""
        self.terms: dict[str, str] = {}
        """Hash of the terms in force, by agreement."""
        self._journal = FileJournal(data / "relay" / "journal.jsonl")

    def close(self) -> None:
        """Close the relay's journal."""
        self._journal.close()

    def batch_of(self, region: Region) -> str:
        """The id of the region's one batch of credits."""
        return self.batches[region.place.name]

    def mirror(self, transfer: str) -> str:
        """As what the units of a transfer from the first region stand in the second."""
        return f"m.{self.credits}.{self.batch_of(self.first)}.{transfer}"

    async def audit(self) -> None:
        """Both auditors replay what is new."""
        await asyncio.gather(self.first.audit(), self.second.audit())

    async def carry(self, agreement: str) -> Round:
        """The auditors replay, the relay carries, until nothing moves any more."""
        carrier = Carrier(agreement, (self.first.side, self.second.side), clock=now, journal=self._journal)
        for _ in range(ROUNDS_MAX):
            await self.audit()
            made = await carrier.once()
            for name in ("minted", "finalised", "aborted", "unlocked", "concluded"):
                self.story.carried[name] = self.story.carried.get(name, 0) + getattr(made, name)
            if not made.acted and not made.unproven:
                break
        return made

    async def proof(self, region: Region, transaction: str) -> str:
        """The proof of a transaction, which the region's auditor replays first."""
        await region.audit()
        bundle = await region.side.prove(transaction)
        assert bundle is not None, "the auditor has just replayed it"
        return proof_text(bundle)

    async def lock(
        self, region: Region, who: str, request: str, transfers: list[tuple[str, str, list[dict[str, str]]]]
    ) -> str:
        """Lock credits: (transfer, receiver, pieces) each; the transaction's id."""
        order = {
            "agreement": self.credits,
            "shard": 0,
            "transfers": [
                {"transfer": transfer, "receiver": receiver, "pieces": pieces}
                for transfer, receiver, pieces in transfers
            ],
        }
        await region.clerk.send(who, "recognition:LockCredits", request, **order)
        found = await region.clerk.ask(
            "recognition:Transfer", agreement=self.credits, transfer=transfers[0][0]
        )
        transaction: str = found["outgoing"]["transaction"]
        return transaction


def piece(batch: str, start: int, first: int, last: int) -> dict[str, str]:
    """Serials first..last of the recorded range that begins with `start`."""
    return {"batch": batch, "range": str(start), "first": str(first), "last": str(last)}
