"""What the command line prints: results on stdout, everything else on stderr; `--json` prints one object."""

import json
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import typer
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

messages = Console(stderr=True, highlight=False)
"""Progress and messages."""

results = Console(highlight=False)
"""What was asked for."""

wide = Console(highlight=False, width=10_000)
"""The same where no terminal shows it: a table is as wide as it needs."""

NUMBER = re.compile(r"-?[0-9,]{1,17}")
FOLDED_MAX = 1.5
"""A table so many times as wide as the terminal folds its cells; past that its rows are printed one by one."""
COLUMNS_FOLDED_MAX = 3
"""A table of so few columns folds its cells however wide it is."""

EXIT_FAILED = 1
"""The command ran and the answer is no: refused, unbalanced, inconsistent."""
EXIT_USAGE = 2
"""The command could not be understood (as typer's own errors)."""
EXIT_CALLER = 3
"""The same from a verifier, whose 1 and 2 are verdicts: nothing was judged."""


def print_json(document: Any) -> None:
    """One JSON object on stdout, in Chinese characters where there are any."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table on stdout; columns of whole numbers stand to the right, ids of digits do not.

    One that is too wide for the terminal is printed row by row, a line a cell. Where no terminal is, a table is as
    wide as it needs: no program that reads it meets a cut cell.
    """
    table = Table(title=title or None, title_justify="left", box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for index, column in enumerate(columns):
        numbers = all(NUMBER.fullmatch(str(row[index])) for row in rows)
        table.add_column(column, justify="right" if rows and numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    needed = Measurement.get(wide, wide.options, table).maximum
    if not results.is_terminal:
        wide.print(table)
    elif len(columns) > COLUMNS_FOLDED_MAX and needed > FOLDED_MAX * results.width:
        _print_records(title, columns, rows)
    else:
        results.print(table)


def _print_records(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    if title:
        results.print(title, style="italic", markup=False)
    margin = max(cell_len(column) for column in columns) + 2
    for number, row in enumerate(rows):
        if number:
            results.print()
        for column, cell in zip(columns, row, strict=True):
            name = Text(set_cell_size(column, margin), style="bold")
            results.print(name.append(str(cell), style="not bold"), soft_wrap=True)


def fail(message: str, code: int = EXIT_FAILED) -> NoReturn:
    """End the command with a message on stderr."""
    messages.print(message, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(code)
