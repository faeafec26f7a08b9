"""rewards:EnterDraw."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.days import day_text, from_date
from tanhui.chaincode.rules.errors import rewards as codes
from tanhui.chaincode.rules.lots import Lots
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import DRAW as MACHINE
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.points.operating import account_keys, effect_lots, own_programme
from tanhui.chaincode.transactions.points.orders import AccountOrder
from tanhui.chaincode.transactions.rewards.record import DrawEntry, kept
from tanhui.chaincode.transactions.rewards.taking import pay, require_eligible
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.points import PointsRedeemed
from tanhui.proofs.effects.rewards import DrawEntered


class EnterDrawOrder(AccountOrder, frozen=True, kw_only=True):
    """Which draw the account enters."""

    draw: Slug


@transaction("rewards:EnterDraw", roles={Role.PLATFORM_OPERATOR}, reads=account_keys)
async def enter_draw(
    tx: Tx, order: EnterDrawOrder
) -> tuple[DrawEntered] | tuple[PointsRedeemed, DrawEntered]:
    """Enter an account, once, for the price of an entry. The prize's conditions hold for entrants."""
    await own_programme(tx, order.programme)
    draw = await tx.draws.get(order.programme, order.draw)
    MACHINE.require_in(draw.status, "open")
    if tx.day > from_date(draw.until):
        raise codes.ENDED.at("draw", day_text(tx.day), until=draw.until.isoformat())
    if await tx.draw_entries.find(order.programme, order.draw, order.account) is not None:
        raise codes.EXISTS.at("entry", order.account)
    account = await tx.accounts.get(order.programme, order.account)
    account.require_active("account", order.account)
    await require_eligible(tx, await tx.rewards.get(draw.catalogue, draw.reward), order, account)
    burnt: Lots = ()
    if draw.price:
        paid = pay(account, draw.price, 1, tx.day)
        tx.accounts.put(paid.account, order.programme, order.account)
        burnt = paid.burnt[0]
    entry = DrawEntry(account=order.account, lots=kept(burnt))
    tx.draw_entries.put(entry, order.programme, order.draw, order.account)
    entered = DrawEntered(programme=order.programme, draw=order.draw, account=order.account)
    if not burnt:
        return (entered,)
    redeemed = PointsRedeemed(
        account=order.account,
        programme=order.programme,
        lots=effect_lots(burnt),
        reward=f"draw:{order.draw}",
        units=1,
    )
    return redeemed, entered
