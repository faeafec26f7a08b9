"""Every page, in Chinese at a desk and by night in English on a phone: no error, no foreign host, nothing the policy
stops, and no violation of WCAG 2.2 AA. Each leaves its picture in artifacts/portal."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator

import httpx2 as httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import reader
from tests.support.portal_pages import DESK_PAGES, PUBLIC
from tests.support.portal_screen import Screen, assert_chinese, assert_fits, sign_in
from tests.support.portal_world import INSTITUTION, World
from tests.support.running_registry import REQUEST_TIMEOUT_S, today_digits


@pytest.fixture(
    params=["zh-desk", pytest.param("en-phone", marks=pytest.mark.nightly)],
    scope="module",
)
def screen(request: pytest.FixtureRequest, browser: Browser, world: World) -> Iterator[Screen]:
    opened = Screen(request.param, browser, world)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def places(world: World) -> dict[str, str]:
    """What the addresses leave open: a batch of credits, an upload with a bad line, its batch, which awaits review."""
    operator = world.client("operator-recorder")
    draft = {
        "programme": "reviewed", "name": "逐条审核的方案", "region": "370000", "parent": "",
        "operator": operator.get("/v1/programmes/tanxiaohui")["operator"],
        "rules": {"scenes": [{"scene": "walk", "award": "flat", "points": 10, "review": 8_000}],
                  "expiry": {"kind": "never"}, "transfer": {"kind": "forbidden"}},
    }  # fmt: skip
    world.client("regulator-registrar").done("/v1/programmes", "pages-draft", draft)
    world.by_two("/v1/programmes/reviewed/rules/1/force", "pages-force", {})
    account = hashlib.sha256(b"pages").hexdigest()[:32]
    opening = {"accounts": [{"account": account, "holder": "person"}]}
    operator.done("/v1/programmes/reviewed/accounts", "pages-open", opening)
    when = int(time.time()) - 7_200
    lines = ("account,when,inputs.distance", f"{account},{when},2000", "nobody,yesterday,much")
    taken = httpx.post(
        f"{world.url}/v1/activities",
        params={
            "programme": "reviewed",
            "scene": "walk",
            "methodology": "walk",
            "version": "1",
            "source": "platform",
        },
        content="\n".join(lines) + "\n",
        headers=operator.headers("pages-upload") | {"Content-Type": "text/csv"},
        timeout=REQUEST_TIMEOUT_S,
    )
    assert taken.status_code in {200, 202}, taken.text
    receipt = operator.settled("pages-upload")
    assert (receipt["committed"], receipt["bad"]) == (1, 1), receipt
    world.projected()
    (submitted,) = operator.get("/v1/effects?kind=activities.submitted")["items"]
    return {
        "batch": world.batch,
        "upload": f"{today_digits()}-pages-upload",
        "activities": submitted["effect"]["batch"],
    }


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
    places: dict[str, str],
    accessible: Callable[[Page, str], None],
    said: str,
) -> None:
    page, watch = screen.page()
    answer = page.goto(world.url + PUBLIC[name].format(**places))
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
    places: dict[str, str],
    accessible: Callable[[Page, str], None],
    said: str,
) -> None:
    identity, path = DESK_PAGES[name]
    page, watch = screen.page(identity)
    answer = page.goto(world.url + path.format(**places))
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


def test_what_needs_an_account_leads_to_the_sign_in(
    browser: Browser, world: World, places: dict[str, str]
) -> None:
    with reader(browser) as context:
        page = context.new_page()
        for _, path in DESK_PAGES.values():
            page.goto(world.url + path.format(**places))
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


def test_what_the_search_promises_it_finds(world: World) -> None:
    def find(text: str) -> httpx.Response:
        return httpx.get(f"{world.url}/find", params={"q": text}, timeout=30)

    assert find("office-roofs").headers["location"] == "/projects/office-roofs"
    assert find("tanxiaohui").headers["location"] == "/programmes/tanxiaohui"
    reader = world.client("regulator-registrar")
    known = reader.get("/v1/programmes/tanxiaohui")
    assert 'href="/programmes/tanxiaohui"' in find(known["name"][:-1]).text
    (operator,) = [one for one in reader.get("/v1/organisations")["items"] if one["id"] == known["operator"]]
    assert operator["id"] in find(operator["name"]).text
    assert operator["name"] in find(operator["id"]).text
    retired = reader.get("/v1/effects?kind=retirements.retired")["items"][0]
    shown = find(retired["transaction"]).text
    assert f"/certificates/{retired['transaction']}." in shown
    assert find("0" * 64).status_code == 200
