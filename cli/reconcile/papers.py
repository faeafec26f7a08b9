"""A statement on paper and in files: CSV, JSON lines with every proof, and PDF with these attached.

AGREEMENT-PERIOD-from-SIDE.csv, .statement and .pdf. Each line names the transactions that prove it, and the
.statement file holds their bundles: what anybody checks by anchors of his own.
"""

import csv
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tanhui.cli.output import messages
from tanhui.cli.reconcile.drawing import Drawn, Parties
from tanhui.proofs.statements.document import ProvenLine, encode
from tanhui.proofs.statements.periods import OFFSET_S, Period
from tanhui.registry_api.problems import Problem
from tanhui.registry_api.reports.report import Column, Row
from tanhui.registry_api.reports.tables import Sheet, to_pdf

COLUMNS: Final = (
    Column("transfer", "转移", "Transfer"),
    Column("quantity", "数量", "Quantity", "amount"),
    Column("locked", "锁定", "Locked"),
    Column("outcome", "结果", "Outcome"),
    Column("settled", "了结", "Settled"),
    Column("lock", "锁定交易", "Lock, transaction"),
    Column("settlement", "了结交易", "Settlement, transaction"),
)
_OUTCOMES: Final = {"open": "在途 open", "minted": "已入账 minted", "aborted": "已中止 aborted"}


def write(
    out: Path,
    parties: Parties,
    period: Period,
    one: Drawn,
    bundles: Mapping[tuple[bytes, str], bytes],
) -> None:
    """One statement with the proofs that it leans on. A PDF that cannot be made is told, and left out."""
    out.mkdir(parents=True, exist_ok=True)
    stem = f"{parties.agreement}-{period.name}-from-{parties.sides[one.source].name}"
    with (out / f"{stem}.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(column.name for column in COLUMNS)
        writer.writerows(_cells(line) for line in one.proven)
    statement = out / f"{stem}.statement"
    with statement.open("wb") as lines:
        lines.writelines(encode(one.header(parties, period), bundles, one.proven))
    try:
        (out / f"{stem}.pdf").write_bytes(
            paper(parties, period, one, (statement.name, statement.read_bytes()))
        )
    except Problem as problem:
        messages.print(
            f"{stem}.pdf: {problem.code.en.format(value=problem.value, **problem.params)}", markup=False
        )


def paper(parties: Parties, period: Period, one: Drawn, attached: tuple[str, bytes]) -> bytes:
    """The statement as PDF, the file that proves it attached.

    Raises:
        Problem: 406 without a Chinese font, 413 past the rows that a PDF holds.
    """
    flow, sides = one.flow, parties.sides
    source, destination = sides[one.source].name, sides[1 - one.source].name
    signed = "双方已签 co-signed by both" if all(one.filed) else "尚未双方签署 not co-signed by both"
    notes = (
        f"{source} → {destination}, {parties.lane}, {period.name}; {signed}",
        f"期初 opening {flow.opening:,} + 转出 out {flow.out:,}",
        f"= 入账 minted {flow.minted:,} + 中止 aborted {flow.aborted:,} + 期末 closing {flow.closing:,}",
        f"根 root {one.own.label.hash.hex()}",
        f"附件 attached: {attached[0]} (tanhui check-statement)",
    )
    rows = (_printed(line) for line in one.proven)
    title = f"互认结算单 Statement of recognition: {parties.agreement}"
    return to_pdf(Sheet(title, notes, COLUMNS, rows, "zh", (attached,)))


def _cells(one: ProvenLine) -> tuple[str | int, ...]:
    line = one.line
    return (
        line.transfer,
        line.quantity,
        line.locked,
        line.outcome,
        line.settled or "",
        one.lock,
        one.settlement,
    )


def _printed(one: ProvenLine) -> Row:
    """The same as people read it: times in UTC+8."""
    line = one.line
    settled = _moment(line.settled) if line.settled else "–"
    outcome = _OUTCOMES[line.outcome]
    lock, settlement = one.lock, one.settlement or "–"
    return (line.transfer, line.quantity, _moment(line.locked), outcome, settled, lock, settlement)


def _moment(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC) + timedelta(seconds=OFFSET_S):%Y-%m-%d %H:%M:%S}"
