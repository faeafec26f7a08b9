"""points:Expire."""

from typing import Annotated, Final

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import points as codes
from tanhui.chaincode.rules.lots import expire as expire_lots
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import HexId, Slug
from tanhui.chaincode.transactions.points.operating import effect_lots, own_programme
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.points import PointsExpired

ACCOUNTS_MAX: Final = 500


class ExpireOrder(Order, frozen=True, kw_only=True):
    """Accounts to look through."""

    programme: Slug
    accounts: Annotated[tuple[HexId, ...], msgspec.Meta(min_length=1, max_length=ACCOUNTS_MAX)]


@transaction("points:Expire", roles={Role.PLATFORM_OPERATOR})
async def expire(tx: Tx, order: ExpireOrder) -> tuple[PointsExpired, ...]:
    """Take out lots whose last day has passed, frozen accounts included.

    Expired points cannot be spent in any case; this is what books them as expired. Accounts without any, and
    one named twice, are passed over.
    """
    await own_programme(tx, order.programme)
    effects: list[PointsExpired] = []
    ids = tuple(dict.fromkeys(order.accounts))
    for account_id, account in zip(
        ids, await tx.accounts.get_all(*ids, under=(order.programme,)), strict=True
    ):
        stays, expired = expire_lots(account.lots, tx.day)
        if expired:
            tx.accounts.put(msgspec.structs.replace(account, lots=stays), order.programme, account_id)
            effects.append(
                PointsExpired(account=account_id, programme=order.programme, lots=effect_lots(expired))
            )
    if not effects:
        raise codes.NOTHING_EXPIRED.at("accounts", len(ids))
    return tuple(effects)
