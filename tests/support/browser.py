"""Headless Chromium as the portal's readers use it: the system's own, driven by Playwright, on loopback only."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PHONE = (390, 844)
DESK = (1280, 900)
TIMEOUT_MS = 20_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for as long as the block lasts."""
    assert CHROMIUM, "no Chromium on PATH (scripts/test-tools installs it)"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def reader(
    browser: Browser, *, language: str = "zh-CN", size: tuple[int, int] = DESK
) -> Iterator[BrowserContext]:
    """A fresh reader: no cookie, a language, a screen."""
    context = browser.new_context(
        locale=language, viewport={"width": size[0], "height": size[1]}, timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(TIMEOUT_MS)
    try:
        yield context
    finally:
        context.close()
