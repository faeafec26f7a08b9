"""schemathesis over the whole OpenAPI: whatever is sent, no 5xx, and no answer that the description does not know.

One example an operation in CI, 1,000 with --nightly, in shards that a broken run goes on from; and in sequences, where
one answer leads to the next request.
"""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import FlakyStrategyDefinition
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.conftest import NIGHTLY, Counts
from tests.support.running_registry import registry, today_digits

EXAMPLES = 1
NIGHTLY_EXAMPLES = 1_000
SHARDS = 40
"""Each takes every 40th operation."""
SELECTING = frozenset({"fields", "where"})
SEQUENCES = 500 if NIGHTLY else 2
SEQUENCES_A_RUN = 2
"""Few, so that a run that is broken off is a small part of all."""
STEPS = 10
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
ENDLESS = "GET /v1/events"
"""A stream has no end to wait for; tests/registry_api/test_attacks.py tries its parameters."""
REAL_DAY = 0.9
"""Most keys carry today's date: another one is refused before anything else is looked at."""
PHASES = (Phase.explicit, Phase.generate)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A registry with the sample, and everybody's key."""
    data: Path = tmp_path_factory.mktemp("schemathesis") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TANHUI_API_REQUESTS_A_SECOND", "1000000")
        with registry(data) as (url, _):
            keys = (path.read_text("ascii").strip() for path in sorted((data / "api/tokens").iterdir()))
            yield url, tuple(keys)


def dressed(case: Any, keys: tuple[str, ...]) -> None:
    """Give a case somebody's key, and its Idempotency-Key a day that is not refused at once."""
    headers = dict(case.headers or {})
    headers["Authorization"] = f"Bearer {random.choice(keys)}"
    key = headers.get("Idempotency-Key", "")
    if key[:8].isdigit() and random.random() < REAL_DAY:
        headers["Idempotency-Key"] = today_digits() + key[8:]
    case.headers = headers


def told(response: requests.Response) -> str:
    """A failed request in one line."""
    asked = response.request
    return (
        f"{asked.method} {asked.url} {str(asked.body)[:300]} -> {response.status_code} {response.text[:300]}"
    )


def described_operations(url: str) -> Any:
    """The description, with short lists where every read takes the same: to make them up would take most of the time.

    What `fields` and `where` do with any text is tested by itself (test_selection.py).
    """
    document = requests.get(f"{url}/openapi.json", timeout=60).json()
    for methods in document["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] in SELECTING:
                    parameter["schema"]["maxItems"] = 2
                    parameter["schema"]["items"]["maxLength"] = 40
    return schemathesis.openapi.from_dict(document)


def all_operations(url: str) -> list[Any]:
    """Every operation that is described, but the endless one."""
    described = list(described_operations(url).get_all_operations())
    operations = [one.ok() for one in described if isinstance(one, Ok)]
    assert len(operations) == len(described), "every operation can be read"
    assert len(operations) > 300
    return [one for one in operations if one.label != ENDLESS]


def try_out(url: str, operations: list[Any], keys: tuple[str, ...], examples: int) -> tuple[int, list[str]]:
    """So many requests of each operation over one open connection: how many were sent, and what was wrong."""
    failures: list[str] = []
    tried = 0

    def try_one(operation: Any, session: requests.Session) -> None:
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def run(case: Any) -> None:
            nonlocal tried
            tried += 1
            dressed(case, keys)
            response = case.call(url, session)
            try:
                case.validate_response(response, checks=CHECKS)
            except (Failure, FailureGroup) as failure:
                failures.append(f"{operation.label}: {failure!r} {told(response)}")

        run()

    with requests.Session() as session:
        for operation in operations:
            try_one(operation, session)
    return tried, failures


def test_every_operation_answers_as_it_says(running: tuple[str, tuple[str, ...]], counts: Counts) -> None:
    url, keys = running
    operations = all_operations(url)
    tried, failures = try_out(url, operations, keys, EXAMPLES)
    counts.note("schemathesis", operations=len(operations), examples=tried, failures=len(failures))
    assert not failures, "\n\n".join(failures[:20])


@pytest.mark.nightly
@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_thousand_requests_of_every_operation(
    running: tuple[str, tuple[str, ...]], shard: int, counts: Counts
) -> None:
    url, keys = running
    operations = all_operations(url)[shard::SHARDS]
    tried, failures = try_out(url, operations, keys, NIGHTLY_EXAMPLES)
    counts.note(
        "schemathesis, a thousand each", operations=len(operations), examples=tried, failures=len(failures)
    )
    assert not failures, "\n\n".join(failures[:20])


@pytest.mark.scales
def test_sequences_of_requests_answer_as_they_say(
    running: tuple[str, tuple[str, ...]], counts: Counts
) -> None:
    url, keys = running
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json").exclude(path="/v1/events")
    steps = broken_off = 0
    failures: list[str] = []

    class Sequences(schema.as_state_machine()):  # type: ignore[misc]  # made at run time
        def before_call(self, case: Any) -> None:
            nonlocal steps
            steps += 1
            dressed(case, keys)

        def validate_response(self, response: Any, case: Any, **_: Any) -> None:
            try:
                case.validate_response(response, checks=CHECKS)
            except (Failure, FailureGroup) as failure:
                failures.append(f"{failure!r} {told(response)}")

    for _ in range(SEQUENCES // SEQUENCES_A_RUN):
        try:
            Sequences.run(
                settings=settings(
                    max_examples=SEQUENCES_A_RUN,
                    stateful_step_count=STEPS,
                    deadline=None,
                    database=None,
                    phases=PHASES,
                    suppress_health_check=list(HealthCheck),
                )
            )
        except FlakyStrategyDefinition:
            # Hypothesis came by the same beginning again, and the registry, which remembers, answered it otherwise.
            broken_off += 1
    counts.note("schemathesis, stateful", steps=steps, failures=len(failures), broken_off=broken_off)
    assert not failures, "\n\n".join(failures[:20])
    assert steps > 0
