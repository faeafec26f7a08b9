"""What a report is: columns with titles in both languages, and rows computed from effects up to a moment."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from tanhui.registry_api.languages import Language
from tanhui.registry_api.wording.catalogue import Wording

Kind = Literal["text", "amount", "day"]
Row = tuple[str | int, ...]
"""Cells in the order of the columns: whole numbers for amounts, text for everything else."""
Audience = Literal["everybody", "named", "operator"]
"""Who may read it: every key; the organisation that `organisation` names; the operator of `programme`."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `unit` is part of the titles."""

    name: str
    zh: str
    en: str
    kind: Kind = "text"
    words: tuple[str, ...] = ()
    """Groups of the wording in which a file looks its cells up; in JSON they stay the ledger's own words."""

    def title(self, language: Language) -> str:
        """Its heading."""
        return self.zh if language == "zh" else self.en

    def shown(self, cell: str | int, words: Wording) -> str | int:
        """A cell as people read it."""
        said = (words.term(group, cell) for group in self.words) if isinstance(cell, str) and cell else ()
        return next((one for one in said if one != cell), cell)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of a report.

    Attributes:
        as_of: the last day (UTC+8) whose transactions count; None for all there are.
        since: the first day of a register or a period; None from the beginning.
        of: further conditions by name, as the report declares them.
    """

    as_of: date | None = None
    since: date | None = None
    of: Mapping[str, str] = field(default_factory=dict)
    answer: Any = None
    """What the contract answered, where the report asks it."""
    language: Language = "zh"
    """In which names are told."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One effect with its place and time (seconds since 1970)."""

    block: int
    transaction: str
    position: int
    at: int
    kind: str
    effect: Mapping[str, Any]


Effects = Callable[[tuple[str, ...]], Iterator[Happened]]
"""Effects of kinds in the ledger's order, up to the wished day."""


Ask = Callable[[str, Mapping[str, Any]], Awaitable[Any]]
"""Asks a query of the contract by its name and order; the answer's document. Raises LedgerRefusal, Problem."""
Told = Callable[[int, int], None]
"""Is told how the work goes: so much more of it is done, and so much more is known to be there."""


def untold(done: int, more: int) -> None:
    """For who waits for the end alone."""


@dataclass(frozen=True, slots=True)
class Report:
    """One report.

    Attributes:
        of: conditions that a wish may name; those in `needs` it must.
        rows: makes the rows, in their order.
        asks: asks the contract for what the rows are made of (`Wish.answer`); None where effects are enough.
    """

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    rows: Callable[[Effects, Wish], Iterator[Row]]
    of: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    audience: Audience = "everybody"
    asks: Callable[[Ask, Wish, Told], Awaitable[Any]] | None = None

    def title(self, language: Language) -> str:
        """What it is called."""
        return self.zh if language == "zh" else self.en


def wanted(wish: Wish, **values: str) -> bool:
    """Whether the values meet every condition of the wish that names one of them."""
    return all(wish.of[name] == value for name, value in values.items() if name in wish.of)
