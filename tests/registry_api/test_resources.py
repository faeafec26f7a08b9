"""The map of the API onto the real contract: whole, without collisions, and every path member is the order's."""

import json
import re
from pathlib import Path

import pytest

from tanhui.chaincode.transactions.registry import registry_contract
from tanhui.registry_api.application import resources_of
from tanhui.registry_api.contract_metadata import ContractMetadata
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
