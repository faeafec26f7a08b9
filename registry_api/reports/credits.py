"""Credits: what became of each batch, and who holds what; one kilogram CO2e is one serial number."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from tanhui.registry_api.reports.report import Column, Effects, Happened, Report, Row, Wish, wanted

KINDS: Final = (
    "credits.issued",
    "credits.transferred",
    "credits.cancelled",
    "retirements.retired",
    "recalls.replaced",
    "opening.batch_imported",
    "recognition.credits_minted",
    "recognition.credits_finalised",
)
"""Effects that make credits, move them, or end them."""

Holding = tuple[str, str]
"""Holder and batch."""


class CreditBook:
    """Kilograms by batch and by holder, as effects moved them."""

    def __init__(self) -> None:
        self.flows: dict[str, Counter[str]] = defaultdict(Counter)
        """By batch: issued, retired, cancelled, exported."""
        self.held: Counter[Holding] = Counter()
        self.origin: dict[str, tuple[str, str, str]] = {}
        """By batch: project, methodology, vintage."""

    def take(self, one: Happened) -> None:
        """Follow one effect."""
        effect = one.effect
        match one.kind:
            case "credits.issued":
                self._describe(one)
                self._enter(one, effect["holder"])
            case "opening.batch_imported":
                self._import(one)
            case "recognition.credits_minted":
                self._mint(one)
            case "credits.transferred":
                for batch, kilograms in _quantities(one):
                    self.held[effect["sender"], batch] -= kilograms
                    self.held[effect["receiver"], batch] += kilograms
            case "credits.cancelled":
                self._end(one, "cancelled")
            case "retirements.retired" | "recalls.replaced":
                self._end(one, "retired")
            case "recognition.credits_finalised":
                self._end(one, "exported")

    def _describe(self, one: Happened) -> None:
        effect = one.effect
        for batch, _ in _quantities(one):
            self.origin[batch] = (effect["project"], effect["methodology"], effect["vintage"])

    def _enter(self, one: Happened, holder: str) -> None:
        for batch, kilograms in _quantities(one):
            self.flows[batch]["issued"] += kilograms
            self.held[holder, batch] += kilograms

    def _import(self, one: Happened) -> None:
        effect = one.effect
        batch = effect["batch"]
        self.origin[batch] = (effect["project"], effect["methodology"], effect["vintage"])
        for part in effect["ranges"]:
            kilograms = int(part["range"]["last"]) - int(part["range"]["first"]) + 1
            self.flows[batch]["issued"] += kilograms
            if part["state"] == "active":
                self.held[part["holder"], batch] += kilograms
            else:
                self.flows[batch][part["state"]] += kilograms

    def _mint(self, one: Happened) -> None:
        """A mirror is new here; units that come home were exported before."""
        for batch, kilograms in _quantities(one):
            home = min(self.flows[batch]["exported"], kilograms)
            self.flows[batch]["exported"] -= home
            self.flows[batch]["issued"] += kilograms - home
            self.held[one.effect["holder"], batch] += kilograms

    def _end(self, one: Happened, flow: str) -> None:
        for batch, kilograms in _quantities(one):
            self.flows[batch][flow] += kilograms
            self.held[one.effect["holder"], batch] -= kilograms


def _quantities(one: Happened) -> Iterator[tuple[str, int]]:
    for part in one.effect["ranges"]:
        yield part["batch"], int(part["last"]) - int(part["first"]) + 1


def _book(effects: Effects) -> CreditBook:
    book = CreditBook()
    for one in effects(KINDS):
        book.take(one)
    return book


def _supply(effects: Effects, wish: Wish) -> Iterator[Row]:
    book = _book(effects)
    active: Counter[str] = Counter()
    for (_, batch), kilograms in book.held.items():
        active[batch] += kilograms
    for batch in sorted(book.flows):
        project, methodology, vintage = book.origin.get(batch, ("", "", ""))
        if not wanted(wish, batch=batch, project=project, methodology=methodology):
            continue
        flows = book.flows[batch]
        ended = [flows[name] for name in ("retired", "cancelled", "exported")]
        difference = flows["issued"] - active[batch] - sum(ended)
        yield (batch, project, methodology, vintage, flows["issued"], active[batch], *ended, difference)


SUPPLY: Final = Report(
    "credit-supply",
    "减排量供给平衡表",
    "Supply equation of credits",
    (
        Column("batch", "批次", "Batch"),
        Column("project", "项目", "Project"),
        Column("methodology", "方法学", "Methodology"),
        Column("vintage", "年份", "Vintage"),
        Column("issued_kg", "签发(千克)", "Issued (kg)", "amount"),
        Column("active_kg", "在册(千克)", "Active (kg)", "amount"),
        Column("retired_kg", "注销(千克)", "Retired (kg)", "amount"),
        Column("cancelled_kg", "取消(千克)", "Cancelled (kg)", "amount"),
        Column("exported_kg", "转出(千克)", "Exported (kg)", "amount"),
        Column("difference_kg", "差额(千克)", "Difference (kg)", "amount"),
    ),
    _supply,
    of=("batch", "project", "methodology"),
)


def _holdings(effects: Effects, wish: Wish) -> Iterator[Row]:
    for (holder, batch), kilograms in sorted(_book(effects).held.items()):
        if kilograms and wanted(wish, organisation=holder, batch=batch):
            yield holder, batch, kilograms


HOLDINGS: Final = Report(
    "holdings",
    "持有量表",
    "Holdings",
    (
        Column("holder", "持有方", "Holder"),
        Column("batch", "批次", "Batch"),
        Column("quantity_kg", "数量(千克)", "Quantity (kg)", "amount"),
    ),
    _holdings,
    of=("organisation", "batch"),
    audience="named",
)
