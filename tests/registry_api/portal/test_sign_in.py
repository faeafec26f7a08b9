"""Signing in by redirect: what must hold between browser, portal and issuer; each lie of an issuer is refused."""

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from tanhui.registry_api.access.oidc import Issuer, TokenVerifier, read_issuers
from tanhui.registry_api.access.oidc_sign_in import PENDING_S, RedirectSignIn, SignInRefused, challenge_of
from tanhui.registry_api.portal.desk.sign_in import PENDING_COOKIE
from tanhui.registry_api.portal.sessions import COOKIE
from tanhui.registry_api.settings import ApiSettings
from tests.support.api import Api, open_api
from tests.support.oidc_issuer import OidcIssuer, oidc_issuer

ORIGIN = "https://registry.example"
PAGE = {"Accept": "text/html", "Accept-Language": "zh", "Host": "registry.example"}


@pytest.fixture
def issuer() -> Iterator[OidcIssuer]:
    with oidc_issuer() as running:
        yield running


@pytest.fixture
def api(tmp_path: Path, issuer: OidcIssuer) -> Iterator[Api]:
    file = issuer.file(tmp_path)
    settings = ApiSettings(oidc_file=file, public_url=ORIGIN)
    opened = open_api(tmp_path, settings, TokenVerifier(read_issuers(file), time.time))
    with opened.client:
        opened.client.base_url = httpx.URL(ORIGIN)
        yield opened
    opened.close()


def ask(api: Api, path: str) -> httpx.Response:
    return api.client.get(path, headers=PAGE, follow_redirects=False)


def come_back(
    api: Api, issuer: OidcIssuer, change: Callable[[str], str] = lambda address: address
) -> httpx.Response:
    """Begin, let the issuer answer, and follow its redirect as changed."""
    begun = ask(api, "/sign-in/with/login?to=/desk/approvals")
    assert begun.status_code == 303
    return ask(api, change(issuer.authorize(begun.headers["location"])))


