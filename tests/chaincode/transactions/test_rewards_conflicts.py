"""Two people's redemptions in one block: both are valid, unless they ask for the same number."""

from tanhui.chaincode.contract.canonical import canonical_json
from tests.support import points
from tests.support.callers import creator
from tests.support.registry_world import MemoryBackend, World


def _redemption(world: World, account: str, number: int) -> tuple[bytes, bytes]:
    order = {
        "request_id": world.request_id(),
        "programme": "tianfu",
        "account": world.names[account],
        "catalogue": "tianfu",
        "reward": "ticket",
        "vouchers": [{"number": number, "commitment": "22" * 32}],
    }
    return b"rewards:Redeem", canonical_json(order)


def _sold_by_two(numbers: tuple[int, int]) -> list[str]:
    backend = MemoryBackend()
    world = World(backend)
    world.found()
    world.organisation("operator", "platform_operator", person="Ouyang")
    world.organisation("park", "merchant", person="Mu")
    points.put_in_force(world, "tianfu", "operator", {})
    points.open_persons(world, "Ouyang", "tianfu", ["A", "B"])
    for name in ("A", "B"):
        points.earn(world, name, "tianfu", 10, "2026-11-20")
    terms = {"price": 1, "units_per_year": 9, "valid_days": 1, "until": "2026-12-31"}
    world.done(
        "Mu",
        "rewards:Offer",
        programme="tianfu",
        reward="ticket",
        title="t",
        kind="ticket",
        terms=terms,
        document="11" * 32,
    )
    world.done("Ouyang", "rewards:Accept", programme="tianfu", reward="ticket", reason="agreed")
    who = world.persons["Ouyang"]
    signed = creator(who.msp_id, who.organisation, who.role, who.person)
    stubs = []
    for name, number in zip("AB", numbers, strict=True):
        stub, response = backend.ledger.simulate(
            backend.contract, signed, _redemption(world, name, number), world.seconds
        )
        assert response.status == 200, response.message
        stubs.append(stub)
    return [backend.ledger.commit(stub) for stub in stubs]


def test_different_numbers_never_conflict() -> None:
    assert _sold_by_two((1, 2)) == ["VALID", "VALID"]


def test_one_number_is_sold_once() -> None:
    assert _sold_by_two((1, 1)) == ["VALID", "MVCC_READ_CONFLICT"]
