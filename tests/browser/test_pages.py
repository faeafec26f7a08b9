"""Every page in both languages, on a desk and on a phone: no error, no foreign host, nothing the policy stops, and
no violation of WCAG 2.2 AA. Each leaves its picture in artifacts/portal."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import httpx2 as httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.support.browser import DESK, PHONE, reader
from tests.support.portal_world import FORUM, INSTITUTION, World

PUBLIC = {
    "home": "/",
    "programmes": "/programmes",
    "programme": "/programmes/tanxiaohui",
    "projects": "/projects",
    "project": "/projects/office-roofs",
    "batch": "/batches/{batch}",
    "methodologies": "/methodologies",
    "methodology": "/methodologies/walk",
    "retirements": "/retirements",
    "retirements-found": "/retirements?q=conference&purpose=event&since=2026-01-01",
    "retirements-none": "/retirements?q=nothing-like-this",
    "certificate": "/certificates/conference-2026",
    "events": "/events",
    "event": f"/events/{FORUM}",
    "rankings": "/rankings",
    "rankings-districts": "/rankings?of=districts",
    "rankings-found": "/rankings?q=省图书馆",
    "recognition": "/recognition",
    "partners": "/recognised-methodologies",
    "hub": "/hub",
    "serials": "/serials",
    "serial": "/serials/{batch}/7",
    "find": "/find?q=office",
    "find-none": "/find?q=nothing-like-this",
    "transparency": "/transparency",
    "verify": "/verify",
    "sign-in": "/sign-in",
    "absent": "/projects/no-such-project",
    "nowhere": "/no/such/page",
}
DESK_PAGES = {
    "desk": ("regulator-approver", "/desk"),
    "desk-approvals": ("regulator-approver", "/desk/approvals"),
    "desk-intake": ("operator-recorder", "/desk/intake"),
    "desk-holdings": ("exchange-owner", "/desk/holdings"),
    "desk-dossiers": ("exchange-organiser", "/desk/dossiers"),
    "desk-holds": ("regulator-registrar", "/desk/holds?batch={batch}"),
    "desk-notices": ("regulator-registrar", "/desk/notices"),
    "desk-red-cards": ("regulator-registrar", "/desk/red-cards"),
    "desk-recalls": ("regulator-registrar", "/desk/recalls"),
    "desk-review": ("exchange-verifier", "/desk/review"),
    "desk-look": ("operator-recorder", "/desk/look"),
    "desk-question": (
        "operator-recorder",
        "/desk/look/programmes:Rules?programme=tanxiaohui&version=1&_ask=1",
    ),
    "desk-recognition": ("regulator-registrar", "/desk/recognition"),
    "desk-elsewhere": ("operator-recorder", "/desk/points-from-elsewhere"),
    "desk-actions": ("operator-recorder", "/desk/actions"),
    "desk-retire": ("exchange-owner", "/desk/actions/retirements:Retire"),
    "desk-draft": ("regulator-registrar", "/desk/actions/programmes:Draft"),
}
READERS = {"zh-desk": ("zh-CN", DESK), "en-phone": ("en-GB", PHONE)}
EXPECTED_ERRORS = re.compile(r"the server responded with a status of 404")


class Watch:
    """What a reader's pages asked for and complained of."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.foreign: list[str] = []
        self.complaints: list[str] = []

        def asked(request: Request) -> None:
            if not request.url.startswith(url):
                self.foreign.append(request.url)

        def said(message: ConsoleMessage) -> None:
            if message.type == "error":
                self.complaints.append(message.text)

        context.on("request", asked)
        context.on("console", said)
        context.on("weberror", lambda one: self.complaints.append(str(one.error)))

    def assert_clean(self) -> None:
        assert not self.foreign, "a page asked another host"
        assert not [one for one in self.complaints if not EXPECTED_ERRORS.search(one)], self.complaints


def sign_in(page: Page, world: World, identity: str) -> None:
    page.goto(f"{world.url}/sign-in")
    page.fill("#key", world.key(identity))
    page.click("form[action='/sign-in'] button")
    page.wait_for_url(f"{world.url}/desk")


