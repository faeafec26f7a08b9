"""The demo's generator, its balance, and the whole command on a small month."""

import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanhui.chaincode.rules.formula import load
from tanhui.cli.demo.balance import Flows, add_effect, credits_balance, points_balance
from tanhui.cli.demo.former import EXPIRED_POINTS, KEPT_POINTS
from tanhui.cli.demo.month import DAY_S, DAYS, UTC8_S, Month, batches, generate, target_grams
from tanhui.cli.demo.scenes import BY_ID, CUMULATIVE_GRAMS, MONTHS, PEOPLE, SCENES
from tests.conftest import Counts
from tests.support.running_registry import TANHUI

TODAY = 20_778
people_counts = st.integers(20, 400)


def grams(month: Month) -> int:
    return sum(BY_ID[scene].grams(one.amount) for scene, all_of in month.activities.items() for one in all_of)


def test_the_month_is_shandongs_share() -> None:
    assert target_grams(PEOPLE) == CUMULATIVE_GRAMS // MONTHS


def test_formulas_load_and_agree_with_the_generator() -> None:
    for scene in SCENES:
        formula = load(scene.formula)
        for amount in (scene.low, scene.high):
            assert formula.grams((amount,)) == scene.grams(amount)


@settings(max_examples=20, deadline=None)
@given(people_counts, st.integers(0, 2**32))
def test_the_same_seed_gives_the_same_month(people: int, seed: int) -> None:
    assert generate(people, TODAY, seed) == generate(people, TODAY, seed)
    assert generate(people, TODAY, seed) != generate(people, TODAY, seed + 1)


