"""Reports at the desk: chosen, made in the background, seen and fetched by the organisation that asked alone."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

from tanhui.registry_api.settings import ApiSettings
from tests.registry_api.test_jobs import done
from tests.support.api import Api, open_api

ORIGIN = "https://registry.example"
PAGE = {"Accept": "text/html", "Accept-Language": "zh", "Host": "registry.example"}


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    opened = open_api(tmp_path, ApiSettings(public_url=ORIGIN))
    with opened.client:
        opened.client.base_url = httpx.URL(ORIGIN)
        yield opened
    opened.close()


def sign_in(api: Api, token: str) -> None:
    api.client.cookies.clear()
    form = {"key": token, "to": "/desk/reports"}
    answer = api.client.post("/sign-in", data=form, headers=PAGE, follow_redirects=False)
    assert answer.status_code == 303


def page(api: Api, path: str) -> httpx.Response:
    return api.client.get(path, headers=PAGE, follow_redirects=False)


def send(api: Api, path: str, **values: str) -> httpx.Response:
    shown = page(api, path).text
    hidden = dict(re.findall(r'name="(csrf|key)" value="([^"]+)"', shown))
    return api.client.post(path, data=hidden | values, headers=PAGE, follow_redirects=False)


def test_a_report_is_asked_for_followed_and_fetched(api: Api) -> None:
    sign_in(api, api.token)
    listed = page(api, "/desk/reports").text
    assert "单位先锋榜" in listed
    assert "已提交的文件" not in listed
    sent = send(api, "/desk/reports/red-cards", format="csv", as_of="2026-11-21")
    assert (sent.status_code, sent.headers["location"]) == (303, "/desk/reports"), sent.text
    job = api.client.get("/v1/jobs", headers=api.headers()).json()["items"][0]["id"]
    assert done(api, f"/v1/jobs/{job}")["state"] == "done"
    shown = page(api, "/desk/reports").text
    assert f'href="/desk/reports/files/{job}"' in shown
    assert "已完成" in shown
    file = page(api, f"/desk/reports/files/{job}")
    assert file.status_code == 200
    assert file.headers["content-disposition"] == 'attachment; filename="red-cards.csv"'
    assert file.content.startswith(b"\xef\xbb\xbf")
    sign_in(api, api.other_token)
    assert "已提交的文件" not in page(api, "/desk/reports").text
    assert page(api, f"/desk/reports/files/{job}").status_code == 404


def test_a_wish_that_is_refused_is_said_at_its_form(api: Api) -> None:
    sign_in(api, api.token)
    refused = send(api, "/desk/reports/points-liability", format="csv", programme="theirs")
    assert refused.status_code == 403
    assert 'role="alert"' in refused.text
    assert page(api, "/desk/reports/nothing").status_code == 404
    own = page(api, "/desk/reports/holdings").text
    assert 'value="91510100MA6000001R" maxlength="200" required' in own, "one's own organisation is filled in"
    sign_in(api, api.regulator_token)
    assert 'name="organisation" value="" maxlength="200">' in page(api, "/desk/reports/holdings").text


def test_nobody_sees_it_without_signing_in_and_no_form_from_elsewhere_asks(api: Api) -> None:
    assert page(api, "/desk/reports").status_code == 303
    assert page(api, f"/desk/reports/files/{'0' * 32}").status_code == 303
    sign_in(api, api.token)
    stolen = {"csrf": "stolen", "format": "csv"}
    answer = api.client.post("/desk/reports/red-cards", data=stolen, headers=PAGE, follow_redirects=False)
    assert answer.status_code == 403
    assert api.client.get("/v1/jobs", headers=api.headers()).json()["items"] == []
