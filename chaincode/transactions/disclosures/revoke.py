"""disclosures:Revoke."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import DISCLOSURE as MACHINE
from tanhui.chaincode.transactions.disclosures.show import put_disclosure
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.points.operating import own_programme
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.disclosures import DisclosureChanged


class RevokeDisclosureOrder(Order, frozen=True, kw_only=True):
    """Which disclosure the person took its consent back from."""

    disclosure: Slug


@transaction("disclosures:Revoke", roles={Role.PLATFORM_OPERATOR})
async def revoke(tx: Tx, order: RevokeDisclosureOrder) -> DisclosureChanged:
    """End a disclosure at the person's wish: from now on the ledger confirms nothing to the bank."""
    disclosure = await tx.disclosures.get(order.disclosure)
    await own_programme(tx, disclosure.programme)
    MACHINE.require_move(disclosure.status, "revoked")
    return put_disclosure(tx, msgspec.structs.replace(disclosure, status="revoked"))
