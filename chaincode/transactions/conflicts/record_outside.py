"""conflicts:RecordOutside."""

from datetime import date
from typing import Literal

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.conflicts import Claim, OutsideScheme, require_forwards
from tanhui.chaincode.rules.errors import conflicts as codes
from tanhui.chaincode.rules.regions import require_region
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.conflicts.record import Reference
from tanhui.chaincode.transactions.conflicts.standing import put_claim
from tanhui.chaincode.transactions.fields import HexHash, Region, Slug
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.conflicts import OutsideClaimChanged


class RecordOutsideOrder(Order, frozen=True, kw_only=True):
    """A line of another scheme's list: what is counted there, where, from when to when."""

    activity: Slug
    region: Region
    site: HexHash
    scheme: OutsideScheme
    reference: Reference
    first_day: date
    last_day: date
    document: HexHash
    """Of the list that shows it."""


@transaction("conflicts:RecordOutside", roles={Role.REGULATOR, Role.VERIFIER})
async def record_outside(tx: Tx, order: RecordOutsideOrder) -> OutsideClaimChanged:
    """Record that another scheme counts a site. What it covers is neither registered nor issued here.

    A verifier may record what it finds, because that only ever takes away; withdrawing needs the regulator.
    """
    require_region(order.region, "region")
    require_forwards(order.first_day, order.last_day)
    ids = (order.site, order.activity, order.scheme, order.reference)
    if await tx.site_claims.find(*ids) is not None:
        raise codes.EXISTS.at("reference", order.reference, scheme=order.scheme)
    claim = Claim(
        activity=order.activity,
        region=order.region,
        site=order.site,
        scheme=order.scheme,
        reference=order.reference,
        first_day=order.first_day,
        last_day=order.last_day,
        document=order.document,
    )
    put_claim(tx, claim)
    return outside_effect(claim, order.scheme, "recorded")


def outside_effect(
    claim: Claim, scheme: OutsideScheme, step: Literal["recorded", "withdrawn"], reason: str | None = None
) -> OutsideClaimChanged:
    """What became of an outside claim."""
    return OutsideClaimChanged(
        activity=claim.activity,
        region=claim.region,
        site=claim.site,
        scheme=scheme,
        reference=claim.reference,
        first_day=claim.first_day.isoformat(),
        last_day=claim.last_day.isoformat(),
        step=step,
        document=bytes.fromhex(claim.document),
        reason=reason,
    )
