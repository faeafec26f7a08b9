"""RFC 9457 problem documents: what is not a success names code, field and value, in the reader's language.

One refusal of the ledger becomes one problem: `type` is the code, `detail` its sentence from the catalogue.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from tanhui.chaincode.rules.errors.catalogue import CATALOGUE, sentence
from tanhui.chaincode.rules.errors.code import Kind
from tanhui.registry_api.languages import Language, preferred_language
from tanhui.registry_api.reasons import reason_in
from tanhui.registry_api.security_headers import SECURITY_HEADERS

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:tanhui:problem:"
NOT_DURABLE_RETRY_S = 10

_log = structlog.get_logger(__name__)

STATUS_OF_KIND: Mapping[Kind, int] = {
    Kind.INVALID: 422,
    Kind.DENIED: 403,
    Kind.MISSING: 404,
    Kind.CONFLICT: 409,
    Kind.LIMIT: 413,
}


@dataclass(frozen=True, slots=True)
class ApiCode:
    """A refusal that the API makes itself, before the ledger is asked."""

    name: str
    status: int
    zh: str
    en: str


UNAUTHENTICATED = ApiCode("api.unauthenticated", 401, "请提供有效的访问密钥", "A valid access key is needed")
FORBIDDEN = ApiCode("api.forbidden", 403, "该密钥无权执行此操作:{value}", "This key may not do that: {value}")
NOT_FOUND = ApiCode("api.not_found", 404, "没有此资源:{value}", "No such resource: {value}")
METHOD = ApiCode("api.method", 405, "不支持该方法:{value}", "Method not allowed here: {value}")
TOO_LARGE = ApiCode("api.too_large", 413, "请求超过 {limit} 字节", "The request exceeds {limit} bytes")
MEDIA = ApiCode("api.media_type", 415, "不支持的内容类型:{value}", "Unsupported content type: {value}")
MALFORMED = ApiCode("api.malformed", 400, "{field} 无法解析:{reason}", "{field} cannot be read: {reason}")
IDEMPOTENCY_KEY = ApiCode(
    "api.idempotency_key",
    400,
    "写操作须带 Idempotency-Key 请求头,形如 20261121-order-1:"
    "东八区日期、连字符、1 至 55 个字母、数字、点、下划线或连字符;收到「{value}」",
    "A write needs an Idempotency-Key header such as 20261121-order-1: the day in UTC+8, a hyphen, and 1 to 55 "
    'letters, digits, dots, underscores or hyphens; got "{value}"',
)
BUSY = ApiCode(
    "api.busy", 429, "系统繁忙,请在 {seconds} 秒后重试", "Too much is waiting; try again in {seconds} seconds"
)
IDEMPOTENCY_REUSED = ApiCode(
    "api.idempotency_key_reused",
    409,
    "Idempotency-Key {value} 已用于另一请求",
    "Idempotency-Key {value} was used for another request",
)
UNAVAILABLE = ApiCode(
    "api.unavailable", 503, "账本暂不可用:{reason}", "The ledger cannot be reached: {reason}"
)
CONFLICT = ApiCode(
    "api.not_committed",
    409,
    "交易 {value} 已排序但未生效({reason}),可用新的 Idempotency-Key 重试",
    "Transaction {value} was ordered but did not take effect ({reason}); retry with a new Idempotency-Key",
)
LEDGER = ApiCode("api.ledger", 502, "账本拒绝了请求:{reason}", "The ledger refused the call: {reason}")
NOT_READY = ApiCode(
    "api.not_ready",
    503,
    "尚不能提供服务:{value} 已停止({reason})",
    "Not ready: {value} has stopped ({reason})",
)
NOT_DURABLE = ApiCode(
    "api.not_durable",
    503,
    "服务器暂时无法把请求可靠地存盘,请在 {seconds} 秒后以同一 Idempotency-Key 重试",
    "The server cannot put the request safely on disk just now; "
    "send it again under the same Idempotency-Key in {seconds} seconds",
)
INTERNAL = ApiCode("api.internal", 500, "内部错误", "Internal error")


class Problem(Exception):  # noqa: N818  a problem document is an answer
    """An answer that is not a success; handlers turn it into a document in the caller's language."""

    def __init__(
        self,
        code: ApiCode,
        *,
        name: str = "",
        value: str = "",
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(": ".join(filter(None, [code.name, value, *(params or {}).values()])))
        self.code = code
        self.field = name
        self.value = value
        self.params = dict(params or {})
        self.headers = dict(headers or {})


class LedgerRefusal(Exception):  # noqa: N818
    """A refusal that came back from the chaincode, with its four parts."""

    def __init__(self, code: str, field: str, value: str, params: Mapping[str, str]) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.value = value
        self.params = dict(params)


def not_durable() -> Problem:
    """What was sent could not be kept: nothing of it was acknowledged, and it may be sent again."""
    seconds = str(NOT_DURABLE_RETRY_S)
    return Problem(NOT_DURABLE, params={"seconds": seconds}, headers={"Retry-After": seconds})


def _document(status: int, code: str, title: str, detail: str, **members: Any) -> dict[str, Any]:
    shown = {name: value for name, value in members.items() if value}
    return {
        "type": TYPE_PREFIX + code,
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        **shown,
    }


def refusal_document(refusal: LedgerRefusal, language: Language) -> dict[str, Any]:
    """The problem document of a ledger refusal; an unknown code is shown bare with status 409."""
    entry = CATALOGUE.get(refusal.code)
    status = STATUS_OF_KIND[entry.kind] if entry else 409
    params = _told(refusal.params, language)
    detail = sentence(language, refusal.code, refusal.field, refusal.value, params)
    title = "账本拒绝" if language == "zh" else "Refused by the ledger"
    return _document(
        status,
        refusal.code,
        title,
        detail,
        field=refusal.field,
        value=refusal.value,
        params=params,
    )


def _told(params: Mapping[str, str], language: Language) -> dict[str, str]:
    """The parameters with a reader's reason in the caller's language."""
    return {name: reason_in(language, text) if name == "reason" else text for name, text in params.items()}


def problem_document(problem: Problem, language: Language) -> dict[str, Any]:
    """The problem document of a refusal by the API itself."""
    code = problem.code
    template = code.zh if language == "zh" else code.en
    params = _told(problem.params, language)
    detail = template.format_map({"field": problem.field, "value": problem.value, **params})
    title = "请求未被接受" if language == "zh" else "Request not accepted"
    return _document(
        code.status, code.name, title, detail, field=problem.field, value=problem.value, params=params
    )


class _ProblemResponse(Response):
    """A document that may show what no UTF-8 can carry: half a surrogate pair stays the escape it came as."""

    media_type = MEDIA_TYPE

    def render(self, content: Any) -> bytes:
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")


def _answer(request: Request, document: dict[str, Any], headers: Mapping[str, str]) -> Response:
    language = preferred_language(request.headers.get("accept-language", ""))
    request.state.problem_code = document["code"]
    said = {"Content-Language": language, "Vary": "Accept-Language", **SECURITY_HEADERS, **headers}
    return _ProblemResponse(document, document["status"], said)


def problem_answer(request: Request, problem: Problem) -> Response:
    """A problem as the answer to a request, in the caller's language."""
    language = preferred_language(request.headers.get("accept-language", ""))
    return _answer(request, problem_document(problem, language), problem.headers)


def install_problem_handlers(app: FastAPI) -> None:
    """Let every error leave the application as a problem document."""

    def language_of(request: Request) -> Language:
        return preferred_language(request.headers.get("accept-language", ""))

    @app.exception_handler(Problem)
    async def on_problem(request: Request, problem: Problem) -> Response:
        return problem_answer(request, problem)

    @app.exception_handler(LedgerRefusal)
    async def on_refusal(request: Request, refusal: LedgerRefusal) -> Response:
        return _answer(request, refusal_document(refusal, language_of(request)), {})

    @app.exception_handler(RequestValidationError)
    async def on_validation(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        problem = Problem(
            MALFORMED, name=where, value=str(first.get("input", ""))[:120], params={"reason": first["msg"]}
        )
        return _answer(request, problem_document(problem, language_of(request)), {})

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        code = {404: NOT_FOUND, 405: METHOD, 413: TOO_LARGE}.get(error.status_code)
        value = request.method if error.status_code == 405 else request.url.path
        problem = Problem(code or ApiCode("api.http", error.status_code, "{value}", "{value}"), value=value)
        return _answer(request, problem_document(problem, language_of(request)), dict(error.headers or {}))

    @app.exception_handler(OperationalError)
    async def on_full_disk(request: Request, error: OperationalError) -> Response:
        # A full or broken disk, a database that is away: the caller's to repeat, the operator's to read.
        _log.error("database.failed", path=request.url.path, error=str(error.orig))
        return problem_answer(request, not_durable())

    @app.exception_handler(Exception)
    async def on_fault(request: Request, _error: Exception) -> Response:
        # Starlette logs the traceback; the caller learns nothing of the inside.
        return _answer(request, problem_document(Problem(INTERNAL), language_of(request)), {})