@settings(max_examples=20, deadline=None)
@given(people_counts)
def test_totals_are_near_the_target_and_every_record_is_creditable(people: int) -> None:
    month = generate(people, TODAY)
    assert abs(grams(month) - target_grams(people)) <= target_grams(people) * 15 // 100
    known = {person.account for person in month.people}
    assert len(known) == people
    for scene_id, of_scene in month.activities.items():
        scene = BY_ID[scene_id]
        days = Counter((one.account, (one.when + UTC8_S) // DAY_S) for one in of_scene)
        assert all(count == 1 for count in days.values()), "two in one slot"
        for one in of_scene:
            assert one.account in known
            assert scene.low <= one.amount <= scene.high
            assert TODAY - DAYS <= (one.when + UTC8_S) // DAY_S < TODAY


def test_a_large_month_comes_close_to_its_target() -> None:
    month = generate(5_000, TODAY)
    assert abs(grams(month) - target_grams(5_000)) <= target_grams(5_000) // 100


@settings(max_examples=20, deadline=None)
@given(people_counts, st.integers(1, 200))
def test_batches_hold_every_activity_once_and_no_account_twice(people: int, size: int) -> None:
    activities = generate(people, TODAY).activities["walk"]
    cut = list(batches(activities, size))
    assert [one for batch in cut for one in batch] == activities
    accounts = [{one.account for one in batch} for batch in cut]
    assert sum(map(len, accounts)) == len(set().union(*accounts))


def recorded(points: int, repaid: int = 0) -> dict[str, Any]:
    return {
        "kind": "activities.recorded",
        "batch": "b",
        "points": str(points),
        "debt_repaid": str(repaid),
        "reduction_g": "10",
        "count": "1",
    }


def account(held: int, debt: int = 0) -> dict[str, Any]:
    return {"debt": str(debt), "lots": [{"issue": "i", "points": str(held)}]}


def test_points_balance_sees_one_point_too_many_or_too_few() -> None:
    effects = [
        recorded(100),
        {"kind": "points.redeemed", "lots": [{"issue": "i", "expires": "2028-12-31", "points": "30"}]},
        {"kind": "activities.reversed", "batch": "b", "points": "100", "debt": "30", "reduction_g": "10"},
        recorded(50, repaid=30),
    ]
    flows = Flows()
    for effect in effects:
        add_effect(flows, effect, {"b": "i"})
    assert points_balance(flows, [account(20)]).balanced
    for wrong in ([account(21)], [account(19)], [account(20, debt=1)]):
        assert not points_balance(flows, wrong).balanced


@pytest.mark.parametrize(
    ("ranges", "complete", "balanced"),
    [
        ([(1, 6, "active"), (7, 10, "retired")], True, True),
        ([(1, 10, "active")], True, False),
        ([(1, 6, "active"), (8, 10, "retired")], False, False),
        ([(1, 7, "active"), (7, 10, "retired")], False, False),
        ([(1, 6, "active"), (7, 11, "retired")], False, False),
    ],
)
def test_credits_balance_sees_gaps_overlaps_and_wrong_states(
    ranges: list[tuple[int, int, str]], complete: bool, balanced: bool
) -> None:
    found = Flows()
    found.ranges["issued"] = [("b", 1, 10)]
    found.ranges["retired"] = [("b", 7, 10)]
    shown = [{"first": str(first), "last": str(last), "state": state} for first, last, state in ranges]
    result = credits_balance(found, "b", 10, shown)
    assert (result.complete, result.balanced) == (complete, balanced)


LEAVING = ("redeemed", "cancelled", "transferred", "reversed", "expired", "converted_out", "debt_made")


def run_demo(*options: str) -> tuple[dict[str, Any], subprocess.CompletedProcess[str]]:
    done = subprocess.run(
        [TANHUI, "demo", "--json", *options], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.stdout, done.stderr
    return json.loads(done.stdout), done


def test_the_command_runs_the_month_and_balances_from_the_chain(tmp_path: Path) -> None:
    data = tmp_path / "kept"
    found, done = run_demo("--people", "300", "--data", str(data))
    assert done.returncode == 0, done.stderr
    assert found["balanced"] is True
    month = generate(300, TODAY)
    assert found["accounts"] == 300 + len(month.units) + 10  # ten people have an account with the shop
    assert (
        found["activities"]["rejected"]
        == found["activities"]["rejected_by_code"]["activities.slot_claimed"]
        > 0
    )
    points = {name: int(value) for name, value in found["points"].items() if isinstance(value, str)}
    assert min(points[name] for name in LEAVING) > 0
    assert (
        points["issued"] + points["debt_made"]
        == points["held"]
        + points["redeemed"]
        + points["cancelled"]
        + points["reversed"]
        + points["expired"]
        + points["converted_out"]
        + points["debt_repaid"]
    )
    (batch,) = found["credits"]
    assert batch["complete_and_disjoint"] is True
    states = sum(int(batch[f"{state}_kg"]) for state in ("active", "retired", "cancelled"))
    assert states == int(batch["issued_kg"])
    checked = subprocess.run(
        [TANHUI, "fsck", "--data", str(data)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    audited = subprocess.run(
        [TANHUI, "audit", "ledger", "--data", str(data), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert audited.returncode == 0, audited.stdout
    (ledger,) = json.loads(audited.stdout)["ledgers"].values()
    assert all(one["holds"] for one in ledger["invariants"].values())
    supply = {name: int(figure) for name, figure in ledger["invariants"]["points.supply"]["figures"].items()}
    came = supply["issued"] + supply["imported"] + supply["converted_in"]
    assert (supply["held"], came) == (points["held"], points["issued"])
    assert supply["imported"] == 100 * (EXPIRED_POINTS + KEPT_POINTS)
    assert supply["expired"] == 100 * EXPIRED_POINTS
    again = subprocess.run([TANHUI, "demo", "--data", str(data)], capture_output=True, text=True, check=False)
    assert again.returncode == 1
    assert "not empty" in again.stderr


def test_own_activities_keep_the_good_lines_and_name_the_bad(tmp_path: Path) -> None:
    month = generate(20, _today())
    walks = month.activities["walk"][:12]
    lines = ["person,unit,scene,when,amount"]
    lines += [f"P{number},Office,walk,{one.when},{one.amount}" for number, one in enumerate(walks)]
    lines += [
        f"P0,Office,cycle,{walks[0].when},2000",  # 14: the same time again
        f"P1,Office,fly,{walks[0].when},2000",
        "P1,Office,walk,yesterday,2000",
        f"P1,Office,walk,{walks[0].when},-5",
        "P1,Office,walk",
    ]
    path = tmp_path / "own.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    found, done = run_demo("--activities", str(path))
    assert done.returncode == 0, done.stderr
    assert [bad["line"] for bad in found["file"]["bad_lines"]] == [15, 16, 17, 18]
    assert found["file"]["refused_lines"] == [
        {
            "line": 14,
            "code": "activities.slot_claimed",
            "reason": "the slot is claimed already in this exclusion group: line 14",
        }
    ]
    assert found["activities"]["recorded"] - found["activities"]["rejected"] >= 12
    assert "line 15: scene 'fly' is none of" in done.stderr


def _today() -> int:
    from tanhui.cli.demo.clerk import today  # noqa: PLC0415  the one test that needs the clock

    return today()


def recognition(data: Path, *options: str) -> dict[str, Any]:
    """What two regions came to, once everything that must hold of them held."""
    done = subprocess.run(
        [TANHUI, "demo", "recognition", "--json", "--data", str(data), *options],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shown: dict[str, Any] = json.loads(done.stdout)
    assert (shown["balanced"], shown["clean"]) == (True, True)
    assert shown["statements_checked_offline"] == 4
    totals = {name: int(value) for name, value in shown["totals"].items()}
    assert totals["minted"] == totals["burned"] > 0
    assert totals["unlocked"] > 0
    assert totals["locked"] == totals["in_flight"] == 0
    assert set(shown["audit"]) == {"sichuan", "jilin"}
    return shown


def test_two_regions_recognise_each_other_and_both_ledgers_are_clean(tmp_path: Path) -> None:
    shown = recognition(tmp_path / "regions")
    assert shown["runs_on"] == {"sichuan": "an embedded node", "jilin": "an embedded node"}


@pytest.mark.fabric
@pytest.mark.parametrize("embedded", [1, 0])
def test_regions_on_real_networks_do_the_same(embedded: int, tmp_path: Path, counts: Counts) -> None:
    shown = recognition(tmp_path / "regions", "--fabric", *["--one-embedded"] * embedded)
    on_fabric = [one for one in shown["runs_on"].values() if one.startswith("Fabric ")]
    assert len(on_fabric) == 2 - embedded
    counts.note(
        f"two regions, {len(on_fabric)} on Fabric",
        transactions=sum(one["transactions"] for one in shown["audit"].values()),
        carried=sum(shown["carried"].values()),
        broken=0,
    )
