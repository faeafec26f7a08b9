"""HEAD says what GET would, without the content: on the API's resources and on pages."""

import pytest

from tests.support.api import Api


@pytest.mark.parametrize("path", ["/healthz", "/verify", "/static/portal.css", "/no/such/page"])
def test_head_is_get_without_its_content(api: Api, path: str) -> None:
    head, get = api.client.head(path), api.client.get(path)
    assert head.status_code == get.status_code
    assert head.content == b""
    assert head.headers["Content-Length"] == get.headers["Content-Length"]
    assert head.headers["Content-Type"] == get.headers["Content-Type"]


def test_other_methods_are_what_they_were(api: Api) -> None:
    assert api.client.post("/healthz").status_code == 405
