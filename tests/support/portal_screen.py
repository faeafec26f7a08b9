"""What a page of the portal is judged by: kinds of readers, what their pages ask for and say, whether they fit."""

import re
from typing import Protocol

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.support.browser import DESK, PHONE

READERS = {"zh-desk": ("zh-CN", DESK), "en-phone": ("en-GB", PHONE)}
EXPECTED_ERRORS = re.compile(r"the server responded with a status of 404")


class Registry(Protocol):
    """A portal that runs, and its identities' keys."""

    @property
    def url(self) -> str:
        """Where it is."""

    def key(self, identity: str) -> str:
        """An identity's access key."""


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


def sign_in(page: Page, registry: Registry, identity: str) -> None:
    page.goto(f"{registry.url}/sign-in")
    page.fill("#key", registry.key(identity))
    page.click("form[action='/sign-in'] button")
    page.wait_for_url(f"{registry.url}/desk")


class Screen:
    """One kind of reader: a context without an account, and one for each identity that signed in."""

    def __init__(self, name: str, browser: Browser, registry: Registry) -> None:
        self.name = name
        self.language, self.size = READERS[name]
        self.browser = browser
        self.registry = registry
        self._opened: dict[str, tuple[BrowserContext, Watch]] = {}

    def page(self, identity: str = "") -> tuple[Page, Watch]:
        """A new page, signed in where an identity is named."""
        if identity not in self._opened:
            width, height = self.size
            context = self.browser.new_context(
                locale=self.language, viewport={"width": width, "height": height}
            )
            self._opened[identity] = (context, Watch(context, self.registry.url))
            if identity:
                sign_in(context.new_page(), self.registry, identity)
        context, watch = self._opened[identity]
        return context.new_page(), watch

    def close(self) -> None:
        for context, _ in self._opened.values():
            context.close()


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
