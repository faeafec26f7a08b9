"""Projects for features and tests: the way from a draft to issued credits."""

from typing import Any

from tests.support import methodologies
from tests.support.registry_world import World

EVIDENCE = "33" * 32
BATCH = "510100-forests-restored-grove-2026-001"


def people(world: World) -> None:
    """An owner (Ono), a verifier (Fan), two holders (Hu and Bo), an institute (Mei) with a filed methodology."""
    world.organisation("owner", "project_owner", person="Ono")
    world.organisation("verifier", "verifier", person="Fan")
    world.organisation("holder", "holder", person="Hu")
    world.organisation("broker", "broker", person="Bo")
    world.organisation("buffer", "holder", person="Bai")
    world.organisation("institute", "methodology_developer", person="Mei")
    methodologies.file(
        world,
        "Mei",
        "Fan",
        "restored",
        lane="projects",
        crediting=None,
        formula=methodologies.distance_formula(10_000, 10_000),
    )


def draft(world: World, project: str = "grove", who: str = "Ono", **changes: Any) -> None:
    fields: dict[str, Any] = {
        "project": project,
        "title": "青山林",
        "region": "510100",
        "programme": "forests",
        "methodology": "restored",
        "version": 1,
        "boundary": "44" * 32,
        "exclusion": "55" * 32,
        "first_day": "2026-01-01",
        "last_day": "2035-12-31",
        "buffer_basis_points": 0,
        "buffer_holder": "",
    }
    world.submit(who, "projects:Draft", **(fields | changes))


def register(world: World, project: str = "grove", **changes: Any) -> None:
    """From draft to registered."""
    draft(world, project, **changes)
    assert world.last is not None
    assert world.last.refusal is None, world.last.refusal
    world.done("Ono", "projects:List", project=project, reason="notice")
    world.done("Fan", "projects:Validate", project=project, reason="sound", report="66" * 32)
    world.done("Rui", "projects:Register", project=project, reason="approved")


def submit(
    world: World, number: int, first: str, last: str, grams: int, project: str = "grove", who: str = "Ono"
) -> None:
    world.submit(
        who,
        "projects:SubmitPeriod",
        project=project,
        number=number,
        first_day=first,
        last_day=last,
        inputs=[grams],
        evidence=EVIDENCE,
    )


def approve(world: World, number: int, project: str = "grove") -> None:
    """From submitted to approved."""
    world.done(
        "Fan",
        "projects:VerifyPeriod",
        project=project,
        number=number,
        evidence=EVIDENCE,
        verdict="verified",
        report="77" * 32,
    )
    world.done("Rui", "projects:ApprovePeriod", project=project, number=number, verdict="approved")


def issued(world: World, quantity: int = 100) -> None:
    """A first batch with serials 1..quantity, all held by the owner."""
    register(world)
    submit(world, 1, "2026-01-01", "2026-06-30", quantity * 1000)
    approve(world, 1)
    world.by_two("Rui", "Ren", "credits:Issue", project="grove", number=1, quantity=str(quantity))


def issued_by_another_methodology(world: World, quantity: int) -> None:
    """A batch of 2025 by the methodology "planted", all held by the owner."""
    methodologies.file(
        world,
        "Mei",
        "Fan",
        "planted",
        lane="projects",
        crediting=None,
        formula=methodologies.distance_formula(10_000, 10_000),
    )
    register(world, "dune", methodology="planted", first_day="2025-01-01", last_day="2034-12-31")
    submit(world, 1, "2025-01-01", "2025-12-31", quantity * 1000, "dune")
    approve(world, 1, "dune")
    world.by_two("Rui", "Ren", "credits:Issue", project="dune", number=1, quantity=str(quantity))


def pieces(*cuts: tuple[int, int, int], batch: str = BATCH) -> list[dict[str, str]]:
    """Pieces of a batch, each (first serial of the recorded range, first, last)."""
    return [
        {"batch": batch, "range": str(whole), "first": str(first), "last": str(last)}
        for whole, first, last in cuts
    ]
