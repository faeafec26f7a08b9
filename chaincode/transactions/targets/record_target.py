"""targets:Record."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import targets as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import HexHash, Slug, Text
from tanhui.chaincode.transactions.targets.record import Direction, Statements, Target
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.targets import TargetRecorded

_Year = Annotated[int, msgspec.Meta(ge=2000, le=9999)]


class RecordTargetOrder(Order, frozen=True, kw_only=True):
    """A target in whole units: rates in basis points, masses in tonnes, power in kilowatts, or a count."""

    target: Slug
    title: Text
    document: HexHash
    year: _Year
    baseline_year: _Year | None = None
    owner: Text
    direction: Direction
    unit: Slug
    statements: Statements


@transaction("targets:Record", roles={Role.REGULATOR})
async def record_target(tx: Tx, order: RecordTargetOrder) -> TargetRecorded:
    """Record what a document wants, once for each place that says it; none is corrected by another."""
    if await tx.targets.find(order.target) is not None:
        raise codes.EXISTS.at("target", order.target)
    if order.baseline_year is not None and order.baseline_year >= order.year:
        raise codes.BASELINE.at("baseline_year", order.baseline_year, year=order.year)
    if order.baseline_year is None and order.direction in {"reduce_by", "raise_by"}:
        raise codes.BASELINE_NEEDED.at("direction", order.direction)
    seen: set[str] = set()
    for one in order.statements:
        if one.pointer in seen:
            raise codes.POINTER_TWICE.at("statements", one.pointer)
        seen.add(one.pointer)
    target = Target(
        id=order.target,
        title=order.title,
        document=order.document,
        year=order.year,
        baseline_year=order.baseline_year,
        owner=order.owner,
        direction=order.direction,
        unit=order.unit,
        statements=order.statements,
        recorded_by=tx.caller.organisation,
    )
    tx.targets.put(target, target.id)
    return TargetRecorded(
        target=target.id,
        year=f"{target.year:04d}",
        document=bytes.fromhex(target.document),
        statements=len(target.statements),
        values=len({int(one.value) for one in target.statements}),
    )
