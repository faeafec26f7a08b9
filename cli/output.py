"""What the command line prints: results on stdout, everything else on stderr; `--json` prints one object."""

import json
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

messages = Console(stderr=True, highlight=False)
"""Progress and messages."""

results = Console(highlight=False)
"""What was asked for."""

EXIT_FAILED = 1
"""The command ran and the answer is no: refused, unbalanced, inconsistent."""
EXIT_USAGE = 2
"""The command could not be understood (as typer's own errors)."""


def print_json(document: Any) -> None:
    """One JSON object on stdout, in Chinese characters where there are any."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table on stdout; columns whose cells are whole numbers stand to the right."""
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for index, column in enumerate(columns):
        numbers = all(str(row[index]).replace(",", "").lstrip("-").isdigit() for row in rows)
        table.add_column(column, justify="right" if rows and numbers else "left")
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    results.print(table)


def fail(message: str, code: int = EXIT_FAILED) -> NoReturn:
    """End the command with a message on stderr."""
    messages.print(message, style="red", markup=False)
    raise typer.Exit(code)
