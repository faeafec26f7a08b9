"""Two APIs over one ledger, each with its own gateway, asked at the same moment: nothing is spent or done twice."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx2 as httpx
import pytest

from tests.conftest import NIGHTLY, Counts
from tests.support.running_registry import Client, api_on, registry

ACCOUNTS = "/v1/programmes/tanxiaohui/accounts"
TRANSFERS = "/v1/programmes/tanxiaohui/transfers"
ROUNDS = 6 if NIGHTLY else 2
ASKED_AT_ONCE = 12


@pytest.fixture(scope="module")
def operators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Client]]:
    """The same operator, at the registry's own API and at one in a process of its own."""
    folder = tmp_path_factory.mktemp("at-once")
    with (
        registry(folder / "node", "--no-log") as (one, _),
        api_on(folder / "node/connection.json", folder / "api") as (other, _process),
    ):
        yield (
            Client(one, folder / "node", "operator-recorder"),
            Client(other, folder / "api", "operator-recorder"),
        )


def at_once(calls: list[Callable[[], httpx.Response]]) -> list[httpx.Response]:
    """Every call by a thread of its own, let loose together."""
    answers: list[httpx.Response] = []
    start = threading.Barrier(len(calls))

    def make(call: Callable[[], httpx.Response]) -> None:
        start.wait()
        answers.append(call())

    threads = [threading.Thread(target=make, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def accounts(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"{ACCOUNTS}?page_size=500")["items"]
    return found


def team(client: Client) -> list[dict[str, Any]]:
    """The accounts of the unit with most members, who may give each other points; the richest last."""
    by_unit: dict[str, list[dict[str, Any]]] = {}
    for one in accounts(client):
        by_unit.setdefault(one["unit"], []).append(one)
    unit = max(by_unit, key=lambda one: len(by_unit[one]))
    return sorted(by_unit[unit], key=lambda one: int(one["available"]))


def points(client: Client) -> int:
    return sum(int(one["points"]) for one in accounts(client))


def test_points_are_spent_once_however_many_gateways_are_asked(
    operators: tuple[Client, Client], counts: Counts
) -> None:
    before, spent = points(operators[0]), 0
    for round_ in range(ROUNDS):
        poor, *_, other, rich = team(operators[0])
        all_of_it = rich["available"]

        def spend(
            client: Client,
            to: str,
            n: int,
            rich: str = rich["account"],
            points: str = all_of_it,
            r: int = round_,
        ) -> httpx.Response:
            body = {"sender": rich, "receiver": to, "points": points}
            return client.post(TRANSFERS, f"spend-{r}-{n}", body)

        answers = at_once(
            [
                lambda c=client, t=to, n=n: spend(c, t, n)  # type: ignore[misc]
                for n, (client, to) in enumerate(
                    zip(operators * 2, [poor["account"], other["account"]] * 2, strict=True)
                )
            ]
        )
        succeeded = [one for one in answers if one.status_code in {200, 201}]
        refused = [one for one in answers if one not in succeeded]
        assert len(succeeded) == 1, [one.text for one in answers]
        assert {one.json()["code"] for one in refused} == {"points.insufficient"}
        spent += len(refused)
        assert points(operators[1]) == before
    counts.note("double spends over two gateways", tried=spent, succeeded=0)


def test_one_idempotency_key_at_once_has_one_effect(operators: tuple[Client, Client]) -> None:
    poor, *_, rich = team(operators[0])
    body = {"sender": rich["account"], "receiver": poor["account"], "points": "1"}
    answers = at_once(
        [lambda c=operators[n % 2]: c.post(TRANSFERS, "once", body) for n in range(ASKED_AT_ONCE)]  # type: ignore[misc]
    )
    assert {one.status_code for one in answers} <= {200, 201}, [one.text for one in answers]
    effects = {str(one.json()["event"]["effects"]) for one in answers}
    assert len(effects) == 1, "everybody learns what was done"
    after = {one["account"]: int(one["available"]) for one in accounts(operators[1])}
    assert after[rich["account"]] == int(rich["available"]) - 1
    assert after[poor["account"]] == int(poor["available"]) + 1


def test_one_idempotency_key_with_other_bodies_at_once_does_one_of_them(
    operators: tuple[Client, Client],
) -> None:
    poor, *_, rich = team(operators[0])

    def call(n: int) -> httpx.Response:
        body = {"sender": rich["account"], "receiver": poor["account"], "points": str(n + 1)}
        return operators[n % 2].post(TRANSFERS, "one-of-them", body)

    answers = at_once([lambda n=n: call(n) for n in range(ASKED_AT_ONCE)])  # type: ignore[misc]
    done = [one for one in answers if one.status_code in {200, 201}]
    assert len(done) == 1, [one.text for one in answers]
    refused = {one.json()["code"] for one in answers if one not in done}
    assert refused == {"contract.request_reused"}
    after = {one["account"]: int(one["available"]) for one in accounts(operators[1])}
    spent = int(rich["available"]) - after[rich["account"]]
    assert 1 <= spent <= ASKED_AT_ONCE
    assert after[poor["account"]] == int(poor["available"]) + spent
