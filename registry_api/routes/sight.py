"""Whose effects a caller sees, and that a supervisor's look is written down."""

from fastapi import Request

from tanhui.registry_api.access.caller import Caller
from tanhui.registry_api.access.programmes import ProgrammeOperators


async def programmes_seen(
    request: Request, caller: Caller, programmes: ProgrammeOperators
) -> frozenset[str] | None:
    """The programmes whose persons' effects the caller sees; None for all, which the audit log is told."""
    if caller.supervises:
        request.state.supervised = True
        return None
    return await programmes.operated_by(caller.organisation)
