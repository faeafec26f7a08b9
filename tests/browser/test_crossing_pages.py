"""The pages of what crosses between regions, as the second of two shows them: judged like every other page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from tanhui.cli.recognition.setting import PROGRAMME, account_of
from tests.support.browser import CHROMIUM
from tests.support.portal_pages import CROSSING
from tests.support.portal_screen import Screen, assert_fits
from tests.support.served_regions import Served, served_regions

REGION = "jilin"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    if CHROMIUM is None:
        pytest.skip("no Chromium: scripts/test-tools installs it")
    with served_regions(tmp_path_factory.mktemp("crossing")) as opened:
        yield opened


@dataclass(frozen=True)
class Portal:
    """One region's portal, for a screen."""

    served: Served

    @property
    def url(self) -> str:
        return self.served.urls[REGION]

    def key(self, identity: str) -> str:
        return self.served.key(REGION, identity)


@pytest.fixture(scope="module", params=["zh-desk", "en-phone"])
def screen(request: pytest.FixtureRequest, served: Served, browser: Browser) -> Iterator[Screen]:
    opened = Screen(request.param, browser, Portal(served))
    yield opened
    opened.close()


@pytest.mark.node_js
@pytest.mark.parametrize("name", CROSSING)
def test_a_page_of_what_crossed(
    name: str, screen: Screen, served: Served, accessible: Callable[[Page, str], None]
) -> None:
    identity, path = CROSSING[name]
    pair = served.pair
    address = path.format(agreement=pair.credits, programme=PROGRAMME, account=account_of(pair.second, 1))
    page, watch = screen.page(identity)
    answer = page.goto(screen.registry.url + address)
    assert answer is not None
    assert answer.status == 200
    assert page.locator("h1").count() == 1
    assert_fits(page)
    accessible(page, f"{name}-{screen.name}")
    watch.assert_clean()
    page.close()
