"""Statements drawn from two regions' records, co-signed, and checked by somebody who has only anchors."""

import asyncio
import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from tanhui.cli.reconcile.command import bundles_of, claims, document_of
from tanhui.cli.reconcile.disputes import Owed, dispute_claims, owed_in
from tanhui.cli.reconcile.drawing import Drawn, Parties, draw, parties_of, prove
from tanhui.cli.reconcile.papers import write
from tanhui.network.relay.carrier import Carrier
from tanhui.proofs import notes, rulings
from tanhui.proofs.anchors import Anchors
from tanhui.proofs.errors import ProofError
from tanhui.proofs.statements.document import check, encode
from tanhui.proofs.statements.lines import Flow
from tanhui.proofs.statements.netting import Claim, net, positions
from tanhui.proofs.statements.periods import Period, parse_period
from tanhui.registry_api.documents.fonts import cjk_font
from tests.support import projects
from tests.support.audits import MemoryAudit, broken
from tests.support.recognising import Two, two_regions
from tests.support.regions import ARBITERS, TIME, Region
from tests.support.registry_world import MemoryBackend

NOVEMBER, DECEMBER = parse_period("2026-11"), parse_period("2026-12")


@pytest.fixture
def two() -> Two:
    return two_regions()


def settle(two: Two, agreement: str = "sc-jl") -> None:
    asyncio.run(Carrier(agreement, two.sides, clock=lambda: two.sichuan.world.seconds).settle())


def drawn(two: Two, period: Period, agreement: str = "sc-jl") -> tuple[Parties, list[Drawn]]:
    async def both() -> tuple[Parties, list[Drawn]]:
        parties = await parties_of(two.sides, agreement)
        return parties, [await draw(parties, period, source) for source in (0, 1)]

    return asyncio.run(both())


def files(two: Two, period: Period) -> list[list[bytes]]:
    parties, both = drawn(two, period)
    bundles = asyncio.run(prove(parties, both))
    return [list(encode(one.header(parties, period), bundles, one.proven)) for one in both]


def file_statements(two: Two, period: str, one: Drawn) -> None:
    """Both regulators file what was drawn, and each side sees the other's filing."""
    order: dict[str, Any] = {"agreement": "sc-jl", "source": one.source, "period": period}
    flow = one.flow._asdict()
    figures = {name: flow[name] if name == "lines" else str(flow[name]) for name in flow}
    for region in two.regions:
        region.world.by_two(
            "Rui", "Ren", "recognition:FileStatement", **order, **figures, root=one.own.label.hash.hex()
        )
    proofs = [region.prove() for region in two.regions]
    for region, proof in zip(two.regions, reversed(proofs), strict=True):
        region.world.done("Cai", "recognition:CosignStatement", **order, proof=proof)


def lock(two: Two, *numbers: int) -> None:
    """One kilogram each, from the front of what is left."""
    for number in numbers:
        piece = projects.pieces((number, number, number))
        assert two.lock_credits(two.sichuan, [(f"t-{number}", "holder", piece)]).refusal is None


def test_two_months_with_one_transfer_in_flight_between_them(two: Two) -> None:
    lock(two, 1, 2)
    settle(two)
    lock(two, 3)
    parties, (out, back) = drawn(two, NOVEMBER)
    assert out.flow == Flow(3, out=3, minted=2, closing=1)
    assert back.flow == Flow()
    assert not out.differences
    two.sichuan.world.seconds = two.jilin.world.seconds = DECEMBER.start + 9 * 86_400
    settle(two)
    later = drawn(two, NOVEMBER)[1]
    assert later[0].own.label == out.own.label, "a statement says the same whenever it is drawn"
    for one in later:
        file_statements(two, "2026-11", one)
    december = drawn(two, DECEMBER)[1][0]
    assert december.flow == Flow(1, opening=1, minted=1)
    assert not december.differences
    for made in files(two, NOVEMBER):
        checked = check(made, [region.anchors for region in two.regions])
        assert checked.cosigned
        assert checked.by_ruling == 0
    for region in two.regions:
        assert isinstance(region.world.backend, MemoryBackend)
        assert broken(MemoryAudit(region.world.backend.ledger).reports()) == {}
    document = document_of(parties, NOVEMBER, [out, back], two.sichuan.world.seconds)
    assert document["netting"] == [{"debtor": "sichuan", "creditor": "jilin", "amount": 2}]
    assert document["agreed"]


