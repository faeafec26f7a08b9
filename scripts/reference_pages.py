"""Write docs/transactions.md, refusals.md and verify-page.sha256 from what they describe; --check only compares.

.venv/bin/python scripts/reference_pages.py [--check]
"""

import json
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any

from tanhui.chaincode.contract.function import Function
from tanhui.chaincode.rules.errors.catalogue import CATALOGUE
from tanhui.chaincode.transactions.registry import registry_contract
from tanhui.registry_api.portal.pages.verify import page_hash

DOCS = Path(__file__).resolve().parent.parent / "docs"

TRANSACTIONS_HEAD = """# Transactions

Written by `scripts/reference_pages.py` from the contract itself; do not edit. A function takes one order, canonical
JSON. Amounts travel as decimal strings. Every writing order also carries `request_id`: the day in UTC+8, a hyphen and
an id of the client's own; repeating it answers as before.

"Two persons" means that the same order is sent by two certificates with different `tanhui.person`: the first
proposes, the second puts it into effect.
"""

REFUSALS_HEAD = """# Refusals

Written by `scripts/reference_pages.py` from the catalogue; do not edit. A refusal crosses Fabric as canonical JSON
`{"code","field","params","value"}`. A code is never reused.

| code | kind | parameters | 中文 | English |
| --- | --- | --- | --- | --- |
"""


def transactions_page() -> str:
    """The page of all functions, lane by lane."""
    contract = registry_contract()
    document = json.loads(contract.metadata)
    orders = {
        f"{name}:{described['name']}": described["parameters"][0]["schema"]["$ref"].rpartition("/")[2]
        for name, part in document["contracts"].items()
        for described in part["transactions"]
    }
    schemas = document["components"]["schemas"]
    lines = [TRANSACTIONS_HEAD]
    lane = ""
    for _, function in sorted(contract.functions.items()):
        if function.lane != lane:
            lane = function.lane
            lines.append(f"## {lane}\n")
        lines += _function(function, schemas[orders[function.name]])
    return "\n".join(lines)


def _function(function: Function, schema: dict[str, Any]) -> Iterator[str]:
    yield f"### `{function.name}`\n"
    yield function.doc + "\n"
    if function.is_query:
        yield "Reads only.\n"
    else:
        yield f"- Effects: {', '.join(f'`{kind}`' for kind in _effects(function.result)) or 'none'}"
    if function.roles is not None:
        yield f"- Roles: {', '.join(sorted(function.roles))}"
    if function.persons == 2:
        yield "- Two persons"
    required = set(schema.get("required", ()))
    members = {name: part for name, part in schema.get("properties", {}).items() if name != "request_id"}
    if members:
        yield "\n| field | type | |\n| --- | --- | --- |"
        for name, part in members.items():
            need = "required" if name in required else f"default `{json.dumps(part.get('default'))}`"
            yield f"| `{name}` | {_kind(part)} | {need} |"
    yield ""


def _effects(annotation: Any) -> list[str]:
    """The kinds of the effects in a return annotation."""
    kind = getattr(annotation, "kind", None)
    if isinstance(kind, str):
        return [kind]
    origin = typing.get_origin(annotation)
    if origin in {tuple, list, typing.Union, UnionType}:
        found = [kind for part in typing.get_args(annotation) for kind in _effects(part)]
        return list(dict.fromkeys(found))
    return []


def _kind(schema: dict[str, Any]) -> str:
    """A JSON schema in a few words."""
    match schema:
        case {"$ref": reference}:
            said = str(reference).rpartition("/")[2].rpartition("_")[2]
        case {"anyOf": choices}:
            said = " or ".join(_kind(choice) for choice in choices)
        case {"enum": values}:
            said = " \\| ".join(f"`{value}`" for value in values)
        case {"type": "array"}:
            said = f"list of {_kind(schema.get('items', {}))}{_most(schema, 'maxItems')}"
        case {"type": "string", "title": title} if "Amount" in title:
            said = f"amount ({title})"
        case {"type": "string"}:
            said = f"text{_most(schema, 'maxLength')}"
        case {"type": "integer", "minimum": low, "maximum": high}:
            said = f"{low} to {high}"
        case _:
            said = str(schema.get("type", "any"))
    return said


def _most(schema: dict[str, Any], bound: str) -> str:
    return f", at most {schema[bound]}" if bound in schema else ""


def refusals_page() -> str:
    """The page of all codes."""
    rows = [
        f"| `{name}` | {entry.kind.value} | {', '.join(entry.params)} | {entry.zh} | {entry.en} |"
        for name, entry in sorted(CATALOGUE.items())
    ]
    return REFUSALS_HEAD + "\n".join(rows) + "\n"


def verify_page_hash() -> str:
    """The line that `sha256sum` prints for the portal's verify page: published here, apart from who serves it."""
    return f"{page_hash()}  tanhui-verify.html\n"


PAGES = {
    "transactions.md": transactions_page,
    "refusals.md": refusals_page,
    "verify-page.sha256": verify_page_hash,
}


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check say which differ (exit status 1)."""
    pages = {DOCS / name: page() for name, page in PAGES.items()}
    if "--check" in arguments:
        stale = [
            path.name for path, text in pages.items() if not path.exists() or path.read_text("utf-8") != text
        ]
        if stale:
            print(f"out of date: {', '.join(stale)}; run scripts/reference_pages.py", file=sys.stderr)
        return 1 if stale else 0
    for path, text in pages.items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
