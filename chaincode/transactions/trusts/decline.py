"""trusts:Decline."""

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.serials import release
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES, as_effect, change_spans
from tanhui.chaincode.transactions.trusts.trust import TrustOrder, hold_of, put_trust, require_party
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsReleased
from tanhui.proofs.effects.trusts import TrustChanged


class DeclineTrustOrder(TrustOrder, frozen=True, kw_only=True):
    """Which offered trust comes to nothing."""


@transaction("trusts:Decline", roles=HOLDING_ROLES)
async def decline(tx: Tx, order: DeclineTrustOrder) -> tuple[TrustChanged, CreditsReleased]:
    """End an offered trust, by its trustee or its settlor: the units are the settlor's to use again."""
    trust = await tx.trusts.get(order.trust)
    require_party(tx, trust.trustee, trust.settlor)
    changed = put_trust(tx, msgspec.structs.replace(trust, remaining=Amount(0)), "declined")
    hold = hold_of(trust.id)
    ranges = await change_spans(tx, trust.spans, lambda one: release(one, hold))
    return changed, CreditsReleased(
        hold="trust",
        reference=trust.id,
        holder=trust.settlor,
        ranges=as_effect(ranges),
        quantity_kg=int(trust.quantity),
    )
