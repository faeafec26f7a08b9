"""Draws and prices of rewards: who won follows from what was sealed before, and what was paid is the price.

winners = winners(entrants, SHA256(operator's seed ‖ funder's seed ‖ entrants)), and each takes one prize at most
points burnt for units, donations included = price × units, in the transaction that took the stock
"""

from dataclasses import dataclass, field

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.rules.draws import entrants_hash, joint_seed, seed_commitment, winners
from tanhui.chaincode.transactions.rewards.record import DRAW, DRAW_ENTRY, Draw
from tanhui.proofs.effects.parts import points_in
from tanhui.proofs.effects.points import PointsRedeemed
from tanhui.proofs.effects.rewards import (
    DrawChanged,
    DrawEntered,
    EntryRefunded,
    RewardChanged,
    RewardShareChanged,
    RewardTaken,
)

Key = tuple[str, str]
"""Programme and draw, or catalogue and reward."""


@dataclass(slots=True)
class Told:
    """What was told of one draw."""

    entrants: set[str] = field(default_factory=set)
    prizes: dict[str, int] = field(default_factory=dict)
    refunded: set[str] = field(default_factory=set)
    closed: bool = False


class RewardDraws(Check):
    """Replays entries, prizes and prices."""

    name = "rewards.draws"

    def __init__(self) -> None:
        self._report = Report(self.name, {"taken_for_points": 0, "donated": 0})
        self._draws: dict[Key, Told] = {}
        self._prices: dict[tuple[str, str, str], int] = {}

    def follow(self, transaction: Transaction) -> None:
        """Note prices and draws, and judge each taking by the price that stood then."""
        where = f"transaction {transaction.id}"
        for effect in transaction.effects:
            if isinstance(effect, RewardChanged):
                self._prices[effect.programme, effect.reward, effect.programme] = effect.price
            elif isinstance(effect, RewardShareChanged):
                self._prices[effect.catalogue, effect.reward, effect.programme] = effect.price
            elif isinstance(effect, RewardTaken):
                self._taken(where, transaction, effect)
            elif isinstance(effect, DrawChanged | DrawEntered | EntryRefunded):
                self._draw(where, effect)

    def _taken(self, where: str, transaction: Transaction, effect: RewardTaken) -> None:
        if effect.draw is not None:
            prizes = self._draws[effect.programme, effect.draw].prizes
            prizes[effect.account] = prizes.get(effect.account, 0) + len(effect.units)
            return
        paid = [one for one in transaction.effects if isinstance(one, PointsRedeemed)]
        price = self._prices.get((effect.catalogue, effect.reward, effect.programme))
        burnt = sum(points_in(one.lots) for one in paid)
        units = len(effect.units)
        self._report.count("taken_for_points", units)
        self._report.count("donated", sum(one.commitment is None for one in effect.units))
        if price is None:
            self._report.find(where, f"{effect.catalogue}/{effect.reward} was never offered")
        else:
            self._report.equal(where, "points burnt", burnt, price * units)

    def _draw(self, where: str, effect: DrawChanged | DrawEntered | EntryRefunded) -> None:
        told = self._draws.setdefault((effect.programme, effect.draw), Told())
        if isinstance(effect, DrawChanged):
            told.closed = effect.status in ("closed", "decided", "void")
        elif isinstance(effect, EntryRefunded):
            if effect.account in told.refunded:
                self._report.find(where, f"entry of {effect.account} refunded twice")
            told.refunded.add(effect.account)
        elif told.closed or effect.account in told.entrants:
            self._report.find(where, f"{effect.account} entered twice, or after the draw was closed")
        else:
            told.entrants.add(effect.account)

    def judge(self, records: Records) -> Report:
        """Draw again, and compare."""
        figures = {"draws": 0, "entries": 0, "decided": 0} | self._report.figures
        report = Report(self.name, figures, list(self._report.findings), self._report.broken)
        for (programme, draw_id), draw in records.all(DRAW):
            report.count("draws")
            where = f"draw {programme}/{draw_id}"
            told = self._draws.get((programme, draw_id), Told())
            entered = {ids[2] for ids, _ in records.all(DRAW_ENTRY, programme, draw_id)}
            report.count("entries", len(entered))
            report.equal(where, "entrants", sorted(entered), sorted(told.entrants))
            if draw.status == "decided":
                self._decided(report, where, draw, [bytes.fromhex(one) for one in entered])
            elif told.prizes:
                report.find(where, f"{draw.status}, and prizes were taken")
            for account, prizes in told.prizes.items():
                if prizes > 1 or account not in draw.winners:
                    report.find(where, f"{account} took {prizes} prizes")
        return report

    def _decided(self, report: Report, where: str, draw: Draw, accounts: list[bytes]) -> None:
        report.count("decided")
        operator, funder = bytes.fromhex(draw.operator_seed), bytes.fromhex(draw.funder_seed)
        sealed = (draw.operator_commitment, draw.funder_commitment)
        report.equal(where, "seals", sealed, (seed_commitment(operator).hex(), seed_commitment(funder).hex()))
        fixed = entrants_hash(accounts)
        report.equal(where, "entrants' hash", draw.entrants_hash, fixed.hex())
        drawn = winners(accounts, joint_seed(operator, funder, fixed), draw.prizes)
        report.equal(where, "winners", draw.winners, tuple(one.hex() for one in drawn))
