"""Methodologies for features and tests: small true formulas, and the way to have one filed."""

import json
from typing import Any

from tests.support.registry_world import Outcome, World

DOCUMENT = "11" * 32
REPORT = "22" * 32


def distance_formula(grams: int = 1871, numerator: int = 1871) -> str:
    """Metres times a factor; its one vector says that 10 km are `grams`."""
    return json.dumps(
        {
            "v": "1",
            "inputs": [{"name": "distance", "unit": "m", "low": "0", "high": "200000"}],
            "factors": {
                "saved": {
                    "numerator": str(numerator),
                    "denominator": "10000",
                    "unit": "gCO2e/m",
                    "source": "an example's factor",
                    "date": "2024-01-01",
                }
            },
            "tables": {},
            "grams": {"scale": [{"input": "distance"}, "saved"]},
            "vectors": [{"inputs": ["10000"], "grams": str(grams)}],
        }
    )


def crediting(
    group: str = "commute", slot: str = "30m", claim_days: int = 3, records: int = 4
) -> dict[str, Any]:
    return {"exclusion_group": group, "slot": slot, "claim_days": claim_days, "records_per_day": records}


def draft(world: World, who: str, methodology: str, version: int = 1, **changes: Any) -> Outcome:
    """Send methodologies:Draft; `changes` replace fields of the order."""
    fields: dict[str, Any] = {
        "methodology": methodology,
        "version": version,
        "title": methodology,
        "lane": "activities",
        "crediting": crediting(),
        "formula": distance_formula(),
        "document": DOCUMENT,
    }
    return world.submit(who, "methodologies:Draft", **(fields | changes))


def change(world: World, who: str, function: str, methodology: str, version: int = 1) -> Outcome:
    """Send one of the functions that change a version's status, naming the hash that stands on the ledger."""
    found = world.ask("Rui", "methodologies:Version", methodology=methodology, version=version)
    fields: dict[str, Any] = {"pin": found["version"]["pin"], "note": "as discussed"}
    if function == "methodologies:Assess":
        fields |= {"verdict": "assessed", "report": REPORT}
    return world.submit(who, function, methodology=methodology, version=version, **fields)


def file(world: World, developer: str, verifier: str, methodology: str, **changes: Any) -> None:
    """Draft, assess and file version 1."""
    for outcome in (
        draft(world, developer, methodology, **changes),
        change(world, verifier, "methodologies:Assess", methodology),
        change(world, "Rui", "methodologies:File", methodology),
    ):
        assert outcome.refusal is None, outcome.refusal
