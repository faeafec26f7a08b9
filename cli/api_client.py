"""The API as the commands use it: where it is, whose key, and what its refusals mean for the exit status."""

import json
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn

import httpx2 as httpx
import typer

from tanhui.cli.output import EXIT_FAILED, EXIT_USAGE, fail

EXIT_AWAY = 3
"""The API cannot be reached, or is busy: the same command may work later."""
TIMEOUT_S = 120.0
CHINA_S = 8 * 3_600
KEY_BYTES_MAX = 8_192
_KEY = re.compile(rb"[!-~]{1,%d}" % KEY_BYTES_MAX)
"""What may stand behind `Bearer`: one word that can be printed."""
BUSY = frozenset({429, 502, 503, 504})

Api = Annotated[str, typer.Option("--api", envvar="TANHUI_API", help="The API's URL.")]
KeyFile = Annotated[
    Path,
    typer.Option(
        "--key-file",
        envvar="TANHUI_KEY_FILE",
        help="File with the access key, for example data/api/tokens/operator-recorder.",
        exists=True,
        dir_okay=False,
    ),
]
DEFAULT_API = "http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class ApiClient:
    """One key's way to one API."""

    url: str
    key: str
    language: str

    @classmethod
    def of(cls, url: str, key_file: Path, *, zh: bool) -> "ApiClient":
        """A client with the key in a file; a file that holds none ends the command, and is not shown."""
        if not url.startswith(("http://", "https://")):
            shown = f"http://{url}"
            said = (
                f"--api {url}:须写明协议,例如 {shown}"
                if zh
                else f"--api {url}: needs its scheme, such as {shown}"
            )
            fail(said, EXIT_USAGE)
        key = key_file.read_bytes()[: KEY_BYTES_MAX + 1].strip()
        if not _KEY.fullmatch(key):
            fail(f"{key_file}: 文件中没有访问密钥" if zh else f"{key_file}: holds no access key", EXIT_USAGE)
        return cls(url.rstrip("/"), key.decode("ascii"), "zh" if zh else "en")

    def headers(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """What every request carries."""
        return {"Authorization": f"Bearer {self.key}", "Accept-Language": self.language, **(more or {})}

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """An answer that is a success; anything else ends the command with its exit status."""
        headers = self.headers(more.pop("headers", None))
        try:
            answer = httpx.request(method, self.url + path, headers=headers, timeout=TIMEOUT_S, **more)
        except httpx.HTTPError as error:
            self._away(error)
        if not answer.is_success:
            refuse(answer)
        return answer

    @contextmanager
    def stream(self, path: str) -> Iterator[httpx.Response]:
        """A read whose body may be long; what is no success ends the command with its exit status."""
        url = self.url + path
        try:
            with httpx.stream("GET", url, headers=self.headers(), timeout=TIMEOUT_S) as answer:
                if not answer.is_success:
                    answer.read()
                    refuse(answer)
                yield answer
        except httpx.HTTPError as error:
            self._away(error)

    def _away(self, error: httpx.HTTPError) -> NoReturn:
        """End the command: no answer came. Where nobody listens, the next step is to start the registry."""
        said = f"{self.url}: {type(error).__name__}: {error}"
        if isinstance(error, httpx.ConnectError):
            asked = {
                "en": ": is it running? `tanhui up` starts it",
                "zh": ":登记系统在运行吗?用 `tanhui up` 启动",
            }
            said += asked[self.language]
        fail(said, EXIT_AWAY)

    def get(self, path: str, **query: str | int) -> Any:
        """The JSON of a read."""
        return self.request("GET", path, params=query).json()


def refuse(answer: httpx.Response) -> NoReturn:
    """End the command with what the API said: 3 when it is busy or away, else 1."""
    try:
        said = json.loads(answer.text).get("detail", "")
    except (ValueError, AttributeError):
        said = answer.text[:300]
    fail(f"{answer.status_code}: {said}", EXIT_AWAY if answer.status_code in BUSY else EXIT_FAILED)


def request_key(given: str) -> str:
    """The Idempotency-Key: `given`, or a fresh one of today's; shown by the commands, so that they can be repeated."""
    if given:
        return given
    today = time.strftime("%Y%m%d", time.gmtime(time.time() + CHINA_S))
    return f"{today}-{secrets.token_hex(8)}"


def members(pairs: list[str]) -> dict[str, str]:
    """`name=value` arguments; `name=@file` takes a file's text."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            fail(f"{pair}: must be name=value", EXIT_USAGE)
        found[name] = Path(value[1:]).read_text("utf-8") if value.startswith("@") else value
    return found
