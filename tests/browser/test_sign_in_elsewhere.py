"""Signing in at another provider and out again, as a browser goes there and back; the pages between are judged."""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tanhui.registry_api.access.oidc import TokenVerifier, read_issuers
from tanhui.registry_api.settings import ApiSettings
from tests.support.api import open_api
from tests.support.browser import CHROMIUM, PHONE, reader
from tests.support.oidc_issuer import OidcIssuer, oidc_issuer
from tests.support.portal_screen import assert_fits
from tests.support.served import served


@dataclass(frozen=True)
class Portal:
    """A portal that trusts an issuer."""

    url: str
    issuer: OidcIssuer


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    if CHROMIUM is None:
        pytest.skip("no Chromium: scripts/test-tools installs it")
    with oidc_issuer() as issuer:
        listener = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        issuers = issuer.file(tmp_path)
        settings = ApiSettings(oidc_file=issuers, public_url=url)
        api = open_api(tmp_path, settings, TokenVerifier(read_issuers(issuers), time.time))
        with served(api.client.app, lifespan="on", listener=listener):
            yield Portal(url, issuer)
        api.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with reader(browser, size=PHONE) as opened:
        yield opened


def stay(route: Route) -> None:
    """Answer nothing, so that the page that leads on stays."""
    route.fulfill(status=204)


@pytest.mark.node_js
def test_there_and_back(
    portal: Portal, context: BrowserContext, accessible: Callable[[Page, str], None]
) -> None:
    page = context.new_page()
    page.goto(f"{portal.url}/desk/reports")
    page.route(f"{portal.url}/desk/reports", stay)
    page.get_by_role("link", name="统一身份认证").click()
    expect(page.locator("h1")).to_have_text("已登录")
    assert_fits(page)
    accessible(page, "signed-in-phone")
    page.unroute_all()
    page.get_by_role("link", name="继续").click()
    expect(page.locator("h1")).to_have_text("报表")

    page.goto(f"{portal.url}/desk")
    page.route(f"{portal.issuer.url}/**", stay)
    page.get_by_role("button", name="退出登录").click()
    expect(page.locator("h1")).to_have_text("已退出登录")
    assert_fits(page)
    accessible(page, "signed-out-phone")
    assert portal.issuer.ended == 0
    page.unroute_all()
    page.get_by_role("link", name="同时在身份提供方退出").click()
    page.wait_for_url(f"{portal.url}/")
    assert portal.issuer.ended == 1
    page.goto(f"{portal.url}/desk")
    assert "/sign-in" in page.url