def test_what_the_source_has_not_heard_of_is_the_one_difference(two: Two) -> None:
    lock(two, *range(1, 21))
    settle(two)
    lock(two, 21)
    found = two.copy()
    settle(found)
    # Jilin minted t-21; Sichuan's ledger is as before: nobody has carried the proof yet.
    lagging = Two(two.sichuan, found.jilin, two.terms)
    one = drawn(lagging, NOVEMBER)[1][0]
    (difference,) = one.differences
    assert difference.transfer == "t-21"
    assert difference.own is not None
    assert difference.other is not None
    assert (difference.own.outcome, difference.other.outcome) == ("open", "minted")
    assert not drawn(found, NOVEMBER)[1][0].differences


def test_points_are_netted_in_the_first_partys_units(two: Two) -> None:
    two.lock_points(two.sichuan, [("p-1", "A", 50)])
    two.lock_points(two.jilin, [("q-1", "B", 30)])
    settle(two, "sc-jl-p")
    parties, both = drawn(two, NOVEMBER, "sc-jl-p")
    assert [one.flow.minted for one in both] == [50, 30]
    # 2 of Jilin's for 5 of Sichuan's: 30 of Jilin's are 75.
    assert claims(parties, both) == [Claim("0", "1", 50), Claim("1", "0", 75)]
    assert net(claims(parties, both)) == [Claim("1", "0", 25)]


def dispute(two: Two, transfer: str, owes: Region, quantity: int, agreement: str = "sc-jl") -> str:
    """Opened by Sichuan, received by Jilin, upheld by the arbiter: the ruling, which no ledger was shown yet."""
    order = {"agreement": agreement, "dispute": f"d-{transfer}"}
    ours = transfer[0] in "tp"
    two.sichuan.world.done(
        "Rui",
        "recognition:OpenDispute",
        **order,
        transfer=transfer,
        ours=ours,
        evidence="ab" * 32,
        deadline="2027-01-31",
        reason="counted twice",
    )
    two.jilin.world.done("Rui", "recognition:ReceiveDispute", **order, proof=two.sichuan.prove())
    said = rulings.DisputeRuling(
        bytes.fromhex(two.terms[agreement]),
        (two.sichuan if ours else two.jilin).genesis,
        transfer,
        f"d-{transfer}",
        "upheld",
        owes.genesis,
        quantity,
        TIME,
        "both heard",
    ).text()
    return notes.Note(said, tuple(notes.signature(said, one) for one in ARBITERS[:2])).encode().decode()


def rule(two: Two, region: Region, transfer: str, ruling: str, agreement: str = "sc-jl") -> None:
    region.world.done(
        "Cai", "recognition:RuleDispute", agreement=agreement, dispute=f"d-{transfer}", ruling=ruling
    )


def owed(two: Two, period: Period, agreement: str = "sc-jl") -> tuple[Owed, ...]:
    async def found() -> tuple[Owed, ...]:
        return await owed_in(await parties_of(two.sides, agreement), period)

    return asyncio.run(found())


def test_an_upheld_dispute_is_netted_once_both_ledgers_have_the_ruling(two: Two) -> None:
    lock(two, 1, 2, 3)
    settle(two)
    ruling = dispute(two, "t-2", two.sichuan, 1)
    rule(two, two.sichuan, "t-2", ruling)
    parties, both = drawn(two, NOVEMBER)
    half_known = owed(two, NOVEMBER)
    assert [one.agreed for one in half_known] == [False]
    document = document_of(parties, NOVEMBER, both, TIME, half_known)
    assert document["netting"] == [{"debtor": "sichuan", "creditor": "jilin", "amount": 3}]
    assert not document["agreed"]

    rule(two, two.jilin, "t-2", ruling)
    known = owed(two, NOVEMBER)
    document = document_of(parties, NOVEMBER, both, TIME, known)
    assert document["netting"] == [{"debtor": "sichuan", "creditor": "jilin", "amount": 4}]
    assert document["agreed"]
    assert all(document["disputes"][0]["rulings"])
    assert owed(two, DECEMBER) == (), "it belongs to the period in which the arbiter dated it"


