"""Keys of data sources that the registry keeps, for organisations without a signer of their own."""

import asyncio
import json
from typing import Annotated, Any, Final

import rfc8785
from fastapi import APIRouter, Path, Request

from tanhui.chaincode.rules.errors.catalogue import CATALOGUE
from tanhui.chaincode.rules.roles import Role
from tanhui.registry_api.access.authentication import Authenticator
from tanhui.registry_api.intake.reading import SourceKeeper
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.problems import FORBIDDEN, STATUS_OF_KIND, LedgerRefusal, Problem

SOURCE: Final = "activities:Source"


def source_key_routes(keeper: SourceKeeper, ledger: Ledger, authenticator: Authenticator) -> APIRouter:
    """PUT /v1/source-keys/SOURCE."""
    router = APIRouter(prefix="/v1/source-keys", tags=["activities"])

    @router.put("/{source}", operation_id="source_keys_Make")
    async def make(
        request: Request, source: Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
    ) -> dict[str, Any]:
        """Keep a key for a source of the caller's organisation, made when there is none; its public half.

        The source is registered with that key by `activities:RegisterSource`; from then on the registry signs what
        is uploaded for it.
        """
        caller = authenticator.require(request, "write:activities")
        if Role.DATA_SOURCE.value not in caller.standing.roles:
            raise Problem(FORBIDDEN, name="role", value=Role.DATA_SOURCE.value)
        owner = await _owner(ledger, source, caller.identity)
        if owner not in {"", caller.organisation}:
            raise Problem(FORBIDDEN, name="source", value=source)
        return {"source": source, "key": await asyncio.to_thread(keeper.create, source)}

    return router


async def _owner(ledger: Ledger, source: str, identity: str) -> str:
    """The organisation that registered a source; "" where nobody did. Raises LedgerRefusal, Problem."""
    try:
        answer = await ledger.evaluate(SOURCE, rfc8785.dumps({"source": source}), identity)
    except LedgerRefusal as refusal:
        entry = CATALOGUE.get(refusal.code)
        if entry is not None and STATUS_OF_KIND[entry.kind] == 404:
            return ""
        raise
    return str(json.loads(answer)["organisation"])
