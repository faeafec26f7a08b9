"""Who am I, and the audit log for those who supervise."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from tanhui.registry_api.access.audit import PAGE_MAX, AuditLog
from tanhui.registry_api.access.authentication import Authenticator
from tanhui.registry_api.problems import FORBIDDEN, Problem

NUMBER_MAX = 2**63 - 1


def access_routes(authenticator: Authenticator, audit: AuditLog) -> APIRouter:
    """GET /v1/me and /v1/audit."""
    router = APIRouter(prefix="/v1", tags=["access"])

    @router.get("/me", operation_id="access_Me")
    async def me(request: Request) -> dict[str, Any]:
        """What the key or token stands for."""
        caller = authenticator.authenticate(request)
        standing = caller.standing
        return {
            "key": caller.key_id,
            "identity": caller.identity,
            "organisation": standing.organisation,
            "msp_id": standing.msp_id,
            "roles": sorted(standing.roles),
            "person": standing.person,
            "scopes": list(caller.scopes),
            "expires": caller.expires,
        }

    @router.get("/audit", operation_id="access_Audit")
    async def entries(
        request: Request,
        *,
        kind: Literal["denied", "read", "lost"] | None = None,
        organisation: Annotated[str | None, Query(max_length=128)] = None,
        after: Annotated[int, Query(ge=0, le=NUMBER_MAX)] = 0,
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 100,
    ) -> dict[str, Any]:
        """Denials, and supervisors' reads of what is others'; for supervisors alone, and written down itself."""
        caller = authenticator.require(request)
        if not caller.supervises:
            raise Problem(FORBIDDEN, name="role", value="audit")
        request.state.supervised = True
        items = await asyncio.to_thread(audit.page, after, limit, kind, organisation)
        return {"items": items, "after": items[-1]["id"] if len(items) == limit else None}

    return router
