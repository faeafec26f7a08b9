"""Recognition between regions: what an agreement's transfers came to in a period, as this side has them.

in flight at the opening + locked = finalised + unlocked + in flight at the closing
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from tanhui.registry_api.reports.reading import day_of, start_of
from tanhui.registry_api.reports.report import Column, Effects, Report, Row, Wish, wanted

KINDS: Final = tuple(
    f"recognition.{lane}_{step}"
    for lane in ("points", "credits")
    for step in ("locked", "finalised", "unlocked", "minted")
)
ABORTED: Final = "recognition.aborted"


def _statement(effects: Effects, wish: Wish) -> Iterator[Row]:
    since = None if wish.since is None else start_of(wish.since)
    moved: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    aborted: Counter[str] = Counter()
    for one in effects((*KINDS, ABORTED)):
        agreement = one.effect["agreement"]
        if not wanted(wish, agreement=agreement):
            continue
        before = since is not None and one.at < since
        if one.kind == ABORTED:
            aborted[agreement] += not before
            continue
        lane, _, step = one.kind.partition(".")[2].partition("_")
        sums = moved[agreement, lane]
        quantity = int(one.effect["quantity"])
        if not before:
            sums[step] += quantity
            sums[f"{step}_count"] += 1
        elif step != "minted":
            sums["opening"] += quantity if step == "locked" else -quantity
    for agreement, lane in sorted(moved):
        sums = moved[agreement, lane]
        closing = sums["opening"] + sums["locked"] - sums["finalised"] - sums["unlocked"]
        yield (
            agreement,
            lane,
            sums["opening"],
            sums["locked"],
            sums["locked_count"],
            sums["finalised"],
            sums["unlocked"],
            closing,
            sums["minted"],
            sums["minted_count"],
            aborted[agreement],
        )


STATEMENT: Final = Report(
    "recognition-statement",
    "互认对账单",
    "Recognition statement",
    (
        Column("agreement", "协议", "Agreement"),
        Column("lane", "类别", "Lane", words=("lane_name",)),
        Column("opening", "期初在途", "In flight, opening", "amount"),
        Column("out", "转出锁定", "Locked out", "amount"),
        Column("out_count", "转出笔数", "Transfers out", "amount"),
        Column("finalised", "已完成", "Finalised", "amount"),
        Column("unlocked", "已退回", "Unlocked", "amount"),
        Column("closing", "期末在途", "In flight, closing", "amount"),
        Column("in", "转入", "Minted in", "amount"),
        Column("in_count", "转入笔数", "Transfers in", "amount"),
        Column("aborted", "拒收笔数", "Aborted in", "amount"),
    ),
    _statement,
    of=("agreement",),
)


def _transfers(effects: Effects, wish: Wish) -> Iterator[Row]:
    """Each transfer by its last step here; every step's transaction is one that GET …/bundle proves."""
    found: dict[tuple[str, str, str], dict[str, str | int]] = {}
    for one in effects((*KINDS, ABORTED)):
        agreement, transfer = one.effect["agreement"], one.effect.get("transfer", "")
        if not transfer or not wanted(wish, agreement=agreement):
            continue
        step = one.kind.rpartition("_")[2] if one.kind != ABORTED else "aborted"
        way = "in" if step in {"minted", "aborted"} else "out"
        line = found.setdefault(
            (agreement, way, transfer), {"quantity": 0, "day": "", "first": "", "last": "", "state": ""}
        )
        line["quantity"] = int(one.effect.get("quantity", line["quantity"]))
        line["day"] = line["day"] or day_of(one.at)
        line["first"] = line["first"] or one.transaction
        line["last"], line["state"] = one.transaction, step
    for (agreement, way, transfer), line in sorted(found.items()):
        yield (agreement, way, transfer, *line.values())


TRANSFERS: Final = Report(
    "recognition-transfers",
    "互认转移明细",
    "Transfers between regions, each with its proof",
    (
        Column("agreement", "协议", "Agreement"),
        Column("way", "方向", "Way", words=("way",)),
        Column("transfer", "转移", "Transfer"),
        Column("quantity", "数量", "Quantity", "amount"),
        Column("day", "日期", "Day", "day"),
        Column("first", "首笔交易", "First transaction"),
        Column("last", "最后交易", "Last transaction"),
        Column("state", "状态", "State", words=("transfer_state",)),
    ),
    _transfers,
    of=("agreement",),
)
