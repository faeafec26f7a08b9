"""What a failed call of the Gateway means to the API: the contract's refusal, a problem, or nothing decided yet."""

import json
import re
from collections.abc import Awaitable
from typing import TypeVar

from tanhui.network.gateway import EndorseError, GatewayError
from tanhui.network.gateway import GrpcCode as Grpc
from tanhui.registry_api.problems import LEDGER, UNAVAILABLE, LedgerRefusal, Problem

T = TypeVar("T")

_REFUSAL = re.compile(r"\{\"code\":.*\}", re.DOTALL)


def refusal_in(error: GatewayError) -> LedgerRefusal | None:
    """The chaincode's refusal, wherever Fabric put its one string: in a detail, or in the status message."""
    texts = [detail.message for detail in error.details] + [error.cause.message]
    for text in texts:
        found = _REFUSAL.search(text)
        if found is None:
            continue
        try:
            parts, _ = json.JSONDecoder().raw_decode(found.group())
            return LedgerRefusal(parts["code"], parts["field"], parts["value"], parts["params"])
        except (ValueError, KeyError, TypeError):
            continue
    return None


def is_undecided(error: GatewayError) -> bool:
    """Whether endorsers were asked and no contract answered.

    Their answers differ because one is behind, or a peer or its chaincode went away in the middle (fabric-gateway's
    ABORTED, internal/pkg/gateway/endorse.go). Nothing was ordered.
    """
    return isinstance(error, EndorseError) and error.code == Grpc.ABORTED and refusal_in(error) is None


def translate(error: GatewayError) -> Exception:
    """What the API answers for a failed call: a refusal, or a problem."""
    refusal = refusal_in(error)
    if refusal is not None:
        return refusal
    absent = {Grpc.UNAVAILABLE, Grpc.DEADLINE_EXCEEDED, Grpc.RESOURCE_EXHAUSTED, Grpc.CANCELLED}
    if error.code in absent or is_undecided(error):
        said = "".join(f": {detail.message}" for detail in error.details[:1])
        reason = f"{error.code_name}{said}"[:500]
        return Problem(UNAVAILABLE, params={"reason": reason}, headers={"Retry-After": "1"})
    return Problem(LEDGER, params={"reason": f"{error.code_name}: {error.cause.message}"[:500]})


async def translated(call: Awaitable[T]) -> T:
    """What a call of the Gateway answers. Raises LedgerRefusal, Problem."""
    try:
        return await call
    except GatewayError as error:
        raise translate(error) from error