class Screen:
    """One kind of reader: a context without an account, and one for each identity that signed in."""

    def __init__(self, name: str, browser: Browser, world: World) -> None:
        self.name = name
        self.language, self.size = READERS[name]
        self.browser = browser
        self.world = world
        self._opened: dict[str, tuple[BrowserContext, Watch]] = {}

    def page(self, identity: str = "") -> tuple[Page, Watch]:
        """A new page, signed in where an identity is named."""
        if identity not in self._opened:
            width, height = self.size
            context = self.browser.new_context(
                locale=self.language, viewport={"width": width, "height": height}
            )
            self._opened[identity] = (context, Watch(context, self.world.url))
            if identity:
                sign_in(context.new_page(), self.world, identity)
        context, watch = self._opened[identity]
        return context.new_page(), watch

    def close(self) -> None:
        for context, _ in self._opened.values():
            context.close()


@pytest.fixture(params=["zh-desk"], scope="module")
def screen(request: pytest.FixtureRequest, browser: Browser, world: World) -> Iterator[Screen]:
    opened = Screen(request.param, browser, world)
    yield opened
    opened.close()


def every_page(pages: Iterable[str]) -> list[Any]:
    """Each page on both screens: on one of them in every run, on the other by night."""
    found = []
    for at, screen_name in enumerate(READERS):
        for place, name in enumerate(pages):
            marks = () if place % len(READERS) == at else (pytest.mark.nightly,)
            found.append(pytest.param(screen_name, name, marks=marks))
    return found


