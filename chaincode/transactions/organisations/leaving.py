"""What an organisation must have given up before it ends: credits, rights and whatever is open."""

from typing import Final

from tanhui.chaincode.contract.keys import prefix_range
from tanhui.chaincode.rules.errors import organisations as codes
from tanhui.chaincode.rules.serials import RangeState
from tanhui.chaincode.transactions.credits.record import HOLDING, serial_key
from tanhui.chaincode.transactions.organisations.ties import TIE
from tanhui.chaincode.transactions.tx import Tx

HOLDINGS_MAX: Final = 50_000
"""Ranges that are looked at, ended ones included."""


async def require_nothing_left(tx: Tx, organisation: str) -> None:
    """Refuse an organisation that holds active credits, or is part of anything open.

    Reads ranges of keys, so that whatever is opened or moved to it in the same block makes this one conflict.

    Raises:
        Refusal: organisations.holds_units, organisations.tied, organisations.holdings_many.
    """
    holdings = await tx.unit.range(*prefix_range(HOLDING.name, (organisation,)))
    if len(holdings) > HOLDINGS_MAX:
        raise codes.HOLDINGS_MANY.at("organisation", organisation, limit=HOLDINGS_MAX)
    held = [HOLDING.codec.decode(one.value) for one in holdings]
    await tx.load(*(tx.ranges.at(one.batch, serial_key(one.first)) for one in held))
    quantity = 0
    for one in held:
        found = await tx.ranges.get(one.batch, serial_key(one.first))
        quantity += found.quantity if found.state is RangeState.ACTIVE else 0
    if quantity:
        raise codes.HOLDS_UNITS.at("organisation", organisation, quantity=quantity)
    ties = await tx.unit.range(*prefix_range(TIE.name, (organisation,)))
    if ties:
        first = TIE.codec.decode(ties[0].value)
        raise codes.TIED.at(
            "organisation", organisation, kind=first.kind, reference=first.reference, count=len(ties)
        )
