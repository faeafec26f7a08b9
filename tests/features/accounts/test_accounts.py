"""Binds the features of this folder."""

from pytest_bdd import parsers, scenarios, then

from tests.support.registry_world import World

scenarios(".")


@then(parsers.parse("the first of {pages:d} pages is answered"))
def _pages(world: World, pages: int) -> None:
    assert world.last is not None
    seen = [world.last.payload["items"][0]["account"]]
    bookmark = world.last.payload["bookmark"]
    while bookmark:
        page = world.ask("Rui", "accounts:List", programme="tianfu", page_size=1, bookmark=bookmark)
        seen.append(page["items"][0]["account"])
        bookmark = page["bookmark"]
    assert len(seen) == pages
    assert seen == sorted(set(seen))
