"""Five whole journeys, each as a person makes it: through the pages alone, from sign-in to the public result."""

import hashlib
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.conftest import ARTIFACTS
from tests.support.browser import PHONE, reader
from tests.support.portal_screen import sign_in
from tests.support.portal_world import FORUM, ORGANISER, OWNER, World

COVERED_WITHIN_S = 60


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with reader(browser) as context:
        yield context.new_page()


def picture(page: Page, name: str) -> None:
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"journey-{name}.png", full_page=True)


def act(page: Page, fields: dict[str, str]) -> None:
    """Fill an action's form and send it; it must be carried out."""
    for name, value in fields.items():
        field = page.locator(f"#f-{name.replace('.', '-')}")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.get_by_role("button", name="提交").click()
    expect(page.locator("p.note.good")).to_contain_text(re.compile("已办理|已提出"))


def test_an_operator_issues_points_from_a_csv(page: Page, world: World, tmp_path: Path) -> None:
    operator = world.client("operator-recorder")
    accounts = [hashlib.sha256(f"csv {at}".encode()).hexdigest()[:32] for at in range(3)]
    opening = [{"account": account, "holder": "person"} for account in accounts]
    operator.done("/v1/programmes/tanxiaohui/accounts", "portal-open", {"accounts": opening})
    lines = ["account,when,inputs.distance"]
    lines += [f"{account},{int(time.time()) - 7_200},2000" for account in accounts]
    lines += ["not-an-account,yesterday,much", f"{accounts[0]},{int(time.time()) - 7_100},9999999"]
    file = tmp_path / "walks.csv"
    file.write_text("\n".join(lines) + "\n", "utf-8")

    sign_in(page, world, "operator-recorder")
    page.get_by_role("link", name="行为上传").first.click()
    page.select_option("#what", "tanxiaohui/walk")
    page.select_option("#methodology", "walk")
    page.set_input_files("#file", file)
    page.get_by_role("button", name="上传").click()
    page.wait_for_url(re.compile("/desk/intake/2"))
    expect(page.locator("#upload-state")).to_contain_text("全部处理完毕", timeout=30_000)
    picture(page, "intake")
    body = page.locator("main").inner_text()
    assert "不合格的行" in body
    receipt = operator.get(f"/v1/activities/uploads/{page.url.rpartition('/')[2]}")
    assert receipt["lines"] == 5
    assert receipt["bad"] + receipt["committed"] + receipt["refused"] == 5
    for account in accounts:
        assert operator.get(f"/v1/programmes/tanxiaohui/accounts/{account}")["points"] == "10"


def test_an_exchange_retires_for_an_event_and_the_dossier_is_published(
    browser: Browser, page: Page, world: World
) -> None:
    sign_in(page, world, "exchange-custodian")
    page.get_by_role("link", name="持有与注销").first.click()
    row = page.locator("tr", has_text="60,101–80,100")
    row.get_by_role("link", name="注销减排量").click()
    act(
        page,
        {
            "pieces.0.last": "70100", "beneficiary.organisation": ORGANISER, "purpose": "event", "reference": FORUM,
            "on_behalf_of.organisation": ORGANISER, "reason": "论坛排放抵消", "retirement": "forum-2026",
        },
    )  # fmt: skip
    page.get_by_role("link", name="查看注销证书").click()
    assert "10.000" in page.locator(".amount").inner_text()
    picture(page, "certificate")

    with reader(browser) as context:
        organiser = context.new_page()
        sign_in(organiser, world, "exchange-organiser")
        organiser.get_by_role("link", name="活动档案").first.click()
        organiser.get_by_role("link", name="以注销抵消").click()
        act(organiser, {"retirement": "forum-2026"})
        organiser.goto(f"{world.url}/desk/dossiers")
        organiser.get_by_role("link", name="声明碳中和").click()
        act(organiser, {"claim": "full"})

    with reader(browser, size=PHONE) as context:
        public = context.new_page()
        public.goto(f"{world.url}/events")
        public.get_by_role("link", name="绿色发展论坛").click()
        expect(public.locator("p.note.good")).to_contain_text("已声明碳中和")
        assert "计入抵消 10.000 吨，排放 10.000 吨" in public.locator("main").inner_text()
        picture(public, "event-on-a-phone")
        public.get_by_role("link", name="forum-2026").click()
        expect(public.locator("h1")).to_have_text("减排量注销证书")
        picture(public, "certificate-on-a-phone")


