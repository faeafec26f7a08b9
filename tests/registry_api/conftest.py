"""An API over a ledger in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.api import Api, open_api


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    opened = open_api(tmp_path)
    with opened.client:
        yield opened
    opened.close()
