"""The ledger as a person reaches it: every order through the portal's forms, every question through its pages.

It takes the place of the API's ledger where a programme's steps are carried out (cli/programmes/run.py), so that what
a step needs and no page offers comes to light: a field that no form has, a choice that is not offered, a field that a
browser would not let be blank.
"""

import asyncio
import base64
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx2 as httpx

from tanhui.chaincode.rules.activity_records import claim_struct
from tanhui.chaincode.rules.attestations import unpack
from tanhui.registry_api.ledger import Committed
from tanhui.registry_api.problems import LedgerRefusal
from tanhui.registry_api.wording.catalogue import wording
from tests.support.running_registry import today_digits

SETTLED_WITHIN_S = 60
POLL_S = 0.5
NOTHING = b'{"event":{"effects":[]}}'
SLOTS = {slot: (words,) for slot, words in wording("zh").group("slot").items()}
"""Choices that a page words, and that have a digit in them."""
ROW = re.compile(r"\.\d+(?=\.|$)")


@dataclass
class Control:
    """One control of a form."""

    tag: str
    kind: str
    required: bool
    options: list[str] = field(default_factory=list)
    value: str = ""


class Page(HTMLParser):
    """The controls of a page by name, rows of a list under row 0, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.controls: dict[str, Control] = {}
        self.words: list[str] = []
        self._select: Control | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        name = given.get("name") or ""
        if tag in {"input", "select", "textarea"} and name:
            kind = given.get("type") or ""
            known = self.controls.setdefault(ROW.sub(".0", name), Control(tag, kind, "required" in given))
            known.value = known.value or given.get("value") or ""
            if kind == "checkbox":
                known.options.append(given.get("value") or "")
            self._select = known if tag == "select" else None
        elif tag == "option" and self._select is not None:
            self._select.options.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def shown_of(text: str) -> str:
    """The words of a page's main part, on one line."""
    return " ".join(word.strip() for word in Page(text.partition("<main")[2]).words if word.strip())


def found(pattern: str, text: str) -> str:
    """What a pattern's one group finds in a page; "" where it does not stand."""
    match = re.search(pattern, text, re.DOTALL)
    return unescape(match[1]).strip() if match else ""


