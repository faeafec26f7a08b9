"""The demonstration begins: both regions are filled, and agree on credits and on points."""

import asyncio
from typing import Any

from tanhui.cli.recognition import setting
from tanhui.cli.recognition.pair import Pair
from tanhui.cli.recognition.setting import PROGRAMME, arbiters, shared_authority


async def begin(pair: Pair) -> None:
    """Everything that comes before the first transfer."""
    await prepare(pair)
    await agree(pair)


async def prepare(pair: Pair) -> None:
    """Registry, methodology, credits, and people with points in each region."""
    regions = (pair.first, pair.second)
    batches = await asyncio.gather(*(setting.prepare(one, pair.people) for one in regions))
    pair.batches = {one.place.name: batch for one, batch in zip(regions, batches, strict=True)}
    pair.story.tell("issue", f"{setting.ISSUED_KG:,} kg in each region, {setting.POINTS:,} points a person")


async def agree(pair: Pair) -> None:
    """Both regulators propose the same terms; the relay brings each the other's half."""
    for agreement in (pair.credits, pair.points):
        terms = _terms_of(pair, agreement)
        for own, region in enumerate((pair.first, pair.second)):
            partner = (pair.second, pair.first)[own]
            await region.clerk.by_regulator(
                "recognition:ProposeAgreement",
                f"agree-{agreement}",
                own=own,
                terms=terms,
                anchors=partner.anchors.file().decode(),
            )
        await pair.carry(agreement)
        found = await pair.first.clerk.ask("recognition:Agreement", agreement=agreement)
        pair.terms[agreement] = found["terms"]
        pair.story.tell("agree", f"{agreement}: {found['status']} under {found['terms'][:16]}…")


def _terms_of(pair: Pair, agreement: str) -> dict[str, Any]:
    points = agreement == pair.points
    programme = PROGRAMME if points else ""
    terms: dict[str, Any] = {
        "agreement": agreement,
        "version": 1,
        "parties": [pair.first.party(programme), pair.second.party(programme)],
        "lane": "points" if points else "credits",
        "direction": "both",
        "methodologies": [setting.SCENE] if points else [f"{setting.METHODOLOGY}@1"],
        "vintage_since": 0,
        "numerator": 2 if points else 1,
        "denominator": 5 if points else 1,
        "caps": {
            "per_transfer": 10_000_000,
            "per_person": 0,
            "per_day": 100_000_000,
            "per_year": 0,
            "total": 0,
            "shards": 4,
        },
        "first_day": "2020-01-01",
        "last_day": "2099-12-31",
        "uses": ["redemption", "market"],
        "identity": [shared_authority().key.vkey] if points else [],
        "settlement": "month",
        "settlement_day": 10,
        "arbiter": {"threshold": 2, "keys": [one.key.vkey for one in arbiters()]},
        "lock_hours": 72,
    }
    return terms
