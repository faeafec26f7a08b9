"""`tanhui key`: access keys of the API."""

import time
from pathlib import Path
from typing import Annotated

import typer

from tanhui.cli.fsck import require_registry
from tanhui.cli.options import AsJson, Data
from tanhui.cli.output import EXIT_USAGE, fail, print_json, print_table, results
from tanhui.registry_api.access.keys import AccessKeys
from tanhui.registry_api.access.scopes import EVERYTHING, checked_scopes

app = typer.Typer(help="Create, list and revoke the API's access keys.", no_args_is_help=True)
DAY_S = 86_400


def custody_names(data: Path) -> set[str]:
    """The identities in the registry's custody: each has had a key since its first start."""
    return {entry.identity for entry in AccessKeys(data / "api" / "keys.json").list()} | {
        path.name for path in (data / "api" / "tokens").glob("*")
    }


@app.command()
def create(
    identity: Annotated[
        str, typer.Argument(help="Whose signing identity acts, for example operator-recorder.")
    ],
    data: Data,
    days: Annotated[
        int, typer.Option(min=0, max=3_650, help="Valid for so many days; 0: until revoked.")
    ] = 90,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope", help="read, write, or one lane's, such as write:points; left out: everything."
        ),
    ] = None,
) -> None:
    """Create a key and print it; it cannot be shown again. A running API knows it at once."""
    require_registry(data)
    known = custody_names(data)
    if identity not in known:
        fail(f"no identity {identity}; there are: {', '.join(sorted(known))}")
    expires = int(time.time()) + days * DAY_S if days else 0
    try:
        scopes = checked_scopes(scope) if scope else EVERYTHING
    except ValueError as error:
        fail(str(error), EXIT_USAGE)
    results.print(AccessKeys(data / "api" / "keys.json").create(identity, expires, scopes), soft_wrap=True)


@app.command("list")
def list_keys(data: Data, as_json: AsJson = False) -> None:
    """List the keys, without the keys themselves."""
    require_registry(data)
    entries = AccessKeys(data / "api" / "keys.json").list()
    if as_json:
        print_json(
            [
                {"id": e.id, "identity": e.identity, "expires": e.expires, "scopes": list(e.scopes)}
                for e in entries
            ]
        )
        return
    rows = [
        (
            e.id,
            e.identity,
            time.strftime("%F", time.gmtime(e.expires)) if e.expires else "-",
            ", ".join(e.scopes),
        )
        for e in entries
    ]
    print_table("access keys", ("id", "identity", "expires", "scopes"), rows)


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(help="The key's id, as `list` shows it.")], data: Data
) -> None:
    """Revoke a key."""
    require_registry(data)
    try:
        AccessKeys(data / "api" / "keys.json").revoke(key_id)
    except KeyError:
        fail(f"no key {key_id}")
