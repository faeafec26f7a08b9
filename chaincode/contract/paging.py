"""Queries answer in pages: a size with a limit, and a bookmark that continues where the last one ended."""

from typing import Annotated, Final, Generic, TypeVar

import msgspec

from tanhui.chaincode.contract import codes
from tanhui.chaincode.contract.keys import KEY_BYTES_MAX
from tanhui.chaincode.contract.refusal import Refusal

PAGE_SIZE_MAX: Final = 500
PAGE_SIZE_DEFAULT: Final = 100

PageSize = Annotated[int, msgspec.Meta(ge=1, le=PAGE_SIZE_MAX)]
Bookmark = Annotated[str, msgspec.Meta(max_length=KEY_BYTES_MAX)]

ItemT = TypeVar("ItemT")


class PageOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every paged query takes; its own order adds fields."""

    page_size: PageSize = PAGE_SIZE_DEFAULT
    bookmark: Bookmark = ""

    def require_bookmark(self, start: str, end: str) -> None:
        """Refuse a bookmark that points out of the range: it would show another query's records."""
        if self.bookmark and not start <= self.bookmark < end:
            raise Refusal(codes.BOOKMARK, "bookmark", self.bookmark)


class Page(msgspec.Struct, Generic[ItemT], frozen=True):
    """Items in key order; an empty bookmark says that nothing follows."""

    items: tuple[ItemT, ...]
    bookmark: str
