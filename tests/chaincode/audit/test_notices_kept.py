"""A step that does not wait for its notice is seen."""

import pytest

from tanhui.chaincode.transactions.projects import register
from tests.support import projects
from tests.support.audits import MemoryAudit, broken
from tests.support.registry_world import MemoryBackend, World

RULES = {
    "calendar": "2026-1",
    "since": "2026-01-01",
    "until": "2026-12-31",
    "holidays": [],
    "worked_weekends": [],
    "methodology": 0,
    "project": 5,
    "issuance": 0,
}


@pytest.mark.parametrize("published", [False, True])
def test_a_registration_before_its_notice_is_over_is_seen(
    published: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def waits_for_nothing(*_: object) -> None:
        return None

    world = World(MemoryBackend())
    world.found()
    projects.people(world)
    world.by_two("Rui", "Ren", "notices:SetRules", **RULES)
    if published:
        world.done("Rui", "notices:Publish", kind="project", subject="grove", document="11" * 32)
    monkeypatch.setattr(register, "require_noticed", waits_for_nothing)
    projects.register(world)
    backend = world.backend
    assert isinstance(backend, MemoryBackend)
    (finding,) = broken(MemoryAudit(backend.ledger).reports())["notices.kept"]
    assert "project/grove went on before its notice was over" in finding
