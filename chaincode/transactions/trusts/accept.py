"""trusts:Accept."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.serials import move, place
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES, as_effect, change_spans, quantity_of
from tanhui.chaincode.transactions.trusts.trust import TrustOrder, hold_of, put_trust, require_party
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsTransferred
from tanhui.proofs.effects.trusts import TrustChanged


class AcceptTrustOrder(TrustOrder, frozen=True, kw_only=True):
    """Which trust is accepted."""


@transaction("trusts:Accept", roles=HOLDING_ROLES)
async def accept(tx: Tx, order: AcceptTrustOrder) -> tuple[TrustChanged, CreditsTransferred]:
    """Take the units as trustee: they change hands and stay under the trust's hold.

    So they can be neither sold, pledged nor retired as the trustee's own; they leave to the beneficiary alone.
    """
    trust = await tx.trusts.get(order.trust)
    require_party(tx, trust.trustee)
    changed = put_trust(tx, trust, "settled")
    hold = hold_of(trust.id)
    ranges = await change_spans(tx, trust.spans, lambda one: place(move(one, trust.trustee, hold), hold))
    moved = CreditsTransferred(
        sender=trust.settlor,
        receiver=trust.trustee,
        ranges=as_effect(ranges),
        quantity_kg=quantity_of(ranges),
        transfer=f"trust:{trust.id}",
    )
    return changed, moved