def test_points_owed_by_a_dispute_are_netted_in_the_first_partys_units(two: Two) -> None:
    two.lock_points(two.jilin, [("q-1", "B", 30)])
    settle(two, "sc-jl-p")
    ruling = dispute(two, "q-1", two.jilin, 7, "sc-jl-p")
    for region in two.regions:
        rule(two, region, "q-1", ruling, "sc-jl-p")
    parties = drawn(two, NOVEMBER, "sc-jl-p")[0]
    # 2 of Jilin's for 5 of Sichuan's: 7 of Jilin's are 17 and a half, and a half is not claimed.
    assert dispute_claims(parties, owed(two, NOVEMBER, "sc-jl-p")) == [Claim("1", "0", 17)]


def changed(rows: Sequence[bytes], kind: str, **fields: Any) -> list[bytes]:
    """The file with fields of its first row of a kind changed."""
    made = list(rows)
    at = next(i for i, row in enumerate(made) if kind in json.loads(row))
    row = json.loads(made[at]) | fields
    made[at] = json.dumps(row, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    return made


def holds(rows: Sequence[bytes], anchors: Sequence[Anchors]) -> bool:
    try:
        check(rows, anchors)
    except ProofError:
        return False
    return True


def test_a_third_party_refuses_what_was_touched(two: Two) -> None:
    lock(two, 1, 2)
    settle(two)
    lock(two, 3)
    rows = files(two, NOVEMBER)[0]
    anchors = [region.anchors for region in two.regions]
    assert not check(rows, anchors).cosigned
    lines = [row for row in rows if b'"transfer"' in row]
    bundles = [row for row in rows if b'"bundle"' in row]
    flow = json.loads(rows[0])["flow"]
    wrong: dict[str, list[bytes]] = {
        "a line less": [row for row in rows if row != lines[0]],
        "a line twice": [*rows, lines[0]],
        "a bundle less": [row for row in rows if row != bundles[0]],
        "another quantity": changed(rows, "transfer", quantity="2"),
        "another outcome": changed(rows, "transfer", outcome="aborted"),
        "another time": changed(rows, "transfer", settled="1"),
        "another sum": changed(rows, "flow", flow={**flow, "minted": "3", "closing": "0"}),
        "another agreement": changed(rows, "flow", agreement="sc-xx"),
        "another period": changed(rows, "flow", period="2026-12"),
        "another root": changed(rows, "flow", root="00" * 32),
        "regions exchanged": changed(
            rows, "flow", source=json.loads(rows[0])["destination"], destination=json.loads(rows[0])["source"]
        ),
        "a filing that is none": changed(rows, "flow", filed=[json.loads(lines[0])["lock"]] * 2),
        "nothing": [],
    }
    assert {name for name, made in wrong.items() if holds(made, anchors)} == set()
    with pytest.raises(ProofError, match=r"statement\.anchors"):
        check(rows, anchors[:1])


def test_a_statement_on_paper_carries_the_file_that_proves_each_line(two: Two, tmp_path: Path) -> None:
    lock(two, 1, 2)
    settle(two)
    lock(two, 3)
    parties, both = drawn(two, NOVEMBER)
    bundles = asyncio.run(prove(parties, both))
    for one in both:
        write(tmp_path, parties, NOVEMBER, one, bundles_of(parties, one, bundles))
    stem = tmp_path / "sc-jl-2026-11-from-sichuan"
    rows = list(csv.DictReader(stem.with_suffix(".csv").read_text("utf-8-sig").splitlines()))
    ends = {row["transfer"]: row["outcome"] for row in rows}
    assert ends == {"t-1": "minted", "t-2": "minted", "t-3": "open"}
    statement = stem.with_suffix(".statement").read_bytes().splitlines(keepends=True)
    proven = {json.loads(row)["transaction"] for row in statement if b"bundle" in row}
    assert {row["lock"] for row in rows} | {row["settlement"] for row in rows if row["settlement"]} == proven
    anchors = [region.anchors for region in two.regions]
    assert check(statement, anchors).header.root == both[0].own.label
    if cjk_font() is None:
        assert not stem.with_suffix(".pdf").exists(), "said, and left out"
        return
    with pikepdf.open(stem.with_suffix(".pdf")) as pdf:
        (name,) = pdf.attachments
        attached = pdf.attachments[name].get_file().read_bytes()
    assert attached == b"".join(statement)


def test_netting_of_five_regions_leaves_every_position(two: Two) -> None:
    claims_of_five = [Claim(f"r{n}", f"r{(n * 3 + 1) % 5}", 100 * (n + 1)) for n in range(5)]
    paid = net(claims_of_five)
    assert positions(paid) == {name: amount for name, amount in positions(claims_of_five).items() if amount}
    assert len(paid) < 5
