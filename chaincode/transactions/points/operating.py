"""What every points function asks first: whose programme it is, by which rules, and in which state."""

from typing import NamedTuple

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.rules.days import Day, day_text, year_of
from tanhui.chaincode.rules.errors import points as codes
from tanhui.chaincode.rules.errors import programmes as programme_codes
from tanhui.chaincode.rules.issues import Issue
from tanhui.chaincode.rules.lots import Lot, Lots
from tanhui.chaincode.rules.programmes import Rules, SceneRule
from tanhui.chaincode.transactions.points.orders import AccountOrder, PairOrder
from tanhui.chaincode.transactions.programmes.drafting import rules_in_force
from tanhui.chaincode.transactions.programmes.record import BudgetTranche, Programme
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects import PointsLot


def account_keys(tx: Tx, order: AccountOrder) -> tuple[str, ...]:
    """What an order about one account reads: known before the function runs."""
    return tx.programmes.at(order.programme), tx.accounts.at(order.programme, order.account)


def pair_keys(tx: Tx, order: PairOrder) -> tuple[str, ...]:
    """What an order about two accounts reads."""
    return (
        tx.programmes.at(order.programme),
        tx.accounts.at(order.programme, order.sender),
        tx.accounts.at(order.programme, order.receiver),
    )


class Operated(NamedTuple):
    """A programme in force, its rules, and its parent's."""

    programme: Programme
    rules: Rules
    parent_rules: Rules | None

    def scene(self, scene_id: str) -> SceneRule:
        """The rule of a scene: the parent's where the parent has one, else the programme's own.

        Raises:
            Refusal: points.scene_unknown.
        """
        found = self.parent_rules.scene(scene_id) if self.parent_rules is not None else None
        found = found or self.rules.scene(scene_id)
        if found is None:
            raise codes.SCENE_UNKNOWN.at("scene", scene_id, programme=self.programme.id)
        return found

    def issue(self, source: str, earned: Day) -> Issue:
        """The issue to which points from `source`, earned on a day, belong."""
        return Issue(self.programme.id, self.programme.in_force, source, year_of(earned))


async def own_programme(tx: Tx, programme_id: str) -> Programme:
    """A programme, in any state, that the caller operates.

    Raises:
        Refusal: contract.record_absent, programmes.not_operator.
    """
    programme = await tx.programmes.get(programme_id)
    if programme.operator != tx.caller.organisation:
        raise programme_codes.NOT_OPERATOR.at(
            "programme", tx.caller.organisation, operator=programme.operator
        )
    return programme


async def in_force(tx: Tx, programme: Programme) -> Operated:
    """The same programme with its rules, when it may issue and transfer.

    Raises:
        Refusal: programmes.not_in_force.
    """
    if programme.state != "in_force":
        raise programme_codes.NOT_IN_FORCE.at("programme", programme.id, state=programme.state)
    rules = await rules_in_force(tx, programme)
    assert rules is not None, "what is in force has a version"
    parent_rules = None
    if programme.parent:
        parent_rules = await rules_in_force(tx, await tx.programmes.get(programme.parent))
    return Operated(programme, rules, parent_rules)


async def operated(tx: Tx, programme_id: str) -> Operated:
    """A programme in force that the caller operates.

    Raises:
        Refusal: contract.record_absent, programmes.not_operator, programmes.not_in_force.
    """
    return await in_force(tx, await own_programme(tx, programme_id))


async def draw_budget(tx: Tx, operated: Operated, tranche: int, points: int) -> None:
    """Draw points from one tranche of the year's budget; a programme without a budget draws nothing.

    Raises:
        Refusal: points.tranche_unknown, points.budget_exhausted.
    """
    budget = operated.rules.budget
    if not budget.points:
        return
    ids = (operated.programme.id, str(year_of(tx.day)), f"{tranche:02d}")
    known = await tx.budgets.find(*ids)
    used = budget.draw(tranche, known.used if known else 0, points)
    tx.budgets.put(BudgetTranche(Amount(used)), *ids)


def effect_lots(lots: Lots) -> tuple[PointsLot, ...]:
    """Lots as effects carry them."""
    return tuple(PointsLot(lot.issue.hex(), lot_day(lot), lot.points) for lot in lots)


def lot_day(lot: Lot) -> str:
    """A lot's last day, YYYY-MM-DD."""
    return day_text(lot.expires)