def bundle_of(world: World, retirement: str) -> bytes:
    """The certificate's bundle, as soon as the auditor's log covers it."""
    with httpx.Client(base_url=world.url, timeout=30, follow_redirects=True) as client:
        reference = str(client.get(f"/retirements/{retirement}").url).rpartition("/")[2]
        deadline = time.monotonic() + COVERED_WITHIN_S
        while True:
            answer = client.get(f"/certificates/{reference}.bundle.json")
            if answer.status_code == 200:
                return answer.content
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.5)


def test_an_auditor_verifies_a_certificate_offline(browser: Browser, world: World, tmp_path: Path) -> None:
    bundle, anchors, saved = (
        tmp_path / "c.bundle.json",
        tmp_path / "anchors.json",
        tmp_path / "tanhui-verify.html",
    )
    bundle.write_bytes(bundle_of(world, "conference-2026"))
    draft = httpx.get(f"{world.url}/v1/log/anchors", timeout=30)
    anchors.write_text(json.dumps(draft.json()) + "\n\n", "utf-8")  # another layout has the same fingerprint
    saved.write_bytes(httpx.get(f"{world.url}/verify", timeout=30).content)
    published = httpx.get(f"{world.url}/verify.sha256", timeout=30).text.split()[0]
    assert hashlib.sha256(saved.read_bytes()).hexdigest() == published
    with reader(browser) as context:
        page = context.new_page()
        page.goto(f"{world.url}/transparency")
        assert page.locator("#verify-hash").inner_text() == published
        asked: list[str] = []

        def noted(request: Request) -> None:
            if request.url.startswith("http"):
                asked.append(request.url)

        for address in (f"{world.url}/verify", saved.as_uri()):
            context.set_offline(False)
            page.goto(address)
            context.set_offline(True)
            context.on("request", noted)
            page.set_input_files("#bundle-file", bundle)
            page.set_input_files("#anchors-file", anchors)
            page.get_by_role("button", name="核验", exact=True).click()
            expect(page.locator("#verdict-title")).to_contain_text("核验通过")
            assert page.locator("#steps li.good").count() == 6
            assert draft.headers["ETag"].strip('"') in page.locator("#anchors-fingerprint").inner_text()
            assert "18.250 tCO2e" in page.locator("#facts").inner_text()
            assert page.get_by_text("这不能说明什么").is_visible()
            picture(page, f"verified-{address.partition(':')[0]}")
        document = json.loads(bundle.read_text("utf-8"))
        document["effects"]["effects"][int(document["effect"])]["quantity_kg"] = "18251"
        bundle.write_text(json.dumps(document), "utf-8")
        page.set_input_files("#bundle-file", bundle)
        page.get_by_role("button", name="核验", exact=True).click()
        expect(page.locator("#verdict-title")).to_contain_text("核验不通过")
        assert page.locator("#steps li.bad").count() == 1
        told = page.locator("#verdict-more").inner_text()
        assert told.startswith("该文件不是证明包的严格 JSON")
        assert "json.not_canonical" in told
        picture(page, "verified-not")
        bundle.write_bytes(b"%PDF-1.7")
        page.set_input_files("#bundle-file", bundle)
        page.get_by_role("button", name="核验", exact=True).click()
        expect(page.locator("#problem.note")).to_contain_text("这是证书的 PDF")
        expect(page.locator("#result")).to_be_hidden()
        assert not asked, "the check asked the network"


