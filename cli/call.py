"""`tanhui call`: any function of the contract through the API, as the resource that stands for it."""

import json
import re
from typing import Annotated, Any
from urllib.parse import quote, unquote

import rfc8785
import typer

from tanhui.chaincode.contract.refusal import Refusal
from tanhui.chaincode.rules.errors.catalogue import sentence
from tanhui.chaincode.transactions.registry import registry_contract
from tanhui.cli.api_client import DEFAULT_API, Api, ApiClient, KeyFile, members, request_key
from tanhui.cli.listing import show
from tanhui.cli.options import AsJson, Chinese
from tanhui.cli.output import EXIT_FAILED, EXIT_USAGE, fail, messages, print_json, print_table
from tanhui.registry_api.application import resources_of
from tanhui.registry_api.contract_metadata import ContractMetadata, FunctionMetadata
from tanhui.registry_api.problems import Problem
from tanhui.registry_api.routes.resource import Resource

REQUEST_ID = "request_id"
BOOKMARK = "bookmark"
"""Where a list goes on: a key of the ledger, with bytes that no shell passes, so `--after` takes it quoted."""
_MEMBER = re.compile(r"\{(\w+)\}")


def complete_function(incomplete: str) -> list[str]:
    """Functions that begin so, for the shell."""
    return sorted(name for name in registry_contract().functions if name.startswith(incomplete))


def call(
    function: Annotated[
        str,
        typer.Argument(
            help="The function, for example points:Transfer; `tanhui functions` lists them.",
            autocompletion=complete_function,
        ),
    ],
    pairs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[MEMBER=VALUE]...",
            help="Members of its order; VALUE is JSON where the order wants it; @FILE takes a file.",
        ),
    ] = None,
    *,
    key_file: KeyFile,
    api: Api = DEFAULT_API,
    request: Annotated[
        str, typer.Option("--request", help="Idempotency-Key; a fresh one of today's when left out.")
    ] = "",
    after: Annotated[str, typer.Option("--after", help="A list goes on here, as its last page said.")] = "",
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Check the order as the contract does and show it; send nothing."),
    ] = False,
    as_json: AsJson = False,
    zh: Chinese = False,
) -> None:
    """Call one function of the contract. Exit status 0: done; 1: refused; 2: no such order; 3: try again later."""
    metadata = ContractMetadata(registry_contract().metadata)
    known = metadata.functions.get(function)
    if known is None:
        fail(f"no function {function}; `tanhui functions` lists them", EXIT_USAGE)
    resource = next(one for one in resources_of(metadata) if one.function == function)
    order = order_of(known, members(pairs or []) | ({BOOKMARK: unquote(after)} if after else {}))
    key = "" if known.is_query else request_key(request)
    complete = order | ({REQUEST_ID: key} if key else {})
    if dry_run:
        check(function, complete, zh=zh)
        print_json(
            {
                "function": function,
                "method": resource.method,
                "path": _path(resource, order),
                "order": complete,
            }
        )
        return
    client = ApiClient.of(api, key_file, zh=zh)
    in_path = _MEMBER.findall(resource.path)
    rest = {name: value for name, value in order.items() if name not in in_path}
    if known.is_query:
        query = {name: _query_text(value) for name, value in rest.items()}
        show(client.get(_path(resource, order), **query), as_json=as_json)
        return
    messages.print(f"Idempotency-Key: {key}", markup=False)
    answer = client.request("POST", _path(resource, order), json=rest, headers={"Idempotency-Key": key})
    show(answer.json(), as_json=as_json)


def functions(
    lane: Annotated[str, typer.Argument(help="Only this lane's.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the contract's functions with what each one does."""
    metadata = ContractMetadata(registry_contract().metadata)
    found = [one for name, one in sorted(metadata.functions.items()) if name.startswith(lane)]
    if not found:
        fail(f"no lane {lane}", EXIT_USAGE)
    if as_json:
        print_json(
            [
                {
                    "function": one.name,
                    "reads": one.is_query,
                    "summary": one.summary,
                    "members": sorted(set(one.order.get("properties", {})) - {REQUEST_ID}),
                    "required": sorted(set(one.order.get("required", ())) - {REQUEST_ID}),
                }
                for one in found
            ]
        )
        return
    rows = [(one.name, "read" if one.is_query else "write", one.summary) for one in found]
    print_table("", ("function", "", "what it does"), rows)


def order_of(function: FunctionMetadata, given: dict[str, str]) -> dict[str, Any]:
    """Texts as the order's members want them: numbers, truth values and JSON where the schema says so."""
    properties = function.order.get("properties", {})
    unknown = sorted(set(given) - set(properties))
    if unknown:
        fail(
            f"{unknown[0]}: no member of {function.name}; there are: {', '.join(sorted(properties))}",
            EXIT_USAGE,
        )
    order: dict[str, Any] = {}
    for name, text in given.items():
        schema = properties[name]
        if schema.get("type") == "string" or ("enum" in schema and text in schema["enum"]):
            order[name] = text
            continue
        try:
            order[name] = json.loads(text)
        except ValueError:
            order[name] = text
    return order


def check(function: str, order: dict[str, Any], *, zh: bool) -> None:
    """Read the order as the contract does; what is wrong with it ends the command."""
    try:
        registry_contract().functions[function].argument.read(rfc8785.dumps(order))
    except Refusal as refusal:
        language = "zh" if zh else "en"
        fail(sentence(language, refusal.code, refusal.field, refusal.value, refusal.params), EXIT_FAILED)
    except (rfc8785.CanonicalizationError, Problem) as error:
        fail(str(error), EXIT_FAILED)


def _path(resource: Resource, order: dict[str, Any]) -> str:
    def value(found: re.Match[str]) -> str:
        if found[1] not in order:
            fail(f"{found[1]}: needed", EXIT_USAGE)
        return quote(_query_text(order[found[1]]), safe="")

    return _MEMBER.sub(value, resource.path)


def _query_text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(_query_text(one) for one in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
