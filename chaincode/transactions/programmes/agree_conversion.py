"""programmes:AgreeConversion, by two persons."""

from datetime import date
from typing import Annotated

import msgspec

from tanhui.chaincode.contract.amounts import Amount, PositiveAmount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import programmes as codes
from tanhui.chaincode.rules.mass import RATIO_MAX
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.programmes.drafting import require_state, rules_in_force
from tanhui.chaincode.transactions.programmes.record import Conversion
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.governance import ConversionAgreed

Factor = Annotated[int, msgspec.Meta(ge=1, le=RATIO_MAX)]


class AgreeConversionOrder(Order, frozen=True, kw_only=True):
    """`numerator` target points for `denominator` source points, until a day."""

    source: Slug
    target: Slug
    numerator: Factor
    denominator: Factor
    cap: Amount
    until: date
    cap_per_day: PositiveAmount | None = None
    """Source points that one account converts in a day; None is no cap."""


@transaction("programmes:AgreeConversion", roles={Role.REGULATOR}, persons=2)
async def agree_conversion(tx: Tx, order: AgreeConversionOrder) -> ConversionAgreed:
    """Let points of one programme be converted into another's, one way; a later agreement replaces it.

    A merchant's own points convert into another merchant's, and carbon points into a merchant's; they never mint
    carbon points.
    """
    if order.source == order.target:
        raise codes.SAME_PROGRAMME.at("target", order.target)
    await tx.load(tx.programmes.at(order.source), tx.programmes.at(order.target))
    kinds = []
    for side in (order.source, order.target):
        programme = await tx.programmes.get(side)
        require_state(programme, "in_force")
        rules = await rules_in_force(tx, programme)
        kinds.append("carbon" if rules is None else rules.kind)
    if kinds == ["merchant", "carbon"]:
        raise codes.NEVER_MINTS.at("source", order.source, target=order.target)
    tx.conversions.put(
        Conversion(
            order.source,
            order.target,
            order.numerator,
            order.denominator,
            order.cap,
            order.until.isoformat(),
            order.cap_per_day,
        ),
        order.source,
        order.target,
    )
    return ConversionAgreed(
        source_programme=order.source,
        target_programme=order.target,
        ratio_numerator=order.numerator,
        ratio_denominator=order.denominator,
        cap=int(order.cap),
        until=order.until.isoformat(),
        cap_per_day=None if order.cap_per_day is None else int(order.cap_per_day),
    )
