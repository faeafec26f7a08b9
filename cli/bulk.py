"""`tanhui bulk`: a file of orders for one function, each written on its own, with each one's outcome."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import rfc8785
import typer

from tanhui.chaincode.contract.refusal import Refusal
from tanhui.chaincode.rules.errors.catalogue import sentence
from tanhui.chaincode.transactions.registry import registry_contract
from tanhui.cli.api_client import DEFAULT_API, Api, ApiClient, KeyFile, request_key
from tanhui.cli.asking import follow_job
from tanhui.cli.call import REQUEST_ID, complete_function, order_of
from tanhui.cli.options import AsJson, Chinese
from tanhui.cli.output import EXIT_FAILED, EXIT_USAGE, fail, messages, print_json, results
from tanhui.registry_api.contract_metadata import ContractMetadata, FunctionMetadata
from tanhui.registry_api.routes.bulk import ITEMS_MAX as AT_ONCE_MAX
from tanhui.registry_api.routes.bulk import KEY_CHARACTERS_MAX
from tanhui.registry_api.routes.jobs import ITEMS_MAX

ITEMS_A_PAGE = 500


def bulk(
    function: Annotated[
        str,
        typer.Argument(help="The function, for example credits:Freeze.", autocompletion=complete_function),
    ],
    file: Annotated[
        Path,
        typer.Argument(
            help="Orders without request_id: JSON lines, a JSON array, or CSV whose columns are members.",
            exists=True,
            dir_okay=False,
        ),
    ],
    *,
    key_file: KeyFile,
    api: Api = DEFAULT_API,
    request: Annotated[
        str, typer.Option("--request", help="Idempotency-Key; a fresh one of today's when left out.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check every order as the contract does; send nothing.")
    ] = False,
    as_json: AsJson = False,
    zh: Chinese = False,
) -> None:
    """Write many orders by one function: up to 500 at once, more (to 10,000) as a job, with progress.

    Exit status 0: every order was written; 1: some were refused, and each is named; 2: no such function or file; 3: try
    again later, with the same --request: what is written already is not written twice.
    """
    known = ContractMetadata(registry_contract().metadata).functions.get(function)
    if known is None or known.is_query:
        fail(f"no function {function} that writes; `tanhui functions` lists them", EXIT_USAGE)
    items = read_orders(file, known)
    key = request_key(request)
    if len(key) > KEY_CHARACTERS_MAX:
        fail(
            f"--request {key}: at most {KEY_CHARACTERS_MAX} characters, so that items can be numbered",
            EXIT_USAGE,
        )
    if dry_run:
        refused = list(_refused(known.name, items, key, zh=zh))
        document = {"function": function, "orders": len(items), "request": key, "refused": refused}
        _tell(document, len(items), refused, as_json=as_json, done="pass")
        return
    client = ApiClient.of(api, key_file, zh=zh)
    messages.print(f"Idempotency-Key: {key}", markup=False)
    outcomes = _send(client, {"function": function, "items": items}, key)
    bad = [
        {"number": one["number"], "detail": one["problem"]["detail"]}
        for one in outcomes
        if one["status"] >= 300
    ]
    written = len(outcomes) - len(bad)
    document = {"function": function, "items": outcomes, "written": written, "refused": len(bad)}
    _tell(document, len(items), bad, as_json=as_json, done="written")


def read_orders(file: Path, function: FunctionMetadata) -> list[dict[str, Any]]:
    """The orders in a file; what cannot be read, or is too much, ends the command."""
    try:
        items = list(_orders(file, function))
    except (ValueError, csv.Error) as error:
        fail(f"{file}: {error}", EXIT_USAGE)
    if not 0 < len(items) <= ITEMS_MAX:
        fail(f"{file}: {len(items)} orders; 1 to {ITEMS_MAX} are needed", EXIT_USAGE)
    for number, item in enumerate(items):
        if not isinstance(item, dict) or REQUEST_ID in item:
            fail(f"{file}: order {number} must be an object without {REQUEST_ID}", EXIT_USAGE)
    return items


def _orders(file: Path, function: FunctionMetadata) -> Iterator[Any]:
    text = file.read_text("utf-8-sig")
    match file.suffix.lower():
        case ".csv":
            for row in csv.DictReader(text.splitlines(), strict=True):
                yield order_of(function, {name: value for name, value in row.items() if value})
        case ".json":
            document = json.loads(text)
            if not isinstance(document, list):
                raise ValueError("must be a JSON array")  # noqa: TRY004  what is wrong is the file, not an argument
            yield from document
        case ".jsonl" | ".ndjson":
            yield from (json.loads(line) for line in text.splitlines() if line.strip())
        case _:
            raise ValueError("must end in .csv, .json, .jsonl or .ndjson")


def _refused(function: str, items: list[dict[str, Any]], key: str, *, zh: bool) -> Iterator[dict[str, Any]]:
    """What the contract's own reading refuses, before anything is sent."""
    reader = registry_contract().functions[function].argument
    for number, item in enumerate(items):
        try:
            reader.read(rfc8785.dumps(item | {REQUEST_ID: f"{key}.{number}"}))
        except Refusal as refusal:
            language = "zh" if zh else "en"
            said = sentence(language, refusal.code, refusal.field, refusal.value, refusal.params)
            yield {"number": number, "detail": said}
        except rfc8785.CanonicalizationError as error:
            yield {"number": number, "detail": str(error)}


def _send(client: ApiClient, order: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Every item's outcome, in their order."""
    headers = {"Idempotency-Key": key}
    if len(order["items"]) <= AT_ONCE_MAX:
        answer = client.request("POST", "/v1/bulk", json=order, headers=headers).json()
        at_once: list[dict[str, Any]] = answer["items"]
        return at_once
    job = client.request("POST", "/v1/jobs", json=order, headers=headers).json()
    messages.print(f"job: {job['id']}", markup=False)
    follow_job(client, job["id"])
    outcomes: list[dict[str, Any]] = []
    after: str | None = "-1"
    while after is not None:
        page = client.get(job["items"], after=after, limit=ITEMS_A_PAGE)
        outcomes += page["items"]
        after = page["after"]
    return outcomes


def _tell(
    document: dict[str, Any], orders: int, refused: list[dict[str, Any]], *, as_json: bool, done: str
) -> None:
    if as_json:
        print_json(document)
    else:
        for one in refused:
            messages.print(f"order {one['number']}: {one['detail']}", markup=False, style="yellow")
        results.print(f"{orders - len(refused)} of {orders} orders {done}")
    if refused:
        raise typer.Exit(EXIT_FAILED)
