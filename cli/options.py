"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path,
    typer.Option("--data", help="The registry's folder.", file_okay=False, show_default=True),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Chinese = Annotated[
    bool, typer.Option("--zh/--en", envvar="TANHUI_ZH", help="Language of refusals and titles.")
]
