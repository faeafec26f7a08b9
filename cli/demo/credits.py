"""The credits lane's part: a project from draft to issued batch, a sale, and a retirement for an event."""

import json
from datetime import date, timedelta
from typing import Any, Final

from tanhui.cli.demo.clerk import ORGANISER, OWNER, REGISTRAR, VERIFIER, Clerk
from tanhui.cli.demo.scenes import ILLUSTRATIVE
from tanhui.cli.demo.setting import (
    EXCHANGE_ID,
    METHODOLOGY_VERSION,
    ORGANISER_ID,
    PROGRAMME,
    REGION,
    document_hash,
    file_methodology,
)

METHODOLOGY: Final = "rooftop-pv"
PROJECT: Final = "office-roofs"
GRAMS_A_KWH: Final = 550
ENERGY_WH: Final = 212_345_678
"""What the roofs gave in the period: 212 MWh, illustrative."""
BUFFER_BASIS_POINTS: Final = 500
SOLD_KG: Final = 60_000
EVENT_KG: Final = 18_250
CANCELLED_KG: Final = 100
OFFER: Final = "conference-purchase"
RETIREMENT: Final = "conference-2026"


def formula() -> str:
    """Grid energy replaced, in Wh, times a factor."""
    return json.dumps(
        {
            "v": "1",
            "inputs": [{"name": "energy", "unit": "Wh", "low": "0", "high": "1000000000000"}],
            "factors": {
                "grid": {
                    "numerator": str(GRAMS_A_KWH),
                    "denominator": "1000",
                    "unit": "gCO2e/Wh",
                    "source": ILLUSTRATIVE,
                    "date": "2024-08-01",
                }
            },
            "tables": {},
            "grams": {"scale": [{"input": "energy"}, "grid"]},
            "vectors": [{"inputs": ["1000"], "grams": "550"}, {"inputs": ["1"], "grams": "0"}],
        }
    )


async def run_project(clerk: Clerk) -> None:
    """From the methodology to registered project, verified and approved period, and issued credits."""
    await file_methodology(clerk, METHODOLOGY, "屋顶光伏(示例)", formula(), None)
    last = date(1970, 1, 1) + timedelta(days=clerk.day - 1)
    first = last - timedelta(days=29)
    await clerk.send(
        OWNER,
        "projects:Draft",
        "project",
        project=PROJECT,
        title="机关屋顶光伏打捆(示例)",
        region=REGION,
        programme=PROGRAMME,
        methodology=METHODOLOGY,
        version=METHODOLOGY_VERSION,
        boundary=document_hash("boundary"),
        exclusion=document_hash("exclusion"),
        first_day=first.isoformat(),
        last_day=(first + timedelta(days=3_650)).isoformat(),
        buffer_basis_points=BUFFER_BASIS_POINTS,
        buffer_holder=EXCHANGE_ID,
    )
    for who, verb, more in (
        (OWNER, "List", {}),
        (VERIFIER, "Validate", {"report": document_hash("validation")}),
        (REGISTRAR, "Register", {}),
    ):
        await clerk.send(
            who, f"projects:{verb}", f"project-{verb.lower()}", project=PROJECT, reason="complete", **more
        )
    await _monitor(clerk, first, last)
    grams = ENERGY_WH * GRAMS_A_KWH // 1_000
    await clerk.by_regulator(
        "credits:Issue", "issue", project=PROJECT, number=1, quantity=str(grams // 1_000)
    )


async def _monitor(clerk: Clerk, first: date, last: date) -> None:
    period: dict[str, Any] = {"project": PROJECT, "number": 1}
    evidence = document_hash("meters")
    await clerk.send(
        OWNER,
        "projects:SubmitPeriod",
        "period",
        **period,
        first_day=first.isoformat(),
        last_day=last.isoformat(),
        inputs=[ENERGY_WH],
        evidence=evidence,
    )
    await clerk.send(
        VERIFIER,
        "projects:VerifyPeriod",
        "period-verified",
        **period,
        evidence=evidence,
        verdict="verified",
        report=document_hash("verification"),
    )
    await clerk.send(REGISTRAR, "projects:ApprovePeriod", "period-approved", **period, verdict="approved")


async def sell_and_retire(clerk: Clerk) -> None:
    """The organiser of an event buys credits and retires a part; the owner gives up a few."""
    project = await clerk.ask("projects:Periods", project=PROJECT)
    batch = project["items"][0]["batch"]

    def piece(start: int, first: int, last: int) -> dict[str, str]:
        return {"batch": batch, "range": str(start), "first": str(first), "last": str(last)}

    await clerk.send(
        OWNER,
        "credits:Offer",
        "offer",
        offer=OFFER,
        receiver=ORGANISER_ID,
        pieces=[piece(1, 1, SOLD_KG)],
        payment="invoice-0001",
    )
    await clerk.send(ORGANISER, "credits:Accept", "accept", offer=OFFER)
    await clerk.send(
        ORGANISER,
        "retirements:Retire",
        "retire",
        retirement=RETIREMENT,
        pieces=[piece(1, 1, EVENT_KG)],
        beneficiary={"organisation": ORGANISER_ID, "person": ""},
        on_behalf_of=None,
        purpose="event",
        reference="conference-2026",
        reason="emissions of the conference, by category in its dossier",
    )
    start = SOLD_KG + 1
    await clerk.send(
        OWNER,
        "credits:Cancel",
        "cancel-credits",
        pieces=[piece(start, start, start + CANCELLED_KG - 1)],
        reason="given up without a claim",
    )
