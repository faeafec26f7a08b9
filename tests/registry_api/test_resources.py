"""The map of the API onto the real contract: whole, without collisions, and every path member is the order's."""

import json
import re
from pathlib import Path

import pytest
import rfc8785

from tanhui.chaincode.transactions.registry import registry_contract
from tanhui.registry_api.application import resources_of
from tanhui.registry_api.contract_metadata import ContractMetadata
from tanhui.registry_api.openapi_examples import example_of
from tanhui.registry_api.problems import Problem
from tanhui.registry_api.routes.resources import RESOURCES
from tests.support.api import METADATA as SMALL
from tests.support.api import open_api

METADATA = ContractMetadata(registry_contract().metadata)


def shape(path: str) -> str:
    """A path with its parameters' names taken out: what a router tells apart."""
    return re.sub(r"\{\w+\}", "{}", path)


def test_every_function_has_one_resource_of_its_own() -> None:
    assert sorted(resource.function for resource in RESOURCES) == sorted(METADATA.functions)
    assert resources_of(METADATA) == RESOURCES


def test_what_reads_is_a_get_and_what_writes_is_a_post() -> None:
    for resource in RESOURCES:
        wanted = "GET" if METADATA.functions[resource.function].is_query else "POST"
        assert resource.method == wanted, resource


def test_paths_meet_neither_each_other_nor_the_fixed_routes(tmp_path: Path) -> None:
    own = [(resource.method, shape(resource.path)) for resource in RESOURCES]
    assert len(set(own)) == len(own)
    api = open_api(tmp_path)
    with api.client:
        fixed = api.client.get("/openapi.json").json()["paths"]
    api.close()
    taken = {(method.upper(), shape(path)) for path, methods in fixed.items() for method in methods}
    taken -= {
        (one.method, shape(one.path)) for one in resources_of(ContractMetadata(json.dumps(SMALL).encode()))
    }
    assert ("POST", "/v1/activities") in taken
    assert not taken & set(own)


def test_every_member_of_a_path_is_a_member_of_the_order() -> None:
    for resource in RESOURCES:
        properties = METADATA.functions[resource.function].order["properties"]
        assert set(re.findall(r"\{(\w+)\}", resource.path)) <= set(properties), resource


def test_members_of_paths_and_queries_become_what_the_order_says() -> None:
    dry_run = METADATA.functions["methodologies:DryRun"]
    pairs = [("methodology", "walk"), ("version", "1"), ("inputs", "1800,-2")]
    assert dry_run.order_from_query(pairs) == {"methodology": "walk", "version": 1, "inputs": [1800, -2]}
    with pytest.raises(Problem):
        dry_run.order_from_query([("version", "one")])
    with pytest.raises(Problem):
        dry_run.order_from_query([("inputs", "1,x")])


def test_every_orders_example_is_read_by_the_contract() -> None:
    contract = registry_contract()
    for name, function in METADATA.functions.items():
        example = example_of(function.order, METADATA.schemas)
        reader = contract.functions[name].argument
        assert isinstance(reader.read(rfc8785.dumps(example)), reader.kind)


def test_the_description_has_no_operation_twice_and_an_example_for_every_body(tmp_path: Path) -> None:
    api = open_api(tmp_path, contract=METADATA)
    with api.client:
        document = api.client.get("/openapi.json").json()
    api.close()
    operations = [one for methods in document["paths"].values() for one in methods.values()]
    ids = [one["operationId"] for one in operations]
    assert len(ids) == len(set(ids)), sorted(one for one in ids if ids.count(one) > 1)
    assert document["openapi"].startswith("3.1")
    for one in operations:
        for media, content in one.get("requestBody", {}).get("content", {}).items():
            assert "example" in content or "examples" in content, (one["operationId"], media)
    assert r"(?!\n)" not in json.dumps(document["components"])
