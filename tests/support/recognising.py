"""Two founded regions in memory with agreements in force, people, points and credits: what relay tests begin with."""

import copy
from dataclasses import dataclass
from typing import Any

from tests.support import points, projects
from tests.support.regions import MemorySide, Region, agree, binding, make_terms
from tests.support.registry_world import MemoryBackend, World


@dataclass
class Two:
    """Sichuan and Jilin, with `sc-jl` on credits and `sc-jl-p` on points."""

    sichuan: Region
    jilin: Region
    terms: dict[str, str]

    @property
    def regions(self) -> tuple[Region, Region]:
        return self.sichuan, self.jilin

    @property
    def sides(self) -> tuple[MemorySide, MemorySide]:
        return MemorySide(self.sichuan), MemorySide(self.jilin)

    def copy(self) -> "Two":
        """The same state again, to be changed alone; the contracts are shared, they keep none."""
        backends = [region.world.backend for region in self.regions]
        memo = {id(one.contract): one.contract for one in backends if isinstance(one, MemoryBackend)}
        return copy.deepcopy(self, memo)

    def pass_hours(self, hours: int) -> None:
        for region in self.regions:
            region.world.seconds += hours * 3600

    def programme(self, region: Region) -> str:
        return "tianfu" if region is self.sichuan else "jilin"

    def lock_credits(
        self,
        source: Region,
        transfers: list[tuple[str, str, list[dict[str, str]]]],
        who: str = "Ono",
        shard: int = 0,
    ) -> Any:
        """Lock (transfer, receiver in the other region, pieces) in one transaction."""
        other = self.jilin if source is self.sichuan else self.sichuan
        return source.world.submit(
            who,
            "recognition:LockCredits",
            agreement="sc-jl",
            shard=shard,
            transfers=[
                {"transfer": transfer, "receiver": other.world.names[receiver], "pieces": pieces}
                for transfer, receiver, pieces in transfers
            ],
        )

    def binding(self, source: Region, person: str) -> str:
        """The statement that the person's accounts in both programmes are one person's."""
        other = self.jilin if source is self.sichuan else self.sichuan
        here, there = self.programme(source), self.programme(other)
        return binding(
            self.terms["sc-jl-p"],
            (here, source.world.names[f"{here}_{person}"]),
            (there, other.world.names[f"{there}_{person}"]),
            person,
        )

    def lock_points(self, source: Region, transfers: list[tuple[str, str, int]], shard: int = 0) -> Any:
        """Lock (transfer, person, points) in one transaction."""
        other = self.jilin if source is self.sichuan else self.sichuan
        here, there = self.programme(source), self.programme(other)
        return source.world.submit(
            "Ouyang",
            "recognition:LockPoints",
            agreement="sc-jl-p",
            shard=shard,
            transfers=[
                {
                    "transfer": transfer,
                    "account": source.world.names[f"{here}_{person}"],
                    "target_account": other.world.names[f"{there}_{person}"],
                    "points": str(amount),
                    "binding": self.binding(source, person),
                }
                for transfer, person, amount in transfers
            ],
        )


def two_regions(
    quantity: int = 200, people: tuple[str, ...] = ("A", "B", "C"), *, further: bool = False, **caps: int
) -> Two:
    """Both regions with `quantity` kg of credits each, and 500 points for each person.

    `further` adds a batch by another methodology and of another vintage, and points of another year.
    """
    made = []
    for at, (name, region) in enumerate((("sichuan", "510000"), ("jilin", "220000"))):
        world = World(MemoryBackend())
        world.names.update({f"nobody-{n}": "" for n in range(20 * at)})
        world.found()
        projects.people(world)
        world.organisation("operator", "platform_operator", person="Ouyang")
        world.organisation("carrier", "auditor", person="Cai")
        programme = "tianfu" if name == "sichuan" else "jilin"
        points.put_in_force(world, programme, "operator", {})
        points.open_persons(world, "Ouyang", programme, [f"{programme}_{person}" for person in people])
        for person in people:
            if further:
                points.earn(world, f"{programme}_{person}", programme, 100, "2025-12-20")
            points.earn(world, f"{programme}_{person}", programme, 500, "2026-11-20")
        projects.issued(world, quantity)
        if further:
            projects.issued_by_another_methodology(world, quantity)
        made.append(Region(name, world, region))
    sichuan, jilin = made
    changes: dict[str, Any] = {"caps": caps} if caps else {}
    recognised: dict[str, Any] = {"methodologies": ["restored@1", "planted@1"]} if further else {}
    terms = {
        "sc-jl": agree(sichuan, jilin, make_terms(sichuan, jilin, **changes, **recognised)),
        "sc-jl-p": agree(
            sichuan,
            jilin,
            make_terms(sichuan, jilin, ("tianfu", "jilin"), agreement="sc-jl-p", **changes),
        ),
    }
    return Two(sichuan, jilin, terms)