def assert_fits(page: Page) -> None:
    """Nothing sticks out to the right of the screen."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} pixels too wide"


ENGLISH = re.compile(r"[A-Za-z][a-z'’]+(?:[ ,]+[A-Za-z'’]+){2,}")
VISIBLE = """() => { const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) { const near = walk.currentNode.parentElement;
    if (!near.closest('script, style, pre, code, .mono, [lang=en], datalist') && near.checkVisibility())
      found.push(walk.currentNode.data.trim()); }
  return found.filter(Boolean); }"""


def assert_chinese(page: Page, said: str) -> None:
    """No English sentence stands on a Chinese page, but what somebody wrote into the ledger (`said`)."""
    texts: list[str] = page.evaluate(VISIBLE)
    assert any("\u4e00" <= sign <= "\u9fff" for text in texts for sign in text)
    english = [found[0] for text in texts for found in ENGLISH.finditer(text)]
    assert not [one for one in english if one not in said], page.url


@pytest.fixture(scope="module")
def said(world: World) -> str:
    """Everything that was written into the ledger, as its effects and titles have it."""
    reader = world.client("regulator-registrar")
    found, after = [], 0
    while True:
        listed = reader.get(f"/v1/effects?limit=500&after={after}")
        found += listed["items"]
        if not listed["items"] or not listed.get("after"):
            break
        after = listed["after"]
    more = [
        reader.get(path) for path in ("/v1/projects", "/v1/programmes", "/v1/methodologies/walk/versions/1")
    ]
    return json.dumps([found, more], ensure_ascii=False)


@pytest.mark.node_js
@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page(
    name: str,
    screen: Screen,
    world: World,
    accessible: Callable[[Page, str], None],
    said: str,
) -> None:
    page, watch = screen.page()
    answer = page.goto(world.url + PUBLIC[name].format(batch=world.batch))
    assert answer is not None
    assert answer.status == (404 if name in {"absent", "nowhere"} else 200)
    if name != "verify":
        assert "'unsafe" not in answer.headers["content-security-policy"]
        assert page.locator("h1").count() == 1
    assert_fits(page)
    if screen.language == "zh-CN":
        assert_chinese(page, said)
    accessible(page, f"{name}-{screen.name}")
    watch.assert_clean()
    page.close()


@pytest.mark.node_js
@pytest.mark.parametrize("name", DESK_PAGES)
def test_a_page_of_the_desk(
    name: str,
    screen: Screen,
    world: World,
    accessible: Callable[[Page, str], None],
    said: str,
) -> None:
    identity, path = DESK_PAGES[name]
    page, watch = screen.page(identity)
    answer = page.goto(world.url + path.format(batch=world.batch))
    assert answer is not None
    assert answer.status == 200
    assert page.locator("h1").count() == 1
    assert_fits(page)
    if screen.language == "zh-CN":
        assert_chinese(page, said)
    accessible(page, f"{name}-{screen.name}")
    watch.assert_clean()
    page.close()


@pytest.mark.node_js
def test_the_judge_sees_what_is_wrong(screen: Screen, accessible: Callable[[Page, str], None]) -> None:
    page, _ = screen.page()
    page.set_content("<html><body><img src='x'><p style='color:#ccc;background:#fff'>faint</p></body></html>")
    with pytest.raises(AssertionError, match="color-contrast"):
        accessible(page, "wrong")


def test_what_needs_an_account_leads_to_the_sign_in(browser: Browser, world: World) -> None:
    with reader(browser) as context:
        page = context.new_page()
        for _, path in DESK_PAGES.values():
            page.goto(world.url + path.format(batch=world.batch))
            assert "/sign-in?to=" in page.url


def test_a_wrong_key_is_refused_in_words_and_a_right_one_leads_back(browser: Browser, world: World) -> None:
    with reader(browser) as context:
        page = context.new_page()
        page.goto(f"{world.url}/desk/approvals")
        page.fill("#key", "thk_wrong")
        page.click("form[action='/sign-in'] button")
        assert page.locator("#problem").inner_text() == "请提供有效的访问密钥"
        page.fill("#key", world.key("regulator-approver"))
        page.click("form[action='/sign-in'] button")
        assert page.url == f"{world.url}/desk/approvals"
        assert page.get_by_text(INSTITUTION).count() >= 1
        cookie = next(one for one in context.cookies() if one["name"].startswith("__Host-"))
        assert cookie["httpOnly"]
        assert cookie["secure"]
        assert cookie["sameSite"] == "Strict"
        page.goto(f"{world.url}/desk")
        page.get_by_role("button", name="退出登录").click()
        assert page.url == f"{world.url}/"
        page.goto(f"{world.url}/desk")
        assert "/sign-in" in page.url


def test_the_language_can_be_chosen_and_stays(browser: Browser, world: World) -> None:
    with reader(browser, language="zh-CN") as context:
        page = context.new_page()
        page.goto(f"{world.url}/retirements?q=conference")
        page.get_by_role("link", name="English").click()
        assert page.url == f"{world.url}/retirements?q=conference"
        assert page.locator("h1").inner_text() == "Retirement register"
        page.goto(f"{world.url}/")
        assert page.locator("html").get_attribute("lang") == "en"


def test_pages_work_without_script(browser: Browser, world: World) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{world.url}/sign-in")
    page.fill("#key", world.key("exchange-owner"))
    page.click("form[action='/sign-in'] button")
    page.goto(f"{world.url}/desk/actions/retirements:Retire")
    page.get_by_role("button", name="再加一项").click()
    assert page.locator("#f-pieces-1-batch").count() == 1
    page.goto(f"{world.url}/verify")
    assert "tanhui verify" in page.inner_text("body")
    context.close()


def test_a_form_from_elsewhere_does_nothing(browser: Browser, world: World) -> None:
    with reader(browser) as context:
        page = context.new_page()
        sign_in(page, world, "regulator-registrar")
        page.goto(f"{world.url}/desk/actions/accounts:Freeze")
        page.evaluate("document.querySelector('form.stack [name=csrf]').value = 'stolen'")
        for name, value in (("account", "ab" * 16), ("programme", "tanxiaohui"), ("reason", "x")):
            page.fill(f"#f-{name}", value)
        with page.expect_navigation() as navigation:
            page.get_by_role("button", name="提交").click()
        assert navigation.value.status == 403


def test_the_registers_come_as_files(world: World) -> None:
    magic = {"csv": b"\xef\xbb\xbf", "xlsx": b"PK", "pdf": b"%PDF"}
    for file in ("retirements.csv", "retirements.xlsx", "retirements.pdf", "events.csv", "red-cards.csv"):
        answer = httpx.get(f"{world.url}/downloads/{file}", timeout=30)
        assert answer.status_code == 200
        assert answer.content.startswith(magic[file.rpartition(".")[2]])
    listed = httpx.get(f"{world.url}/downloads/retirements.csv", timeout=30).text
    assert "conference-2026" in listed
    assert httpx.get(f"{world.url}/downloads/accounts.csv", timeout=30).status_code == 404