def test_a_link_brings_the_bundle_and_names_a_mismatch(
    browser: Browser, world: World, tmp_path: Path
) -> None:
    bundle_of(world, "conference-2026")
    with reader(browser, language="en-GB", size=PHONE) as context:
        page = context.new_page()
        page.goto(f"{world.url}/certificates/conference-2026")
        page.get_by_role("link", name="Verify in the browser").click()
        expect(page.locator("#from-link")).to_be_visible()
        page.get_by_role("button", name="Read this site's draft").click()
        expect(page.locator("#anchors-text")).not_to_have_value("")
        page.get_by_role("button", name="Verify", exact=True).click()
        expect(page.locator("#verdict-title")).to_contain_text("Valid, as of entry")
        page.evaluate("document.getElementById('expected').value = 'ab'.repeat(32) + '.0'")
        page.get_by_role("button", name="Verify", exact=True).click()
        expect(page.locator("#verdict-title")).to_contain_text("another certificate")


def test_a_person_looks_up_the_rank_of_their_unit(browser: Browser, world: World) -> None:
    with reader(browser, size=PHONE) as context:
        page = context.new_page()
        page.goto(f"{world.url}/")
        page.get_by_role("link", name="先锋榜").click()
        page.get_by_label("查找本单位").fill("图书馆")
        page.get_by_role("button", name="筛选").click()
        found = page.locator(".standing").inner_text()
        match = re.fullmatch(r"省图书馆\(示例\)：第 (\d) 名，共 2 家", found)
        assert match, found
        first = page.locator("table.cards").last.locator("tr").nth(int(match[1]))
        assert "省图书馆" in first.inner_text()
        records = world.client("regulator-registrar")
        points = 0
        members = {
            one["account"] for one in records.get("/v1/programmes/tanxiaohui/accounts?page_size=500")["items"]
            if one["unit"] == _unit_account(world)
        }  # fmt: skip
        for batch in records.get("/v1/programmes/tanxiaohui/activity-batches?page_size=500")["items"]:
            path = f"/v1/programmes/tanxiaohui/activity-batches/{batch['id']}/records?count=500"
            points += sum(
                int(one["points"]) for one in records.get(path)
                if one["account"] in members and one["state"] == "credited"
            )  # fmt: skip
        assert f"{points:,}" in first.inner_text(), "the board is not what the records say"
        picture(page, "ranking")


def _unit_account(world: World) -> str:
    found = world.client("regulator-registrar").get("/v1/effects?kind=accounts.opened&limit=500")["items"]
    return next(
        str(one["effect"]["account"])
        for one in found
        if one["effect"].get("organisation", "").endswith("00016")
    )


def test_a_regulator_freezes_and_a_lien_is_released(browser: Browser, page: Page, world: World) -> None:
    sign_in(page, world, "regulator-registrar")
    page.get_by_role("link", name="冻结与质押").first.click()
    page.fill("#batch", world.batch)
    page.get_by_role("button", name="列出区间").click()
    page.locator("tr", has_text="90,101–110,951").get_by_role("link", name="冻结减排量").click()
    act(page, {"order": "(2026)鲁01执42号", "pieces.0.last": "90200"})
    page.goto(f"{world.url}/desk/holds")
    expect(page.locator("tr", has_text="(2026)鲁01执42号")).to_contain_text("冻结")
    picture(page, "frozen")
    frozen = world.client("exchange-owner").get(f"/v1/credits/holders/{OWNER}?page_size=500")["items"]
    assert [one["holds"][0]["kind"] for one in frozen if one["first"] == "90101"] == ["freeze"]
    assert [one["holds"] for one in frozen if one["first"] == "90201"] == [[]]

    with reader(browser) as context:
        bank = context.new_page()
        sign_in(bank, world, "exchange-bank")
        bank.goto(f"{world.url}/desk/holds")
        bank.locator("tr", has_text="loan-2026").get_by_role("link", name="解除").click()
        act(bank, {})
        bank.goto(f"{world.url}/desk/holds")
        expect(bank.locator("tr", has_text="loan-2026")).to_have_count(0)
        bank.goto(f"{world.url}/serials/{world.batch}/80101")
        life = bank.locator("main").inner_text()
        assert "解除限制 · 质押" in life
        picture(bank, "life-of-a-serial")

    page.goto(f"{world.url}/desk/holds")
    page.locator("tr", has_text="(2026)鲁01执42号").get_by_role("link", name="解除").click()
    act(page, {})
    picture(page, "released")
