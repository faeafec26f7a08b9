"""Two regions after everything that crosses between them, and each one's API and portal."""

import dataclasses
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import httpx2 as httpx

from tanhui.cli.demo.clerk import today
from tanhui.cli.recognition.embedded import EmbeddedRegion, open_region
from tanhui.cli.recognition.pair import Pair
from tanhui.cli.recognition.places import PLACES
from tanhui.cli.recognition.run import run
from tanhui.cli.registry_process import serve_api
from tanhui.network.gateway.loop_thread import LoopThread
from tanhui.registry_api.settings import ApiSettings

TIMEOUT_S = 30


@dataclasses.dataclass(frozen=True)
class Served:
    """The pair, and each region's API."""

    pair: Pair
    urls: dict[str, str]
    data: Path

    def key(self, region: str, identity: str) -> str:
        """An identity's access key."""
        return (self.data / f"{region}-api" / "tokens" / identity).read_text("ascii").strip()

    def ask(self, region: str, path: str, identity: str = "regulator-registrar") -> httpx.Response:
        """The API's answer to a read."""
        headers = {"Authorization": f"Bearer {self.key(region, identity)}"}
        return httpx.get(f"{self.urls[region]}{path}", headers=headers, timeout=TIMEOUT_S)

    @contextmanager
    def signed_in(self, region: str, identity: str) -> Iterator[httpx.Client]:
        """A browser in which somebody signed in at the desk."""
        with httpx.Client(
            base_url=self.urls[region], timeout=TIMEOUT_S, headers={"Accept-Language": "en"}
        ) as client:
            answer = client.post("/sign-in", data={"key": self.key(region, identity), "to": "/desk"})
            assert answer.status_code == 303, answer.text
            # A browser takes a __Host- cookie from loopback; this client only from https.
            client.headers["Cookie"] = answer.headers.get_list("set-cookie")[-1].partition(";")[0]
            yield client


@contextmanager
def served_regions(data: Path) -> Iterator[Served]:
    """The first two places, for as long as the block lasts."""
    loop = LoopThread()
    stack = AsyncExitStack()

    async def api_of(region: EmbeddedRegion) -> str:
        name = region.place.name
        settings = ApiSettings(log_folder=data / f"{name}-auditor" / "log", hub_file=data / "hub.json")
        registry = dataclasses.replace(region.reach.registry, settings=settings)
        folder = data / f"{name}-api"
        folder.mkdir()
        return await stack.enter_async_context(serve_api(registry, folder, 0))

    async def opened() -> Served:
        regions = [await stack.enter_async_context(open_region(place, data, today())) for place in PLACES[:2]]
        pair = Pair(regions, data, 2)
        stack.callback(pair.close)
        await run(pair, lambda step: None)
        return Served(pair, {one.place.name: await api_of(one) for one in regions}, data)

    made = loop.run(opened())
    try:
        yield made
    finally:
        loop.run(stack.aclose())
        loop.close()
