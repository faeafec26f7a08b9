"""`tanhui webhook`: who is told of what the ledger does, by signed requests."""

from typing import Annotated
from urllib.parse import quote

import typer

from tanhui.cli.api_client import DEFAULT_API, Api, ApiClient, KeyFile, request_key
from tanhui.cli.listing import show
from tanhui.cli.options import AsJson, Chinese
from tanhui.cli.output import messages, print_json, results

app = typer.Typer(
    help="Add, list, replay and remove an organisation's webhooks. Exit status 1: refused; 3: try again later.",
    no_args_is_help=True,
)
HOOKS = "/v1/webhooks"
HookId = Annotated[str, typer.Argument(help="The webhook's id, as `list` shows it.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be sent; send nothing.")]


def _path(webhook: str, more: str = "") -> str:
    return f"{HOOKS}/{quote(webhook, safe='')}{more}"


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="A public HTTPS address.")],
    *,
    key_file: KeyFile,
    api: Api = DEFAULT_API,
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", help="Only effects of this kind, such as retirements.retired."),
    ] = None,
    after: Annotated[
        int | None, typer.Option("--after", min=0, help="Begin behind this transaction's number; else now.")
    ] = None,
    request: Annotated[
        str, typer.Option("--request", help="Idempotency-Key; a fresh one of today's when left out.")
    ] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
    zh: Chinese = False,
) -> None:
    """Be told of transactions from now on. Shows the signing secret, this once."""
    order = {"url": url, "kinds": kind or []} | ({} if after is None else {"after": after})
    key = request_key(request)
    if dry_run:
        print_json({"method": "POST", "path": HOOKS, "request": key, "order": order})
        return
    client = ApiClient.of(api, key_file, zh=zh)
    messages.print(f"Idempotency-Key: {key}", markup=False)
    answer = client.request("POST", HOOKS, json=order, headers={"Idempotency-Key": key}).json()
    show(answer, as_json=as_json)


@app.command("list")
def list_hooks(
    *, key_file: KeyFile, api: Api = DEFAULT_API, as_json: AsJson = False, zh: Chinese = False
) -> None:
    """List the organisation's webhooks, and how far each was told."""
    show(ApiClient.of(api, key_file, zh=zh).get(HOOKS), as_json=as_json)


@app.command("show")
def show_hook(
    webhook: HookId,
    *,
    key_file: KeyFile,
    api: Api = DEFAULT_API,
    as_json: AsJson = False,
    zh: Chinese = False,
) -> None:
    """Show one webhook, and what its last attempt met."""
    show(ApiClient.of(api, key_file, zh=zh).get(_path(webhook)), as_json=as_json)


@app.command()
def replay(
    webhook: HookId,
    *,
    after: Annotated[
        int, typer.Option("--after", min=0, help="A transaction's number; 0 from the beginning.")
    ],
    key_file: KeyFile,
    api: Api = DEFAULT_API,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    zh: Chinese = False,
) -> None:
    """Tell everything after a transaction's number again; also how one that was left alone is taken up."""
    if dry_run:
        print_json({"method": "POST", "path": _path(webhook, "/replay"), "order": {"after": after}})
        return
    client = ApiClient.of(api, key_file, zh=zh)
    show(client.request("POST", _path(webhook, "/replay"), json={"after": after}).json(), as_json=as_json)


@app.command()
def remove(
    webhook: HookId,
    *,
    key_file: KeyFile,
    api: Api = DEFAULT_API,
    dry_run: DryRun = False,
    zh: Chinese = False,
) -> None:
    """Tell nothing any more."""
    if dry_run:
        print_json({"method": "DELETE", "path": _path(webhook)})
        return
    ApiClient.of(api, key_file, zh=zh).request("DELETE", _path(webhook))
    results.print(f"removed {webhook}")
