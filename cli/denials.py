"""`tanhui denials`: the API's audit log, for those who supervise."""

from typing import Annotated, Literal

import typer

from tanhui.cli.api_client import DEFAULT_API, Api, ApiClient, KeyFile
from tanhui.cli.asking import After
from tanhui.cli.listing import show
from tanhui.cli.options import AsJson, Chinese


def denials(
    *,
    key_file: KeyFile,
    api: Api = DEFAULT_API,
    kind: Annotated[
        Literal["denied", "read", "lost"] | None,
        typer.Option("--kind", help="Only these; left out: denials, supervisors' reads, and entries lost."),
    ] = None,
    organisation: Annotated[
        str, typer.Option("--organisation", help="Only by this organisation (USCC).")
    ] = "",
    after: After = "0",
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="Entries in one page.")] = 100,
    as_json: AsJson = False,
    zh: Chinese = False,
) -> None:
    """Show who was denied what, and what supervisors read of others; itself written down. For supervisors' keys."""
    wanted = {"kind": kind, "organisation": organisation}
    query = {name: value for name, value in wanted.items() if value}
    client = ApiClient.of(api, key_file, zh=zh)
    show(client.get("/v1/audit", **query, after=after, limit=limit), as_json=as_json)
