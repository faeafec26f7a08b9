"""Pages that an ordinary day leaves empty, seen with something on them: a red card from showing to clearing, a recall
from marking to making good with the certificate that says so, a batch's review, a key that the registry keeps."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_journeys import act, picture
from tests.support.browser import PHONE, reader
from tests.support.portal_screen import assert_fits, sign_in
from tests.support.portal_world import INSTITUTION, World, china_day, hashed

Accessible = Callable[[Page, str], None]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with reader(browser) as context:
        yield context.new_page()


def on_a_phone(page: Page, name: str, accessible: Accessible) -> None:
    """The page as it stands, on a phone: it fits, and axe has nothing against it."""
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert_fits(page)
    accessible(page, f"real-{name}-phone")
    page.set_viewport_size(size)
    accessible(page, f"real-{name}-desk")


@pytest.mark.node_js
def test_a_red_card_from_showing_to_clearing(
    browser: Browser, page: Page, world: World, accessible: Accessible
) -> None:
    year = int(china_day()[:4]) - 1
    sign_in(page, world, "regulator-registrar")
    page.get_by_role("link", name="红牌").first.click()
    page.get_by_role("link", name="亮红牌").click()
    shown = {
        "institution": INSTITUTION,
        "year": str(year),
        "reason": "突破能耗定额",
        "document": hashed("card"),
    }
    act(page, shown)
    page.goto(f"{world.url}/desk/red-cards")
    row = page.locator("tbody tr", has_text="省机关事务管理局")
    expect(row).to_contain_text("已亮牌")
    expect(row).to_contain_text("250.000")
    on_a_phone(page, "red-cards", accessible)
    with reader(browser) as context:
        theirs = context.new_page()
        sign_in(theirs, world, "exchange-institution")
        for step, document in (("整改", "plan"), ("证据", "evidence")):
            theirs.goto(f"{world.url}/desk/red-cards")
            theirs.locator("tbody tr", has_text="省机关事务管理局").get_by_role(
                "link", name=re.compile(step)
            ).click()
            act(theirs, {"reason": "照明与空调改造", "document": hashed(document)})
    page.goto(f"{world.url}/desk/red-cards")
    page.locator("tbody tr", has_text="省机关事务管理局").get_by_role("link", name="红牌销号").click()
    act(page, {"reason": "整改落实", "document": hashed("clearing")})
    page.goto(f"{world.url}/desk/red-cards")
    expect(page.locator("tbody tr", has_text="省机关事务管理局")).to_contain_text("已销号")


@pytest.mark.node_js
def test_a_recall_shows_on_the_certificate_until_it_is_made_good(
    browser: Browser, page: Page, world: World, accessible: Accessible
) -> None:
    sign_in(page, world, "regulator-registrar")
    page.goto(f"{world.url}/desk/recalls")
    expect(page.locator("tbody tr", has_text="factor-2026")).to_contain_text("0.100")
    on_a_phone(page, "recalls", accessible)
    page.get_by_role("link", name="标记").click()
    act(page, {"pieces.0.range": "1"})
    with reader(browser) as context:
        public = context.new_page()
        public.goto(f"{world.url}/certificates/conference-2026")
        expect(public.locator("[role=alert]")).to_contain_text("此证书所列减排量已被召回")
        on_a_phone(public, "certificate-recalled", accessible)
        owner = context.new_page()
        sign_in(owner, world, "exchange-owner")
        owner.goto(f"{world.url}/desk/recalls")
        owner.get_by_role("link", name="补足").click()
        ranges = world.client("exchange-owner").get("/v1/credits/holders/91510100MA60000043?page_size=500")[
            "items"
        ]
        free = next(
            one for one in ranges
            if one["state"] == "active" and not one["holds"] and int(one["last"]) - int(one["first"]) > 1_000
        )  # fmt: skip
        first = int(free["first"])
        act(
            owner,
            {
                "retirement": "conference-2026", "pieces.0.batch": world.batch, "pieces.0.range": str(first),
                "pieces.0.first": str(first), "pieces.0.last": str(first + 99),
            },
        )  # fmt: skip
        public.reload()
        expect(public.locator("[role=alert]")).to_contain_text("已被召回，并已补足")
        on_a_phone(public, "certificate-made-good", accessible)


@pytest.mark.node_js
def test_the_registry_keeps_a_sources_key_and_two_persons_register_it(
    browser: Browser, page: Page, world: World, accessible: Accessible
) -> None:
    sign_in(page, world, "operator-recorder")
    page.goto(f"{world.url}/desk/actions/activities:RegisterSource")
    page.fill("#f-source", f"kiosk-{int(time.time())}")
    page.get_by_role("button", name="由登记系统生成并保管密钥").click()
    expect(page.locator("#f-key")).to_have_value(re.compile("^[0-9a-f]{64}$"))
    on_a_phone(page, "source-key", accessible)
    page.get_by_role("button", name="提交").click()
    expect(page.locator("p.note.good")).to_contain_text("等待第二人办理")
    picture(page, "proposed")
    with reader(browser) as context:
        second = context.new_page()
        sign_in(second, world, "operator-approver")
        second.goto(f"{world.url}/desk/approvals")
        second.locator("section.card", has_text="登记数据源").get_by_role("button", name="同意并签署").click()
        expect(second.locator("p.note.good")).to_contain_text("已同意")


@pytest.mark.node_js
def test_a_question_and_a_vouchers_commitment(page: Page, world: World, accessible: Accessible) -> None:
    sign_in(page, world, "operator-recorder")
    page.goto(f"{world.url}/desk/look")
    on_a_phone(page, "look", accessible)
    page.goto(f"{world.url}/desk/look/accounts:List?programme=tanxiaohui&_ask=1")
    expect(page.locator("#answer")).to_contain_text("有效")
    on_a_phone(page, "answer", accessible)
    page.goto(f"{world.url}/desk/actions/rewards:AnnounceDraw")
    page.get_by_role("button", name="生成").click()
    expect(page.locator("#f-commitment")).to_have_value(re.compile("^[0-9a-f]{64}$"))
    expect(page.locator("dl.mono")).to_contain_text("种子")
    on_a_phone(page, "commitment", accessible)
    page.goto(f"{world.url}/desk/review")
    on_a_phone(page, "review", accessible)