class PortalLedger:
    """Orders and questions of the identities of one running registry, each signed in at its portal."""

    def __init__(self, url: str, data: Path) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=120)
        self._data = data
        self._cookies: dict[str, str] = {}
        self._signing_in = asyncio.Lock()
        self._proposed: dict[str, str] = {}
        self._paths: dict[str, str] = {}
        self.batches: dict[str, str] = {}
        """The names that a programme's steps give to batches, and those that their uploads got."""
        self.orders = 0
        self.questions = 0
        self.blank_but_required: set[str] = set()

    async def close(self) -> None:
        """Drop the connection."""
        await self._client.aclose()

    async def submit(self, function: str, argument: bytes, identity: str) -> Committed:
        """Carry an order out as a person would. Raises LedgerRefusal as the page words it."""
        self.orders += 1
        order = json.loads(argument)
        request_id = order.pop("request_id")
        if function == "activities:RecordBatch":
            return await self._upload(identity, request_id, order)
        if "batch" in order:
            order["batch"] = self.batches.get(order["batch"], order["batch"])
        if function == "activities:CheckBatch":
            return await self._review(identity, order)
        if self._proposed.get(request_id) not in {None, identity}:
            return await self._approve(identity, request_id, order)
        if function == "activities:RegisterSource":
            order["key"] = await self._kept_key(identity, order)
        self._proposed[request_id] = identity
        answer = await self._send(identity, f"/desk/actions/{function}", order, {"_key": request_id})
        return committed(answer)

    async def evaluate(self, function: str, argument: bytes, identity: str) -> bytes:
        """The API's answer, when the page that asks the same shows every value of it."""
        self.questions += 1
        order = json.loads(argument)
        if "batch" in order:
            order["batch"] = self.batches.get(order["batch"], order["batch"])
        page = await self._get(identity, f"/desk/look/{function}", {**flat(order), "_ask": "1"})
        code = found(r'id="code">(.*?)<', page.text)
        if code:
            raise LedgerRefusal(code, "", "", {})
        assert page.status_code == 200, (function, page.status_code)
        answer = await self._api(identity, function, order)
        shown = "".join(Page(page.text).words)
        for value in texts_in(json.loads(answer)):
            known = value in shown or any(word in shown for word in SLOTS.get(value, ()))
            assert known, f"{function}: {value!r} does not stand on its page"
        return answer

    # --- pages

    async def _signed(self, identity: str) -> dict[str, str]:
        """The headers of somebody who is signed in."""
        async with self._signing_in:
            await self._sign_in(identity)
        return {"Cookie": self._cookies[identity], "Accept": "text/html", "Accept-Language": "zh"}

    async def _sign_in(self, identity: str) -> None:
        if identity not in self._cookies:
            key = (self._data / "api/tokens" / identity).read_text("ascii").strip()
            answer = await self._client.post("/sign-in", data={"key": key, "to": "/desk"})
            assert answer.status_code == 303, answer.text
            self._cookies[identity] = found(
                r"(__Host-tanhui-session=[A-Za-z0-9_-]{20,})", answer.headers["set-cookie"]
            )

    async def _get(self, identity: str, path: str, query: Mapping[str, Any] | None = None) -> httpx.Response:
        return await self._client.get(path, params=dict(query or {}), headers=await self._signed(identity))

    async def _post(
        self, identity: str, path: str, values: Mapping[str, Any], file: tuple[str, bytes] | None = None
    ) -> httpx.Response:
        files = {"file": file} if file else None
        headers = await self._signed(identity)
        return await self._client.post(path, data=dict(values), files=files, headers=headers)

    async def _send(
        self, identity: str, path: str, order: Mapping[str, Any], more: Mapping[str, str]
    ) -> httpx.Response:
        """Fill in the form at a path and send it."""
        asked = await self._get(identity, path)
        assert asked.status_code == 200, (path, asked.status_code, asked.text[-800:])
        values = self._filled(Page(asked.text).controls, order, path)
        csrf = found(r'name="csrf" value="(.*?)"', asked.text)
        answer = await self._post(identity, path, {**values, **more, "csrf": csrf})
        return judged(answer)

    def _filled(self, controls: dict[str, Control], order: Mapping[str, Any], path: str) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, value in leaves(order, controls):
            control = controls.get(ROW.sub(".0", name))
            assert control is not None, f"{path}: no form has {name}"
            if control.options and value:
                wanted = value if isinstance(value, list) else [value]
                assert set(wanted) <= set(control.options), f"{path}: {name} does not offer {value}"
            values[name] = value
        filled = {ROW.sub(".0", name) for name, value in values.items() if value != ""}
        for name, control in controls.items():
            if control.required and name not in filled:
                self.blank_but_required.add(f"{path} {name}")
        return values

    async def _kept_key(self, identity: str, order: Mapping[str, Any]) -> str:
        """The key that the registry makes for a source, by the form's own button."""
        path = "/desk/actions/activities:RegisterSource"
        asked = await self._get(identity, path)
        csrf = found(r'name="csrf" value="(.*?)"', asked.text)
        shown = await self._post(
            identity, path, {"source": order["source"], "_make_key": "yes", "csrf": csrf}
        )
        key = found(r'name="key"[^>]*value="([0-9a-f]{64})"', shown.text)
        assert key == order["key"], "the registry made another key than it signs with"
        return key

    async def _approve(self, identity: str, request_id: str, order: Mapping[str, Any]) -> Committed:
        """Agree, as the second person, to what the approvals page shows in full."""
        asked = await self._get(identity, "/desk/approvals")
        csrf = found(r'name="csrf" value="(.*?)"', asked.text)
        cards = asked.text.split('<section class="card"')[1:]
        wanted = [value for value in texts_in(order) if value]
        fitting = [one for one in cards if all(value in "".join(Page(one).words) for value in wanted)]
        assert fitting, f"no proposal shows {wanted}"
        for card in fitting:
            action = found(r'action="(/desk/approvals/[^"]+/approve)"', card)
            answer = judged(await self._post(identity, action, {"csrf": csrf}))
            assert answer.status_code == 303, answer.text
            return Committed("", 0, NOTHING)
        raise AssertionError(request_id)

    async def _upload(self, identity: str, request_id: str, order: Mapping[str, Any]) -> Committed:
        """Send a batch's claims as a CSV file, and wait until the page says that they are in."""
        answer = await self._api(
            identity,
            "methodologies:Version",
            {"methodology": order["methodology"], "version": order["version"]},
        )
        inputs = [one["name"] for one in json.loads(json.loads(answer)["formula"])["inputs"]]
        lines = [",".join(["account", "when", "evidence", *(f"inputs.{name}" for name in inputs)])]
        claims = base64.b64decode(order["records"])
        for account, when, evidence, *given in claim_struct(len(inputs)).iter_unpack(claims):
            lines.append(",".join([account.hex(), str(when), evidence.hex(), *map(str, given)]))
        asked = await self._get(identity, "/desk/intake")
        what = f"{order['programme']}/{order['scene']}"
        assert what in Page(asked.text).controls["what"].options, what
        assert order["methodology"] in Page(asked.text).controls["methodology"].options
        values = {
            "csrf": found(r'name="csrf" value="(.*?)"', asked.text),
            "key": f"{today_digits()}-{request_id.partition('-')[2]}",
            "what": what,
            "methodology": order["methodology"],
            "version": str(order["version"]),
            "source": order["source"],
        }
        file = ("claims.csv", ("\n".join(lines) + "\n").encode())
        answer_page = judged(await self._post(identity, "/desk/intake", values, file))
        place = answer_page.headers["location"]
        deadline = time.monotonic() + SETTLED_WITHIN_S
        while True:
            page = await self._get(identity, place)
            if "全部处理完毕" in page.text:
                break
            assert time.monotonic() < deadline, shown_of(page.text)
            await asyncio.sleep(POLL_S)
        batch = found(r'<th scope="row" class="mono" data-label="批次">(.*?)</th>', page.text)
        assert batch, shown_of(page.text)
        self.batches[order["batch"]] = batch
        return Committed("", 0, NOTHING)

    async def _review(self, identity: str, order: Mapping[str, Any]) -> Committed:
        """Attest a batch by a file of verdicts, as a model's operator would."""
        path = f"/desk/review/{order['programme']}/{order['batch']}"
        listed = await self._get(identity, "/desk/review")
        assert f'href="{path}"' in listed.text, "the batch does not stand among those to be reviewed"
        asked = await self._get(identity, path)
        assert asked.status_code == 200, shown_of(asked.text)
        lines = ["position,verdict,confidence"]
        lines += [
            f"{one.position},{int(one.accepted)},{one.confidence}"
            for one in unpack(base64.b64decode(order["verdicts"]))
        ]
        values = {
            name: found(rf'name="{name}" value="(.*?)"', asked.text) for name in ("csrf", "key", "purpose")
        } | {"model": order["model"], "model_version": order["model_version"], "confidence": "10000"}
        file = ("verdicts.csv", "\n".join(lines).encode())
        return committed(judged(await self._post(identity, path, values, file)))

    async def _api(self, identity: str, function: str, order: Mapping[str, Any]) -> bytes:
        """What the API answers to the same question."""
        if not self._paths:
            paths = (await self._client.get("/openapi.json")).json()["paths"]
            reads = {
                path: methods["get"]["operationId"] for path, methods in paths.items() if "get" in methods
            }
            self._paths = {operation: path for path, operation in reads.items()}
        path = self._paths[function.replace(":", "_")]
        query = flat(order)
        for name in re.findall(r"\{(\w+)\}", path):
            path = path.replace("{" + name + "}", query.pop(name))
        key = (self._data / "api/tokens" / identity).read_text("ascii").strip()
        answer = await self._client.get(path, params=query, headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 200, answer.text
        return answer.content


def judged(answer: httpx.Response) -> httpx.Response:
    """The answer to a form that was sent. Raises LedgerRefusal with the code that the page shows."""
    code = found(r'id="code">(.*?)<', answer.text)
    if code:
        raise LedgerRefusal(code, "", "", {})
    assert answer.status_code in {200, 303}, (answer.status_code, found(r'id="said">(.*?)</p>', answer.text))
    return answer


def committed(answer: httpx.Response) -> Committed:
    """What the page after an order tells."""
    assert "已办理" in answer.text
    return Committed(found(r'交易 <span class="mono">(.*?)<', answer.text), 0, NOTHING)


def leaves(order: Any, controls: Mapping[str, Control], prefix: str = "") -> list[tuple[str, Any]]:
    """An order as a form's fields: nested members by dots, rows by numbers, lists on lines or as several choices."""
    rows: list[tuple[str, Any]] = []
    for word, value in order.items():
        name = prefix + word
        control = controls.get(ROW.sub(".0", name))
        if value is None:
            continue
        if isinstance(value, dict) and control is None:
            rows += leaves(value, controls, f"{name}.")
        elif isinstance(value, list) and control is None:
            for at, one in enumerate(value):
                rows += leaves(one, controls, f"{name}.{at}.")
        elif (
            isinstance(value, list) and control is not None and control.kind != "checkbox" and is_flat(value)
        ):
            rows.append((name, "\n".join(map(str, value))))
        elif isinstance(value, bool):
            rows.append((name, str(value).lower()))
        elif isinstance(value, list) and is_flat(value):
            rows.append((name, [str(one) for one in value]))
        elif isinstance(value, (dict, list)):
            rows.append((name, json.dumps(value, ensure_ascii=False)))
        else:
            rows.append((name, str(value)))
    return rows


def is_flat(value: list[Any]) -> bool:
    """Whether a list holds plain values alone."""
    return not any(isinstance(one, (dict, list)) for one in value)


def flat(order: Mapping[str, Any]) -> dict[str, str]:
    """A question's members as a query."""
    rows = {}
    for name, value in order.items():
        if isinstance(value, bool):
            rows[name] = str(value).lower()
        elif value not in ("", None):
            rows[name] = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return rows


def texts_in(document: Any) -> list[str]:
    """Ids, amounts and names in an answer: what a page must show as it is."""
    if isinstance(document, str):
        return (
            [document] if re.fullmatch(r"[0-9A-Za-z-]*[0-9][0-9A-Za-z-]*|[\u4e00-\u9fff].*", document) else []
        )
    if isinstance(document, dict):
        return [
            text
            for name, one in document.items()
            if name not in {"bookmark", "formula"}
            for text in texts_in(one)
        ]
    if isinstance(document, list):
        return [text for one in document for text in texts_in(one)]
    return []
