"""Access: scopes, tokens of pinned issuers, rates, whose an object is, and what the audit log keeps of it."""

import asyncio
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import Request
from fastapi.routing import APIRoute
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from tanhui.registry_api.access.audit import QUEUE_ENTRIES_MAX, AuditEntry, AuditLog
from tanhui.registry_api.access.authentication import Authenticator
from tanhui.registry_api.access.caller import NOBODY, Caller
from tanhui.registry_api.access.objects import ObjectGuard
from tanhui.registry_api.access.oidc import Issuer, TokenVerifier, read_issuers
from tanhui.registry_api.access.programmes import ProgrammeOperators
from tanhui.registry_api.access.scopes import EVERYTHING, checked_scopes, permits
from tanhui.registry_api.database.engine import open_engine
from tanhui.registry_api.ledger import LedgerEvent
from tanhui.registry_api.problems import Problem
from tanhui.registry_api.read_model.visibility import Sight
from tanhui.registry_api.routes.events import Streams, event_routes, visible_payload
from tanhui.registry_api.service.tables import SCHEMA, open_service
from tanhui.registry_api.settings import ApiSettings
from tests.support.api import EXCHANGE, OPERATOR, Api, MemoryLedger, open_api

ISSUER, AUDIENCE = "https://login.example", "tanhui"
DAY = "20261121"
Sign = Callable[..., str]


@pytest.fixture(scope="module")
def key() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": "k1", "use": "sig"})


@pytest.fixture
def issuers_file(tmp_path: Path, key: ECKey) -> Path:
    jwks = tmp_path / "jwks.json"
    jwks.write_text(json.dumps(KeySet([key]).as_dict(private=False)), "utf-8")
    issuer = {
        "issuer": ISSUER,
        "audience": AUDIENCE,
        "algorithms": ["ES256"],
        "jwks_file": str(jwks),
        "identities": ["operator"],
    }
    path = tmp_path / "issuers.json"
    path.write_text(json.dumps([issuer]), "utf-8")
    return path


@pytest.fixture
def api(tmp_path: Path, issuers_file: Path) -> Iterator[Api]:
    tokens = TokenVerifier(read_issuers(issuers_file), time.time)
    opened = open_api(tmp_path, tokens=tokens)
    with opened.client:
        yield opened
    opened.close()


def claims(**more: Any) -> dict[str, Any]:
    now = int(time.time())
    said = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "person-7",
        "iat": now,
        "exp": now + 600,
        "tanhui_identity": "operator",
        "scope": "openid read write:notes",
    }
    return {name: value for name, value in (said | more).items() if value is not None}


def token(key: ECKey | OctKey, algorithm: str = "ES256", **more: Any) -> str:
    header = {"alg": algorithm, "kid": "k1"}
    return jwt.encode(header, claims(**more), key, algorithms=[algorithm])


def me(api: Api, bearer: str) -> httpx.Response:
    return api.client.get("/v1/me", headers={"Authorization": f"Bearer {bearer}"})


def test_a_token_of_a_pinned_issuer_speaks_for_its_identity(api: Api, key: ECKey) -> None:
    found = me(api, token(key)).json()
    assert (found["identity"], found["key"]) == ("operator", f"{ISSUER} person-7")
    assert (found["scopes"], found["roles"]) == (["read", "write:notes"], ["platform_operator"])
    headers = {"Authorization": f"Bearer {token(key)}", "Idempotency-Key": f"{DAY}-1"}
    assert (
        api.client.post("/v1/functions/notes/Write", json={"text": "a"}, headers=headers).status_code == 201
    )
    assert api.ledger.identities == ["operator"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"sub": None},
        {"exp": int(time.time()) - 60},
        {"exp": None},
        {"exp": int(time.time()) + 10 * 86_400},
        {"iat": int(time.time()) + 3_600},
        {"nbf": int(time.time()) + 3_600},
        {"tanhui_identity": "regulator"},
        {"tanhui_identity": ["operator"]},
        {"tanhui_identity": None},
        {"exp": "soon"},
    ],
    ids=str,
)
def test_an_expired_or_foreign_token_is_refused(api: Api, key: ECKey, wrong: dict[str, Any]) -> None:
    answer = me(api, token(key, **wrong))
    assert (answer.status_code, answer.json()["code"]) == (401, "api.unauthenticated")


