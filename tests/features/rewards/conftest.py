"""Steps of the rewards features: a merchant's reward on sale, voucher secrets and seeds."""

from hashlib import sha256
from typing import Any

import pytest
from pytest_bdd import given, parsers, then

from tanhui.chaincode.rules.draws import entrants_hash, joint_seed, seed_commitment, winners
from tanhui.proofs.effects import commit
from tests.features.conftest import last
from tests.support.registry_world import World

SALT = sha256(b"salt").digest()
"""What `$salt` stands for in the features."""


def terms(**changes: Any) -> dict[str, Any]:
    """Terms of a ticket of 10 points, 3 a year."""
    return {"price": 10, "units_per_year": 3, "valid_days": 30, "until": "2027-12-31"} | changes


@pytest.fixture
def offered(world: World) -> Any:
    """Offer a reward as Mu, the merchant's person, and put it on sale in a programme as Ouyang."""

    def offer(programme: str, reward: str, kind: str, **changes: Any) -> None:
        world.done(
            "Mu",
            "rewards:Offer",
            programme=programme,
            reward=reward,
            title=reward,
            kind=kind,
            terms=terms(**changes),
            document="11" * 32,
        )
        world.done("Ouyang", "rewards:Accept", programme=programme, reward=reward, reason="agreed")

    return offer


@given(parsers.parse('reward "{reward}" is on sale in "{programme}", {units:d} a year for {price:d} points'))
def _on_sale(offered: Any, reward: str, programme: str, units: int, price: int) -> None:
    offered(programme, reward, "ticket", units_per_year=units, price=price)


@given(parsers.parse('donation "{reward}" of {fen:d} fen is on sale in "{programme}" for {price:d} points'))
def _donation(offered: Any, reward: str, programme: str, fen: int, price: int) -> None:
    offered(programme, reward, "donation", units_per_year=0, price=price, face_fen=fen)


@given(
    parsers.parse(
        'parking vouchers "{reward}" for cars attested as "{attribute}" by "{attester}" are on sale'
    )
)
def _parking(world: World, offered: Any, reward: str, attribute: str, attester: str) -> None:
    offered(
        "tianfu",
        reward,
        "coupon",
        units_per_year=200_000,
        face_fen=500,
        per_account=2,
        holders="person",
        conditions=[{"attribute": attribute, "attester": world.names[attester]}],
        regions=["510104", "510105"],
    )


@given(parsers.parse('voucher "{name}" hides the secret "{secret}"'))
def _secret(world: World, name: str, secret: str) -> None:
    world.names[name] = commit(SALT, secret).hex()


@given(parsers.parse('seed "{seed}" is committed to as "{commitment}"'))
def _seed(world: World, seed: str, commitment: str) -> None:
    world.names[seed] = sha256(seed.encode()).hexdigest()
    world.names[commitment] = seed_commitment(bytes.fromhex(world.names[seed])).hex()


@then(parsers.parse("one of the {count:d} entrants {names} is drawn, as everybody computes again"))
def _drawn(world: World, count: int, names: str) -> None:
    decided = last(world).effects[-1]
    accounts = [bytes.fromhex(world.names[name]) for name in names.split(", ")]
    assert len(accounts) == count
    fixed = entrants_hash(accounts)
    seed = joint_seed(bytes.fromhex(world.names["So"]), bytes.fromhex(world.names["Sf"]), fixed)
    assert decided["entrants_hash"] == fixed.hex()
    assert decided["seed"] == seed.hex()
    assert decided["winners"] == [account.hex() for account in winners(accounts, seed, 1)]
    world.names["Winner"] = decided["winners"][0]
    world.names["Loser"] = next(one.hex() for one in accounts if one.hex() != decided["winners"][0])
