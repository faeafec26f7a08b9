"""Whose effects a caller sees, and that a supervisor's look is written down."""

from fastapi import Request

from tanhui.registry_api.access.caller import Caller
from tanhui.registry_api.access.programmes import ProgrammeOperators
from tanhui.registry_api.read_model.visibility import Sight


async def sight_of(request: Request, caller: Caller, programmes: ProgrammeOperators) -> Sight | None:
    """What the caller sees; None for everything, which the audit log is told."""
    if caller.supervises:
        request.state.supervised = True
        return None
    return Sight(await programmes.operated_by(caller.organisation), caller.organisation)
