"""What stands around every request: figures, headers of every answer, the audit log's entries, remembered answers."""

import time
from collections.abc import Mapping
from typing import Any, Final

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tanhui.registry_api.access.audit import AuditEntry, AuditLog, Kind
from tanhui.registry_api.access.authentication import Authenticator
from tanhui.registry_api.access.caller import Caller
from tanhui.registry_api.answer_memory import ASKED, AnswerMemory, Asked
from tanhui.registry_api.metrics import ApiMetrics
from tanhui.registry_api.problems import Problem, problem_answer
from tanhui.registry_api.security_headers import SECURITY_HEADERS

DENIALS: Final = frozenset({401, 403, 429})
READ_OF_OTHERS: Final = "supervised"
"""Set on request.state by a route through which a supervisor read what is another's."""


class Shell:
    """ASGI middleware. Routes say through `request.state` who called (`caller`) and why not (`problem_code`)."""

    def __init__(
        self,
        app: ASGIApp,
        metrics: ApiMetrics,
        audit: AuditLog,
        authenticator: Authenticator,
        memory: AnswerMemory,
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._audit = audit
        self._authenticator = authenticator
        self._memory = memory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        state: dict[str, Any] = scope.setdefault("state", {})
        state[ASKED] = asked = self._memory.asked(scope)
        known = self._memory.find(asked) if asked is not None else None
        if known is None:
            await self._app(scope, receive, self._watched(scope, send, asked, started))
            return
        request = Request(scope)
        try:
            caller = self._authenticator.authenticate(request)
        except Problem as problem:
            refusal = problem_answer(request, problem)
            await refusal(scope, receive, self._watched(scope, send, None, started))
            return
        if caller != known.caller:  # the key was given other rights meanwhile
            await self._app(scope, receive, self._watched(scope, send, asked, started))
            return
        state[READ_OF_OTHERS] = known.supervised
        self._leaves(scope, known.operation, await known.send(scope, send), started)

    def _watched(self, scope: Scope, send: Send, asked: Asked | None, started: float) -> Send:
        """`send` for the routes: what leaves gets the headers, is counted, noted, and remembered where it may be."""
        state = scope["state"]

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if asked is not None and asked.depends_on_ledger and message["status"] == 200:
                    asked.start = message
                    return
                self._leaves(scope, _operation(scope), message["status"], started)
            elif asked is not None and asked.start is not None:
                answer = asked.answered(
                    state["caller"],
                    _operation(scope),
                    supervised=bool(state.get(READ_OF_OTHERS)),
                    body=message["body"],
                )
                self._memory.keep(asked.question, answer)
                self._leaves(scope, answer.operation, await answer.send(scope, send), started)
                return
            await send(message)

        return sending

    def _leaves(self, scope: Scope, operation: str, status: int, started: float) -> None:
        self._metrics.observe(operation, status, time.perf_counter() - started)
        self._note(scope, scope["state"], status)

    def _note(self, scope: Scope, state: Mapping[str, Any], status: int) -> None:
        kind: Kind
        if status in DENIALS:
            kind = "denied"
        elif state.get(READ_OF_OTHERS):
            kind = "read"
        else:
            return
        caller: Caller | None = state.get("caller")
        client = scope.get("client")
        query = scope["query_string"].decode("latin-1")
        self._audit.note(
            AuditEntry(
                kind=kind,
                caller=caller.key_id if caller else "",
                identity=caller.identity if caller else "",
                organisation=caller.organisation if caller else "",
                address=client[0] if client else "",
                method=scope["method"],
                path=scope["path"] + (f"?{query}" if query else ""),
                status=status,
                code=str(state.get("problem_code", "")),
            )
        )


def _operation(scope: Scope) -> str:
    """By operation, never by path, which anybody may invent."""
    return getattr(scope.get("route"), "operation_id", None) or "unmatched"
