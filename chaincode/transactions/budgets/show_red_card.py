"""budgets:ShowRedCard."""

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import budgets as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import ENERGY_BUDGET as MACHINE
from tanhui.chaincode.transactions.budgets.reckon import reckoned
from tanhui.chaincode.transactions.budgets.record import RedCard, year_key
from tanhui.chaincode.transactions.budgets.status import CardOrder, put_card
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.budgets import RedCardChanged


@transaction("budgets:ShowRedCard", roles={Role.REGULATOR})
async def show_red_card(tx: Tx, order: CardOrder) -> RedCardChanged:
    """Show a red card (亮红牌, Shanghai 十一(一)) to an institution whose settled use exceeds its budget.

    Use is reckoned anew from the readings. Retired credits do not lower it.
    """
    at = (order.institution, year_key(order.year))
    budget = await tx.energy_budgets.get(*at)
    MACHINE.require_in(budget.status, "in_force", "adjusted")
    if await tx.red_cards.find(*at) is not None:
        raise codes.EXISTS.at("red_card", at[1])
    energy, carbon, unsettled = await reckoned(tx, *at)
    if unsettled:
        raise codes.UNSETTLED.at("year", unsettled)
    energy_over, carbon_over = max(0, energy - budget.energy_gce), max(0, carbon - budget.carbon_g)
    if not energy_over and not carbon_over:
        raise codes.NO_BREACH.at("year", at[1], energy=energy, carbon=carbon)
    card = RedCard(
        institution=order.institution,
        year=order.year,
        status="shown",
        energy_over_gce=Amount(energy_over),
        carbon_over_g=Amount(carbon_over),
        plan="",
        evidence="",
    )
    return put_card(tx, card, order)
