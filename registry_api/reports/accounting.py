"""The accounting export: an organisation's months by quantity and amount (财会〔2019〕22号), as booked."""

from collections.abc import Iterator
from typing import Any, Final

from tanhui.registry_api.reports.report import Ask, Column, Effects, Report, Row, Told, Wish


def order_of(wish: Wish) -> dict[str, Any]:
    """The order of accounting:Statement: whole months, both included."""
    assert wish.since is not None
    assert wish.as_of is not None
    return {
        "organisation": wish.of["organisation"],
        "first": wish.since.isoformat()[:7],
        "last": wish.as_of.isoformat()[:7],
    }


async def _statement(ask: Ask, wish: Wish, told: Told) -> Any:
    del told
    return await ask("accounting:Statement", order_of(wish))


def _export(effects: Effects, wish: Wish) -> Iterator[Row]:
    del effects
    statement = wish.answer
    opening, closing = statement["opening"], statement["closing"]
    yield "opening", "", int(opening["quantity"]), int(opening["cost"]), 0
    for side in ("increases", "decreases"):
        for entry in statement[side]:
            yield side, entry["entry"], int(entry["quantity"]), int(entry["cost"]), int(entry["amount"])
    yield "closing", "", int(closing["quantity"]), int(closing["cost"]), 0


EXPORT: Final = Report(
    "accounting-export",
    "会计数据(财会〔2019〕22号)",
    "Accounting export",
    (
        Column("side", "方向", "Side", words=("side",)),
        Column("entry", "项目", "Entry", words=("entry",)),
        Column("quantity_kg", "数量(千克)", "Quantity (kg)", "amount"),
        Column("cost_fen", "成本(分)", "Cost (fen)", "amount"),
        Column("amount_fen", "金额(分)", "Amount (fen)", "amount"),
    ),
    _export,
    of=("organisation",),
    needs=("organisation", "since", "as_of"),
    audience="named",
    asks=_statement,
)