def test_only_the_pinned_algorithm_and_key_sign(api: Api, key: ECKey) -> None:
    good = token(key)
    head, body, signature = good.split(".")
    other = ECKey.generate_key("P-256", {"kid": "k1"})
    shared = OctKey.import_key(json.dumps(key.as_dict(private=False)))
    none_head = "eyJhbGciOiJub25lIn0"
    forged = ("B" if signature[0] == "A" else "A") + signature[1:]
    for bad in (
        token(other),
        token(shared, "HS256"),
        f"{none_head}.{body}.",
        f"{head}.{body}.{forged}",
        f"{head}.{body}",
        "x" * 9_000,
        "a.b.c",
        good + " x",
    ):
        assert me(api, bad).status_code == 401, bad[:60]


def test_a_replaced_key_set_counts_at_once(tmp_path: Path, issuers_file: Path, key: ECKey) -> None:
    (issuer,) = read_issuers(issuers_file)
    verifier = TokenVerifier((issuer,), time.time)
    assert verifier.verify(token(key)).identity == "operator"
    other = ECKey.generate_key("P-256", {"kid": "k1"})
    issuer.jwks_file.write_text(json.dumps(KeySet([other]).as_dict(private=False)), "utf-8")
    assert verifier.verify(token(other)).identity == "operator"


def test_no_shared_secret_can_be_pinned(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="algorithms"):
        Issuer.model_validate(
            {
                "issuer": "i",
                "audience": "a",
                "algorithms": ["HS256"],
                "jwks_file": "f",
                "identities": ["x"],
            }
        )


def test_a_key_does_what_its_scopes_say(api: Api) -> None:
    reading = api.keys.create("operator", scopes=("read:notes",))
    body = {"text": "a"}
    path = "/v1/functions/notes"
    assert api.client.get(f"{path}/List", headers=api.headers(token=reading)).status_code == 200
    refused = api.client.post(f"{path}/Write", json=body, headers=api.headers(f"{DAY}-1", token=reading))
    assert (refused.status_code, refused.json()["value"]) == (403, "write:notes")
    assert api.client.get("/v1/effects", headers=api.headers(token=reading)).status_code == 403
    sent = api.client.post(
        "/v1/activities",
        content=b"{}",
        headers=api.headers(f"{DAY}-2", token=reading) | {"Content-Type": "application/jsonl"},
    )
    assert sent.status_code == 403
    with pytest.raises(ValueError, match="scopes"):
        api.keys.create("operator", scopes=("everything",))


def test_scopes_cover_their_lanes() -> None:
    assert permits(("write",), "write:points")
    assert permits(("write:points",), "write:points")
    assert not permits(("write:points",), "write")
    assert not permits(("write",), "read")
    assert checked_scopes(["write", "read", "read"]) == ("read", "write")
    for bad in (
        [],
        ["admin"],
        ["read:"],
        ["read:Points"],
        ["read"] + [f"read:x{'y' * n}" for n in range(40)],
    ):
        with pytest.raises(ValueError, match="scopes"):
            checked_scopes(bad)


