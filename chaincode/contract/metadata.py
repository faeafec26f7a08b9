"""`org.hyperledger.fabric:GetMetadata`: the contract described in Fabric's own schema.

The schema is fabric-chaincode-node, apis/fabric-contract-api/schema/contract-schema.json: one entry a
contract (here: a lane), its transactions with tags, parameters and result, and JSON schemas under
`components`. That schema is draft 4 and closed, so parameters and results only point into `components`,
which is open.
"""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from tanhui.chaincode.contract.canonical import DIGITS_MAX, canonical_json
from tanhui.chaincode.contract.function import Function

METADATA_FUNCTION: Final = "org.hyperledger.fabric:GetMetadata"
SCHEMA_ADDRESS: Final = "https://hyperledger.github.io/fabric-chaincode-node/main/api/contract-schema.json"
SUBMIT_TAGS: Final = ("SUBMIT", "submitTx")
EVALUATE_TAGS: Final = ("EVALUATE", "evaluateTx")
_REFERENCE: Final = "#/components/schemas/{name}"

ANSWER_SCHEMA: Final = {
    "$id": "Answer",
    "title": "Answer",
    "description": "Its event's document, and the transaction that had those effects.",
    "type": "object",
    "properties": {
        "event": {"type": "object"},
        "transaction": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    },
    "required": ["event", "transaction"],
}


def contract_metadata(title: str, version: str, functions: Iterable[Function]) -> bytes:
    """The metadata document, canonical JSON; made once, when the contract is made."""
    listed = sorted(functions, key=lambda function: function.name)
    results = [function.result for function in listed if function.is_query]
    kinds = [function.argument.kind for function in listed] + [kind for kind in results if kind is not None]
    references, components = msgspec.json.schema_components(
        kinds, schema_hook=_amount_schema, ref_template=_REFERENCE
    )
    reference_of = dict(zip(map(repr, kinds), references, strict=True))
    info = {"title": title, "version": version}
    contracts: dict[str, Any] = {}
    for function in listed:
        contract = contracts.setdefault(
            function.lane, {"name": function.lane, "info": info, "transactions": []}
        )
        contract["transactions"].append(_transaction(function, reference_of))
    schemas = {name: {"$id": name, **schema} for name, schema in components.items()}
    schemas["Answer"] = ANSWER_SCHEMA
    document = {
        "$schema": SCHEMA_ADDRESS,
        "info": info,
        "contracts": contracts,
        "components": {"schemas": schemas},
    }
    return canonical_json(document)


def _transaction(function: Function, reference_of: dict[str, Any]) -> dict[str, Any]:
    answer = {"$ref": _REFERENCE.format(name="Answer")}
    return {
        "name": function.verb,
        "tag": EVALUATE_TAGS if function.is_query else SUBMIT_TAGS,
        "parameters": [
            {
                "name": "order",
                "description": function.doc,
                "required": True,
                "schema": reference_of[repr(function.argument.kind)],
            }
        ],
        "returns": reference_of.get(repr(function.result), {}) if function.is_query else answer,
    }


def _amount_schema(kind: type[Any]) -> dict[str, Any]:
    """An `int` subclass is a decimal string.

    Raises:
        NotImplementedError: any other type, which is how msgspec's hook says that it does not know one.
    """
    if not issubclass(kind, int):
        raise NotImplementedError(kind.__name__)
    return {
        "type": "string",
        "pattern": "^(0|-?[1-9][0-9]*)$",
        "maxLength": DIGITS_MAX,
        "title": kind.__name__,
    }
