"""A registry with something in it, a browser, and the judge of accessibility; made once for all tests here."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import CHROMIUM, chromium
from tests.support.five_regions import five_regions, hub_of
from tests.support.portal_world import World
from tests.support.running_registry import registry

AXE = Path(__file__).parent / "axe"
ARTIFACTS = Path(__file__).parents[2] / "artifacts" / "portal"
STANDARD = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The sample, and what portal_world adds."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: scripts/test-tools installs it")
    data = tmp_path_factory.mktemp("portal")
    hub = data.with_name("hub.json")
    hub.write_bytes(hub_of(five_regions(), by_code=True).encode())
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TANHUI_API_HUB_FILE", str(hub))
        with registry(data) as (url, _):
            world = World(url, data)
            world.fill()
            yield world


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a module: while it is open its driver's event loop runs, which others must not meet."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: scripts/test-tools installs it")
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, as its lock has it."""
    script = AXE / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        done = subprocess.run(["npm", "ci"], cwd=AXE, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return script.read_text("utf-8")


@pytest.fixture(scope="session")
def accessible(axe: str) -> Callable[[Page, str], None]:
    """Judge a page by WCAG 2.2 AA, and keep its picture."""

    def check(page: Page, name: str) -> None:
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=ARTIFACTS / f"{name}.png", full_page=True)
        # Evaluated by the driver, not by the page: the page's own policy allows no such script, and need not.
        found: dict[str, Any] = page.evaluate(
            f"""async () => {{ {axe}
            return await axe.run(document, {{ runOnly: {list(STANDARD)!r} }}); }}"""
        )
        assert found["passes"], "axe examined nothing"
        assert not found["violations"], "\n".join(
            f"{name}: {one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
            for one in found["violations"]
        )

    return check
