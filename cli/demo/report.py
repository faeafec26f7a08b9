"""The demo's closing table and JSON document."""

from collections.abc import Sequence
from typing import Any

from tanhui.cli.demo.month import target_grams
from tanhui.cli.demo.own_file import OwnFile
from tanhui.cli.demo.run import Outcome
from tanhui.cli.demo.scenes import SOURCES
from tanhui.cli.output import print_table, results

TERMS = (
    "issued",
    "held",
    "redeemed",
    "cancelled",
    "expired",
    "reversed",
    "converted_out",
    "debt_made",
    "debt_repaid",
)


def document(outcome: Outcome, own: OwnFile | None) -> dict[str, Any]:
    """Totals as one JSON object, amounts as decimal strings; `balanced` is the verdict."""
    found: dict[str, Any] = {
        "balanced": outcome.balanced,
        "people": len(outcome.month.people),
        "units": len(outcome.month.units),
        "accounts": outcome.points.accounts,
        "transactions": outcome.transactions,
        "activities": {
            "recorded": outcome.flows.recorded,
            "rejected": outcome.flows.rejected,
            "rejected_by_code": dict(outcome.rejected),
        },
        "reduction_g": str(outcome.flows.grams),
        "target_g": str(target_grams(len(outcome.month.people))) if own is None else None,
        "points": {
            **{term: str(outcome.points.total(term)) for term in TERMS},
            "transferred": str(outcome.flows.moved),
            "debt": str(outcome.points.debt),
            "balanced": outcome.points.balanced,
        },
        "issues": [
            {"issue": name, **{term: str(getattr(issue, term)) for term in TERMS}, "balanced": issue.balanced}
            for name, issue in sorted(outcome.points.issues.items())
        ],
        "credits": [
            {
                "batch": one.batch,
                "issued_kg": str(one.quantity),
                **{f"{state}_kg": str(kg) for state, kg in sorted(one.states.items())},
                "complete_and_disjoint": one.complete,
                "balanced": one.balanced,
            }
            for one in outcome.credits
        ],
        "seconds": {name: round(seconds, 3) for name, seconds in outcome.seconds.items()},
        "sources": list(SOURCES) if own is None else [],
    }
    if own is not None:
        found["file"] = {
            "lines": own.lines,
            "bad_lines": [{"line": bad.number, "reason": bad.reason} for bad in own.bad],
            "refused_lines": [
                {"line": one.line, "code": one.code, "reason": one.reason} for one in outcome.refused
            ],
        }
    return found


def show(outcome: Outcome, own: OwnFile | None) -> None:
    """The closing table on stdout."""
    grams = outcome.flows.grams
    rows: list[Sequence[object]] = [
        ("people, units", f"{len(outcome.month.people):,}, {len(outcome.month.units)}"),
        ("activities recorded, of which refused", f"{outcome.flows.recorded:,}, {outcome.flows.rejected:,}"),
        ("reduction credited, t", f"{grams // 1_000_000:,}.{grams // 1_000 % 1_000:03d}"),
        *((f"points {term.replace('_', ' ')}", f"{outcome.points.total(term):,}") for term in TERMS),
        ("points transferred", f"{outcome.flows.moved:,}"),
    ]
    for one in outcome.credits:
        rows.append(("credits issued, kg", f"{one.quantity:,}"))
        rows += [(f"credits {state}, kg", f"{kg:,}") for state, kg in sorted(one.states.items())]
    rows.append(("transactions", f"{outcome.transactions:,}"))
    rows += [(f"{name}, s", f"{seconds:.1f}") for name, seconds in outcome.seconds.items()]
    print_table("the month, from the chain", ("what", "how much"), rows)
    if own is None:
        for source in SOURCES:
            results.print(source, markup=False, soft_wrap=True)
    points = "balanced" if outcome.points.balanced else "NOT BALANCED"
    results.print(f"points of {len(outcome.points.issues)} issues: issued = held + what left: {points}")
    for one in outcome.credits:
        verdict = "complete and disjoint" if one.balanced else "NOT COMPLETE"
        results.print(f"serials of {one.batch}: {verdict}", markup=False, soft_wrap=True)