def test_a_person_signs_in_through_their_organisation(api: Api, issuer: OidcIssuer) -> None:
    assert "统一身份认证" in ask(api, "/sign-in").text
    begun = ask(api, "/sign-in/with/login?to=/desk/approvals")
    kept = begun.headers["set-cookie"]
    for needed in (
        f"{PENDING_COOKIE}=",
        "HttpOnly",
        "Secure",
        "SameSite=lax",
        "Path=/",
        f"Max-Age={PENDING_S}",
    ):
        assert needed in kept
    asked = parse_qs(urlsplit(begun.headers["location"]).query)
    assert asked["redirect_uri"] == [f"{ORIGIN}/sign-in/with/login/callback"]
    assert asked["scope"] == ["openid registry"]
    assert all(len(asked[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))
    back = ask(api, issuer.authorize(begun.headers["location"]))
    assert back.status_code == 200
    assert 'content="0;url=/desk/approvals"' in back.text
    cookies = back.headers.get_list("set-cookie")
    session = next(one for one in cookies if one.startswith(f"{COOKIE}=") and "Max-Age=0" not in one)
    for needed in ("HttpOnly", "Secure", "SameSite=strict"):
        assert needed in session
    assert any(one.startswith(f'{PENDING_COOKIE}=""') and "Max-Age=0" in one for one in cookies)
    assert back.headers["cache-control"] == "no-store"
    signed = ask(api, "/desk/actions")
    assert signed.status_code == 200
    assert "Write" in signed.text
    assert issuer.requests[0]["grant_type"] == "authorization_code"
    assert issuer.requests[0]["code_verifier"] not in begun.headers["location"]


def test_a_form_after_the_session_leads_back_to_its_page(api: Api, issuer: OidcIssuer) -> None:
    referer = f"{ORIGIN}/desk/actions/notes:Write?x=1"
    for headers, to in (
        (PAGE | {"Referer": referer}, "%2Fdesk%2Factions%2Fnotes%3AWrite%3Fx%3D1"),
        (PAGE | {"Referer": "https://elsewhere.example/desk/x"}, "%2Fdesk"),
        (PAGE, "%2Fdesk"),
    ):
        sent = api.client.post(
            "/desk/actions/notes:Write", data={"csrf": "x"}, headers=headers, follow_redirects=False
        )
        assert (sent.status_code, sent.headers["location"]) == (303, f"/sign-in?to={to}&ended=1")
    assert "登录已失效" in ask(api, sent.headers["location"]).text
    assert "登录已失效" not in ask(api, "/sign-in").text
    fresh = ask(api, "/desk/actions")
    assert fresh.headers["location"] == "/sign-in?to=%2Fdesk%2Factions"
    api.client.cookies.set(COOKIE, "ended")
    assert ask(api, "/desk/actions").headers["location"].endswith("&ended=1")


def replaced(name: str, value: str) -> Callable[[str], str]:
    def change(address: str) -> str:
        url = httpx.URL(address)
        return str(url.copy_set_param(name, value) if value else url.copy_remove_param(name))

    return change


@pytest.mark.parametrize(
    "change",
    [
        replaced("state", "another"), replaced("state", ""), replaced("code", "another"), replaced("code", ""),
        replaced("code", "x" * 3_000), replaced("iss", "https://elsewhere.example"), replaced("error", "access_denied"),
    ],
)  # fmt: skip
def test_an_answer_to_another_request_signs_nobody_in(
    api: Api, issuer: OidcIssuer, change: Callable[[str], str]
) -> None:
    refused = come_back(api, issuer, change)
    assert refused.status_code == 401
    assert "身份提供方的回应不被接受" in refused.text
    assert COOKIE not in refused.headers.get("set-cookie", "")
    assert ask(api, "/desk").status_code == 303


def test_an_answer_without_the_browser_that_asked_or_a_second_time_is_refused(
    api: Api, issuer: OidcIssuer
) -> None:
    begun = ask(api, "/sign-in/with/login")
    answer = issuer.authorize(begun.headers["location"])
    kept = dict(api.client.cookies)
    api.client.cookies.clear()
    assert ask(api, answer).status_code == 401, "a stranger's browser"
    api.client.cookies.update(kept)
    assert ask(api, answer).status_code == 200
    assert ask(api, answer).status_code == 401, "a second time"
    api.client.cookies.set(PENDING_COOKIE, "bm90IGpzb24=")
    assert ask(api, answer).status_code == 401


LIES: dict[str, dict[str, Any]] = {
    "nonce": {"id_more": {"nonce": "another"}},
    "no nonce": {"id_more": {"nonce": None}},
    "issuer": {"id_more": {"iss": "https://elsewhere.example"}},
    "audience": {"id_more": {"aud": "another"}},
    "audiences": {"id_more": {"aud": ["tanhui-portal", "another"]}},
    "azp": {"id_more": {"azp": "another"}},
    "expired": {"id_more": {"exp": 1_000}},
    "subjects": {"id_more": {"sub": "person-8"}},
    "identity": {"access_more": {"tanhui_identity": "regulator"}},
    "access audience": {"access_more": {"aud": "another"}},
    "access expired": {"access_more": {"exp": 1_000}},
    "no id token": {"answer_more": {"id_token": None}},
    "opaque access token": {"answer_more": {"access_token": "opaque"}},
    "no access token": {"answer_more": {"access_token": None}},
    "token type": {"answer_more": {"token_type": "mac"}},
    "status": {"status": 500},
    "endless": {"answer_more": {"padding": "x" * 70_000}},
    "key": {"signing": ECKey.generate_key("P-256", {"kid": "k1"})},
    "unsecured": {"answer_more": {"id_token": "eyJhbGciOiJub25lIn0.e30."}},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_of_the_issuer_signs_nobody_in(api: Api, issuer: OidcIssuer, lie: str) -> None:
    for name, value in LIES[lie].items():
        setattr(issuer, name, value)
    assert come_back(api, issuer).status_code == 401
    assert ask(api, "/desk").status_code == 303


def test_only_known_providers_and_own_addresses(api: Api, issuer: OidcIssuer) -> None:
    assert ask(api, "/sign-in/with/another").status_code == 404
    begun = ask(api, "/sign-in/with/login?to=https://elsewhere.example/")
    back = ask(api, issuer.authorize(begun.headers["location"]))
    assert 'content="0;url=/"' in back.text


def test_a_late_answer_is_refused(tmp_path: Path, issuer: OidcIssuer) -> None:
    issuers = read_issuers(issuer.file(tmp_path))
    now = [1_000.0]
    redirects = RedirectSignIn(issuers, TokenVerifier(issuers, time.time), ORIGIN, lambda: now[0])
    _, pending = redirects.begin("login", "/desk")
    now[0] += PENDING_S + 1
    with pytest.raises(SignInRefused, match="late"):
        asyncio.run(redirects.finish("login", pending, {"state": pending.state, "code": "c"}))


def test_a_redirect_needs_to_know_where_back_is(tmp_path: Path, issuer: OidcIssuer) -> None:
    issuers = read_issuers(issuer.file(tmp_path))
    with pytest.raises(ValueError, match="public_url"):
        RedirectSignIn(issuers, TokenVerifier(issuers, time.time), "", time.time)


@pytest.mark.parametrize(
    "address", ["http://login.example/token", "https://", "ftp://login.example/", "https://a@b/"]
)
def test_endpoints_are_https_or_near(tmp_path: Path, issuer: OidcIssuer, address: str) -> None:
    (one,) = read_issuers(issuer.file(tmp_path))
    document = one.model_dump()
    document["sign_in"]["token_endpoint"] = address
    with pytest.raises(ValueError, match="token_endpoint"):
        Issuer.model_validate(document)


def test_the_challenge_is_that_of_the_rfc() -> None:
    """RFC 7636, appendix B."""
    assert (
        challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


def csrf_of(text: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', text)
    assert found is not None
    return found[1]


def sign_out(api: Api) -> httpx.Response:
    csrf = csrf_of(ask(api, "/desk/reports/red-cards").text)
    return api.client.post("/sign-out", data={"csrf": csrf}, headers=PAGE, follow_redirects=False)


def test_who_signs_out_here_signs_out_at_the_issuer_too(api: Api, issuer: OidcIssuer) -> None:
    assert come_back(api, issuer).status_code == 200
    out = sign_out(api)
    assert out.status_code == 200
    assert (out.headers["cache-control"], out.headers["referrer-policy"]) == ("no-store", "no-referrer")
    leads = re.search(r'content="0;url=([^"]+)"', out.text)
    assert leads is not None
    address = urlsplit(unescape(leads[1]))
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{issuer.url}/logout"
    query = parse_qs(address.query)
    assert query["tenant"] == ["1"]
    assert query["client_id"] == ["tanhui-portal"]
    assert query["post_logout_redirect_uri"] == [f"{ORIGIN}/"]
    hint = jwt.decode(query["id_token_hint"][0], issuer.key, algorithms=["ES256"])
    assert (hint.claims["sub"], hint.claims["aud"]) == ("person-7", "tanhui-portal")
    assert any(one.startswith(f'{COOKIE}=""') for one in out.headers.get_list("set-cookie"))
    assert "/sign-in" in out.text, "the page knows nobody any more"
    assert ask(api, "/desk").status_code == 303


def test_an_issuer_that_announces_no_end_is_left_alone(tmp_path: Path, issuer: OidcIssuer) -> None:
    issuer.ends = False
    issuers = read_issuers(issuer.file(tmp_path))
    redirects = RedirectSignIn(issuers, TokenVerifier(issuers, time.time), ORIGIN, time.time)
    assert redirects.end("login", "id-token") == ""
    assert redirects.end("another", "id-token") == ""


def test_who_came_with_a_key_signs_out_here_alone(api: Api) -> None:
    answer = api.client.post(
        "/sign-in", data={"key": api.token, "to": "/desk/actions"}, headers=PAGE, follow_redirects=False
    )
    assert answer.status_code == 303
    out = sign_out(api)
    assert (out.status_code, out.headers["location"]) == (303, "/")