def audited(api: Api, **query: str) -> list[dict[str, Any]]:
    time.sleep(0.7)
    headers = api.headers(token=api.regulator_token)
    answer = api.client.get("/v1/audit", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_another_organisations_object_is_refused_and_written_down(api: Api) -> None:
    path = "/v1/programmes/pr/accounts"
    mine, theirs = api.headers(), api.headers(token=api.other_token)
    assert api.client.get(path, headers=mine).status_code == 200
    refused = api.client.get(path, headers=theirs)
    assert (refused.status_code, refused.json()["code"]) == (403, "api.forbidden")
    unit = api.client.get(f"{path}/aa", headers=theirs)
    assert unit.status_code == 200, "a unit sees its own account"
    assert api.client.get("/v1/programmes/theirs/accounts/aa", headers=mine).status_code == 403
    absent = api.client.get("/v1/programmes/none/accounts", headers=mine)
    assert (absent.status_code, absent.json()["code"]) == (404, "contract.record_absent")
    supervised = api.headers(token=api.regulator_token)
    assert api.client.get(path, headers=supervised).status_code == 200
    assert api.client.get("/v1/audit", headers=mine).status_code == 403
    denied = audited(api, kind="denied")
    assert [one["path"] for one in denied[:2]] == [
        path,
        "/v1/programmes/theirs/accounts/aa",
    ]
    assert denied[0]["organisation"] == "91510100MA6000002W"
    assert denied[0]["code"] == "api.forbidden"
    read = audited(api, kind="read")
    assert (read[0]["path"], read[0]["identity"]) == (path, "regulator")
    assert any(one["path"].startswith("/v1/audit") for one in read), "reading the log is written down too"


def test_what_an_organisation_did_is_its_own_to_see(api: Api) -> None:
    path = "/v1/organisations/91510100MA6000001R/activity"
    assert api.client.get(path, headers=api.headers()).status_code == 200
    assert api.client.get(path, headers=api.headers(token=api.other_token)).status_code == 403
    assert api.client.get(path, headers=api.headers(token=api.regulator_token)).status_code == 200


def test_a_key_past_its_rate_waits_and_another_does_not(tmp_path: Path) -> None:
    api = open_api(tmp_path, ApiSettings(requests_a_second=1, failures_a_second=1))
    with api.client:
        answers = [api.client.get("/v1/me", headers=api.headers()) for _ in range(21)]
        busy = next(one for one in answers if one.status_code == 429)
        assert 1 <= int(busy.headers["Retry-After"]) <= 10
        assert busy.json()["code"] == "api.busy"
        other = api.client.get("/v1/me", headers=api.headers(token=api.other_token))
        assert other.status_code == 200
        guesses = [api.client.get("/v1/me", headers={"Authorization": f"Bearer thk_{n}"}) for n in range(21)]
        assert {one.status_code for one in guesses} == {401, 429}
    api.close()


def test_streams_are_counted_for_each_key_and_in_all() -> None:
    streams = Streams(3, 2)
    streams.take("a")
    streams.take("a")
    with pytest.raises(Problem):
        streams.take("a")
    streams.take("b")
    with pytest.raises(Problem):
        streams.take("c")
    streams.give_back("a")
    streams.take("c")


def test_events_hide_others_deals_and_budgets() -> None:
    """What GET /v1/market/trades/ID refuses is not told by the stream."""
    listed = [
        {"kind": "market.trade_changed", "seller": "S", "buyer": "B", "amount_fen": "1"},
        {"kind": "budgets.reading_recorded", "institution": "I"},
        {"kind": "disclosures.changed", "programme": "pr", "account": "aa", "bank": "K"},
        {"kind": "budgets.red_card_changed", "institution": "I"},
    ]
    payload = json.dumps({"effects": listed, "v": "1"}).encode()

    def seen(sight: Sight) -> list[int]:
        shown = json.loads(visible_payload(payload, sight))["effects"]
        return [at for at, one in enumerate(listed) if one in shown]

    assert seen(Sight(organisation="B")) == [0, 3]
    assert seen(Sight(organisation="I")) == [1, 3]
    assert seen(Sight(frozenset({"pr"}))) == [2, 3]
    assert seen(Sight(organisation="K")) == [2, 3]
    assert seen(Sight()) == [3]


def test_events_hide_other_programmes_persons() -> None:
    listed = [
        {"kind": "points.issued", "programme": "pr", "account": "aa"},
        {"kind": "points.converted", "source_programme": "x", "target_programme": "theirs"},
        {"kind": "credits.issued", "holder": "h"},
    ]
    event = LedgerEvent(1, "a" * 64, "tanhui.v1", json.dumps({"effects": listed, "v": "1"}).encode())
    assert json.loads(visible_payload(event.payload, None))["effects"] == listed
    assert json.loads(visible_payload(event.payload, Sight(frozenset({"theirs"}))))["effects"] == listed[1:]
    assert json.loads(visible_payload(event.payload, Sight()))["effects"] == listed[2:]


def test_the_audit_log_forgets_the_oldest_and_says_what_it_lost(database_url: str) -> None:
    engine = open_service(database_url)
    assert SCHEMA.differences(engine) == []
    log = AuditLog(engine, rows_max=1_000)
    entry = AuditEntry("denied", "k\x00", "i", "o", "a", "GET", "/" + "x" * 500, 403, "c")
    for _ in range(QUEUE_ENTRIES_MAX + 5):
        log.note(entry)
    log.flush()
    rows = log.page(0, 10_000, None, None)
    assert len(rows) == 500, "a page is bounded"
    newest = log.page(int(rows[-1]["id"]), 500, None, None)
    assert len(newest) == 500
    assert log.page(int(newest[-1]["id"]), 500, None, None) == []
    assert (newest[-1]["kind"], newest[-1]["status"]) == ("lost", 5)
    assert len(newest[0]["path"]) == 300
    engine.dispose()


def test_two_models_share_one_database(database_url: str) -> None:
    from tanhui.registry_api.read_model.store import ReadStore  # noqa: PLC0415  beside the other model
    from tanhui.registry_api.read_model.tables import SCHEMA as READ  # noqa: PLC0415

    engine = open_engine(database_url)
    ReadStore(engine)
    SCHEMA.upgrade(engine)
    assert SCHEMA.differences(engine) == []
    assert READ.differences(engine) == []
    engine.dispose()


def test_a_strangers_token_of_any_shape_is_no_fault(api: Api) -> None:
    """Nothing of it is signed by anybody: neither nesting nor numbers may cost more than a 401."""

    def segment(text: bytes) -> str:
        return urlsafe_b64encode(text).rstrip(b"=").decode()

    deep, huge = b"[" * 3_000, b'{"iss":' + b"9" * 4_000 + b"}"
    issued = json.dumps({"iss": ISSUER}).encode()
    plain = b'{"alg":"ES256","kid":"k1"}'
    for head, body in ((plain, deep), (plain, huge), (deep, issued), (plain, b"\xff"), (b"[]", issued)):
        assert me(api, f"{segment(head)}.{segment(body)}.AAAA").status_code == 401, (head[:20], body[:20])


def test_an_issuers_time_without_end_is_no_fault(api: Api, key: ECKey) -> None:
    assert me(api, token(key, exp=float("inf"))).status_code == 401
    assert me(api, token(key, iat=float("-inf"))).status_code == 401


def test_where_a_page_begins_opens_nobodys_books() -> None:
    """A bookmark is its reader's own text; and who has no organisation is named by no empty member."""
    guard = ObjectGuard(ProgrammeOperators(MemoryLedger(), "regulator"))
    mine = Caller("k", "exchange", EXCHANGE, EVERYTHING)
    nobody = Caller("k", "somebody", NOBODY, EVERYTHING)

    def is_judged(caller: Caller, **order: str) -> bool:
        return asyncio.run(guard.judge_order(caller, "market:Inventory", order))

    assert not is_judged(mine, holder=EXCHANGE.organisation, bookmark="")
    assert is_judged(mine, holder=OPERATOR.organisation, bookmark=EXCHANGE.organisation)
    assert is_judged(nobody, holder=OPERATOR.organisation, bookmark="", status="")
    answer = json.dumps({"items": [{"holder": OPERATOR.organisation}], "bookmark": EXCHANGE.organisation})
    for caller in (mine, nobody):
        with pytest.raises(Problem):
            asyncio.run(guard.judged_answer(caller, "market:Inventory", answer.encode()))


def test_a_revoked_key_ends_the_streams_that_it_opened(tmp_path: Path) -> None:
    """As it ends everything else: what is told after it was revoked is not told to its bearer."""
    api = open_api(tmp_path)
    authenticator = Authenticator(api.keys, standings={"operator": OPERATOR})
    event = LedgerEvent(1, "a" * 64, "tanhui.v1", b'{"effects":[],"v":"1"}')

    async def told() -> list[int]:
        class Slow(MemoryLedger):
            async def events(self, _start: int | None, _after: str | None) -> AsyncIterator[LedgerEvent]:
                yield event
                api.keys.revoke(next(one.id for one in api.keys.list() if one.identity == "operator"))
                yield replace(event, block=2)

        ledger = Slow()
        programmes = ProgrammeOperators(ledger, "regulator")
        router = event_routes(ledger, authenticator, programmes, ApiSettings())
        (route,) = (one for one in router.routes if isinstance(one, APIRoute))
        headers = [(b"authorization", f"Bearer {api.token}".encode())]
        scope: dict[str, Any] = {
            "type": "http",
            "headers": headers,
            "client": None,
            "state": {},
            "query_string": b"",
        }
        answer = await route.endpoint(Request(scope))
        return [int(one.id.partition(":")[0]) async for one in answer.body_iterator]

    assert asyncio.run(told()) == [1]
    api.close()
