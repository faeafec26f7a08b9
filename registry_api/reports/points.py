"""Points of a programme: where they came from and went, what is owed to holders, and when it expires.

issued + imported + converted in + refunded + recognised + unlocked
= liability + redeemed + cancelled + expired + reversed + converted out + locked + repaid
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tanhui.registry_api.reports.report import Column, Effects, Happened, Report, Row, Wish, wanted

KINDS: Final = (
    "points.issued",
    "points.transferred",
    "points.redeemed",
    "points.cancelled",
    "points.expired",
    "points.reversed",
    "points.converted",
    "activities.recorded",
    "activities.credited",
    "activities.reversed",
    "opening.balances_imported",
    "rewards.voucher_refunded",
    "rewards.entry_refunded",
    "recognition.points_locked",
    "recognition.points_minted",
    "recognition.points_unlocked",
)
IN: Final = ("issued", "imported", "converted_in", "refunded", "recognised", "unlocked")
OUT: Final = ("redeemed", "cancelled", "expired", "reversed", "converted_out", "locked", "repaid")
UNKNOWN: Final = ""
"""Where an effect does not say which day its points expire on."""


class PointsBook:
    """Flows by programme, and points in lots by programme and last day."""

    def __init__(self) -> None:
        self.flows: dict[str, Counter[str]] = defaultdict(Counter)
        self.debts: Counter[str] = Counter()
        self.lots: dict[str, Counter[str]] = defaultdict(Counter)
        self._expiry: dict[tuple[str, str], str] = {}
        self._batches: dict[str, tuple[str, str]] = {}

    def take(self, one: Happened) -> None:
        """Follow one effect."""
        effect = one.effect
        match one.kind:
            case "points.issued":
                self._expiry[effect["programme"], effect["issue"]] = effect["expires"]
                self._enter("issued", effect, effect["expires"])
            case "activities.recorded" | "activities.credited":
                self._batches[effect["batch"]] = (effect["programme"], effect["expires"])
                self._enter("issued", effect, effect["expires"])
            case "opening.balances_imported":
                self._enter("imported", effect, UNKNOWN)
            case "points.redeemed" | "points.cancelled" | "points.expired":
                self._leave(one.kind.partition(".")[2], effect["programme"], effect["lots"])
            case "points.transferred":
                self._repay(effect["programme"], effect["lots"], int(effect["debt_repaid"]))
            case "points.reversed":
                expires = self._expiry.get((effect["programme"], effect["issue"]), UNKNOWN)
                self._reverse(effect["programme"], expires, effect)
            case "activities.reversed":
                programme, expires = self._batches.get(effect["batch"], ("", UNKNOWN))
                self._reverse(programme, expires, effect)
            case "points.converted":
                self._convert(effect)
            case "recognition.points_locked":
                self._leave("locked", effect["programme"], effect["portions"])
            case _:
                self._return(_RETURNS[one.kind], effect)

    def _enter(self, flow: str, effect: Mapping[str, Any], expires: str) -> None:
        programme, points, repaid = effect["programme"], int(effect["points"]), int(effect["debt_repaid"])
        self.flows[programme][flow] += points
        self.flows[programme]["repaid"] += repaid
        self.debts[programme] -= repaid
        self.lots[programme][expires] += points - repaid

    def _leave(self, flow: str, programme: str, lots: Iterable[Mapping[str, Any]]) -> None:
        for lot in lots:
            self.flows[programme][flow] += int(lot["points"])
            self.lots[programme][lot.get("expires", UNKNOWN)] -= int(lot["points"])

    def _repay(self, programme: str, lots: Iterable[Mapping[str, Any]], repaid: int) -> None:
        """A debt is repaid from what expires first among the lots that arrive."""
        self.debts[programme] -= repaid
        self.flows[programme]["repaid"] += repaid
        for lot in sorted(lots, key=lambda one: (one["expires"], one["issue"])):
            part = min(int(lot["points"]), repaid)
            self.lots[programme][lot["expires"]] -= part
            repaid -= part

    def _reverse(self, programme: str, expires: str, effect: Mapping[str, Any]) -> None:
        found = int(effect["points"]) - int(effect["debt"])
        self.flows[programme]["reversed"] += found
        self.debts[programme] += int(effect["debt"])
        self.lots[programme][expires] -= found

    def _convert(self, effect: Mapping[str, Any]) -> None:
        self._leave("converted_out", effect["source_programme"], effect["lots"])
        target, points = effect["target_programme"], int(effect["target_points"])
        repaid = int(effect.get("debt_repaid") or 0)
        self.flows[target]["converted_in"] += points
        self.flows[target]["repaid"] += repaid
        self.debts[target] -= repaid
        self.lots[target][effect["target_expires"]] += points - repaid

    def _return(self, flow: str, effect: Mapping[str, Any]) -> None:
        programme = effect["programme"]
        for lot in effect["lots"]:
            self.flows[programme][flow] += int(lot["points"])
            self.lots[programme][lot["expires"]] += int(lot["points"])
        self._repay(programme, effect["lots"], int(effect["debt_repaid"]))


_RETURNS: Final[Mapping[str, str]] = {
    "rewards.voucher_refunded": "refunded",
    "rewards.entry_refunded": "refunded",
    "recognition.points_minted": "recognised",
    "recognition.points_unlocked": "unlocked",
}


def points_book(effects: Effects) -> PointsBook:
    """Everything that moved points."""
    book = PointsBook()
    for one in effects(KINDS):
        book.take(one)
    return book


def _supply(effects: Effects, wish: Wish) -> Iterator[Row]:
    book = points_book(effects)
    for programme in sorted(book.flows):
        if wanted(wish, programme=programme):
            flows = book.flows[programme]
            liability = sum(flows[name] for name in IN) - sum(flows[name] for name in OUT)
            amounts = [flows[name] for name in (*IN, *OUT)]
            yield (programme, *amounts, liability, book.debts[programme])


_FLOW_TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "issued": ("发放", "Issued"),
    "imported": ("迁入", "Imported"),
    "converted_in": ("转换入", "Converted in"),
    "refunded": ("退还", "Refunded"),
    "recognised": ("互认转入", "Recognised"),
    "unlocked": ("互认解锁", "Unlocked"),
    "redeemed": ("兑换", "Redeemed"),
    "cancelled": ("注销", "Cancelled"),
    "expired": ("过期", "Expired"),
    "reversed": ("冲正", "Reversed"),
    "converted_out": ("转换出", "Converted out"),
    "locked": ("互认锁定", "Locked"),
    "repaid": ("抵欠", "Repaid"),
}

SUPPLY: Final = Report(
    "points-liability",
    "碳积分负债表",
    "Points liability",
    (
        Column("programme", "项目", "Programme"),
        *(Column(name, *_FLOW_TITLES[name], "amount") for name in (*IN, *OUT)),
        Column("liability", "未兑付", "Liability", "amount"),
        Column("debt", "待抵欠", "Debt", "amount"),
    ),
    _supply,
    of=("programme",),
    audience="operator",
)


def _expiry(effects: Effects, wish: Wish) -> Iterator[Row]:
    book = points_book(effects)
    for programme in sorted(book.lots):
        if wanted(wish, programme=programme):
            for expires, points in sorted(book.lots[programme].items()):
                if points:
                    yield programme, expires, points


EXPIRY: Final = Report(
    "points-expiry",
    "碳积分到期分布",
    "Points by expiry",
    (
        Column("programme", "项目", "Programme"),
        Column("expires", "到期日", "Expires", "day"),
        Column("points", "积分", "Points", "amount"),
    ),
    _expiry,
    of=("programme",),
    audience="operator",
)


def _rewards(effects: Effects, wish: Wish) -> Iterator[Row]:
    taken: Counter[tuple[str, str, str]] = Counter()
    opened: Counter[tuple[str, str, str]] = Counter()
    refunded: Counter[tuple[str, str, str]] = Counter()
    for one in effects(("rewards.taken", "rewards.voucher_opened", "rewards.voucher_refunded")):
        effect = one.effect
        key = (effect["catalogue"], effect["reward"], str(effect["year"]))
        match one.kind:
            case "rewards.taken":
                taken[key] += len(effect["units"])
            case "rewards.voucher_opened":
                opened[key] += 1
            case _:
                refunded[key] += 1
    for key in sorted(taken | opened | refunded):
        if wanted(wish, programme=key[0], year=key[2]):
            yield (*key, taken[key], opened[key], refunded[key])


REWARDS: Final = Report(
    "reward-use",
    "权益使用情况",
    "Use of rewards",
    (
        Column("programme", "项目", "Programme"),
        Column("reward", "权益", "Reward"),
        Column("year", "年度", "Year"),
        Column("taken", "领取", "Taken", "amount"),
        Column("opened", "核销", "Opened", "amount"),
        Column("refunded", "退还", "Refunded", "amount"),
    ),
    _rewards,
    of=("programme", "year"),
    audience="operator",
)
