"""What every change of a budget's or a red card's status has in common."""

import msgspec

from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.days import day_text
from tanhui.chaincode.rules.states import ENERGY_BUDGET as MACHINE
from tanhui.chaincode.rules.states import RED_CARD as CARD_MACHINE
from tanhui.chaincode.transactions.budgets.record import (
    BudgetStatus,
    CardStatus,
    EnergyBudget,
    RedCard,
    Year,
    year_key,
)
from tanhui.chaincode.transactions.fields import HexHash, OrganisationId, Text
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.budgets import BudgetStatusChanged, RedCardChanged


class BudgetOrder(Order, frozen=True, kw_only=True):
    """Which institution's year, and why."""

    institution: OrganisationId
    year: Year
    reason: Text


class CardOrder(BudgetOrder, frozen=True, kw_only=True):
    """The same, with the document that says so."""

    document: HexHash


async def move_budget(tx: Tx, order: BudgetOrder, to: BudgetStatus) -> BudgetStatusChanged:
    """Write the year's budget with its new status.

    Raises:
        Refusal: contract.record_absent, states.not_allowed.
    """
    budget = await tx.energy_budgets.get(order.institution, year_key(order.year))
    MACHINE.require_move(budget.status, to)
    return put_budget(tx, msgspec.structs.replace(budget, status=to), order.reason)


def put_budget(tx: Tx, budget: EnergyBudget, reason: str | None) -> BudgetStatusChanged:
    """Write a budget as it is."""
    tx.energy_budgets.put(budget, budget.institution, year_key(budget.year))
    return BudgetStatusChanged(
        institution=budget.institution,
        year=year_key(budget.year),
        status=budget.status,
        version=budget.version,
        energy_gce=int(budget.energy_gce),
        carbon_g=int(budget.carbon_g),
        reason=reason,
    )


async def move_card(tx: Tx, order: CardOrder, to: CardStatus) -> RedCardChanged:
    """Write the year's red card with its new status, and the plan or evidence that this status is about.

    Raises:
        Refusal: contract.record_absent, states.not_allowed.
    """
    card = await tx.red_cards.get(order.institution, year_key(order.year))
    CARD_MACHINE.require_move(card.status, to)
    return put_card(
        tx,
        msgspec.structs.replace(
            card,
            status=to,
            plan=order.document if to == "planned" else card.plan,
            evidence=order.document if to == "evidenced" else card.evidence,
        ),
        order,
    )


def put_card(tx: Tx, card: RedCard, order: CardOrder) -> RedCardChanged:
    """Write a red card as it is."""
    tx.red_cards.put(card, card.institution, year_key(card.year))
    return RedCardChanged(
        institution=card.institution,
        year=year_key(card.year),
        status=card.status,
        document=bytes.fromhex(order.document),
        day=day_text(tx.day),
        reason=order.reason,
    )
