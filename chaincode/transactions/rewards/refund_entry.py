"""rewards:RefundEntry."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import rewards as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import DRAW as MACHINE
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.points.operating import effect_lots, own_programme
from tanhui.chaincode.transactions.points.orders import AccountOrder
from tanhui.chaincode.transactions.rewards.record import lots_of
from tanhui.chaincode.transactions.rewards.taking import give_back
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.rewards import EntryRefunded


class RefundEntryOrder(AccountOrder, frozen=True, kw_only=True):
    """Whose entry of which void draw."""

    draw: Slug


@transaction("rewards:RefundEntry", roles={Role.PLATFORM_OPERATOR})
async def refund_entry(tx: Tx, order: RefundEntryOrder) -> EntryRefunded:
    """Give an entry's points back after the draw became void, once, with their issue and expiry."""
    await own_programme(tx, order.programme)
    draw = await tx.draws.get(order.programme, order.draw)
    MACHINE.require_in(draw.status, "void")
    entry = await tx.draw_entries.get(order.programme, order.draw, order.account)
    if entry.settled or not entry.lots:
        raise codes.NOTHING_BACK.at("account", order.account)
    lots = lots_of(entry.lots)
    back, repaid = give_back(await tx.accounts.get(order.programme, order.account), lots)
    tx.accounts.put(back, order.programme, order.account)
    tx.draw_entries.put(
        msgspec.structs.replace(entry, settled=True), order.programme, order.draw, order.account
    )
    return EntryRefunded(
        programme=order.programme,
        draw=order.draw,
        account=order.account,
        lots=effect_lots(lots),
        debt_repaid=repaid,
    )
