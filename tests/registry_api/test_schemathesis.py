"""schemathesis over the whole OpenAPI: whatever is sent, no 5xx, and no answer that the description does not know.

A few examples an operation in CI, 1,000 with --nightly; and in sequences, as one answer leads to the next request.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from schemathesis.checks import not_a_server_error
from schemathesis.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.conftest import NIGHTLY
from tests.support.running_registry import registry

EXAMPLES = 1_000 if NIGHTLY else 2
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
ENDLESS = "/v1/events"
"""A stream has no end to wait for; its parameters are tried by tests/registry_api/test_attacks.py."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    data = tmp_path_factory.mktemp("schemathesis") / "data"
    url = os.environ.get("TANHUI_TEST_URL")
    if url:
        yield url, Path(os.environ["TANHUI_TEST_DATA"])
        return
    with registry(data) as (url, _):
        yield url, data
