"""points:Convert."""

import msgspec

from tanhui.chaincode.contract.amounts import Amount, PositiveAmount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.days import day_text
from tanhui.chaincode.rules.errors import points as codes
from tanhui.chaincode.rules.lots import Lot, receive, spend
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import HexId, Slug
from tanhui.chaincode.transactions.points.operating import effect_lots, in_force, lot_day, operated
from tanhui.chaincode.transactions.programmes.record import Conversion, ConvertedDay
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.points import PointsConverted


class ConvertOrder(Order, frozen=True, kw_only=True):
    """Points of an account of one programme into an account of another."""

    source_programme: Slug
    account: HexId
    target_programme: Slug
    target_account: HexId
    points: PositiveAmount


def converted(agreement: Conversion, points: int, today: str) -> int:
    """Target points for source points.

    Raises:
        Refusal: points.conversion_ended, points.conversion_cap, points.not_a_multiple.
    """
    if today > agreement.until:
        raise codes.CONVERSION_ENDED.at("target_programme", today, until=agreement.until)
    if agreement.cap and points > agreement.cap:
        raise codes.CONVERSION_CAP.at("points", points, limit=agreement.cap)
    if points % agreement.denominator:
        raise codes.NOT_A_MULTIPLE.at("points", points, denominator=agreement.denominator)
    return points // agreement.denominator * agreement.numerator


@transaction("points:Convert", roles={Role.PLATFORM_OPERATOR})
async def convert(tx: Tx, order: ConvertOrder) -> PointsConverted:
    """Burn points of the caller's programme and mint their worth in another, by the agreement of the two.

    Nothing is rounded: points are a multiple of the ratio's denominator. Converting lengthens no life: the
    new lot expires with the first of those burnt, or by the target's own rule when that is sooner.
    """
    source = await operated(tx, order.source_programme)
    agreement = await tx.conversions.get(order.source_programme, order.target_programme)
    target = await in_force(tx, await tx.programmes.get(order.target_programme))
    await tx.load(
        tx.accounts.at(order.source_programme, order.account),
        tx.accounts.at(order.target_programme, order.target_account),
    )
    account = await tx.accounts.get(order.source_programme, order.account)
    target_account = await tx.accounts.get(order.target_programme, order.target_account)
    account.require_active("account", order.account)
    target_account.require_active("target_account", order.target_account)
    target_points = converted(agreement, order.points, day_text(tx.day))
    if agreement.cap_per_day:
        await _count(tx, order, agreement.cap_per_day)

    stays, burnt = spend(account.lots, order.points, tx.day)
    issue = target.issue(f"converted:{source.programme.id}", tx.day)
    lot = Lot(min(burnt[0].expires, target.rules.expiry.last_day(tx.day)), issue.id, target_points)
    received = receive(target_account.lots, (lot,), target_account.debt)
    tx.accounts.put(msgspec.structs.replace(account, lots=stays), order.source_programme, order.account)
    tx.accounts.put(
        msgspec.structs.replace(target_account, lots=received.lots, debt=received.debt),
        order.target_programme,
        order.target_account,
    )
    tx.issues.put(issue, order.target_programme, issue.id.hex())
    return PointsConverted(
        account=order.account,
        source_programme=order.source_programme,
        lots=effect_lots(burnt),
        target_account=order.target_account,
        target_programme=order.target_programme,
        target_issue=issue.id.hex(),
        target_points=target_points,
        target_expires=lot_day(lot),
        ratio_numerator=agreement.numerator,
        ratio_denominator=agreement.denominator,
        debt_repaid=received.repaid or None,
    )


async def _count(tx: Tx, order: ConvertOrder, cap: int) -> None:
    """Add to what the account converted today.

    Raises:
        Refusal: points.conversion_day_cap.
    """
    ids = (order.source_programme, order.target_programme, order.account)
    before = await tx.converted_days.find(*ids)
    points = order.points + (before.points if before is not None and before.day == tx.day else 0)
    if points > cap:
        raise codes.CONVERSION_DAY_CAP.at("points", points, limit=cap)
    tx.converted_days.put(ConvertedDay(tx.day, Amount(points)), *ids)
