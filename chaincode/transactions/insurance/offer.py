"""insurance:Offer."""

from datetime import date
from typing import Annotated

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.days import from_date
from tanhui.chaincode.rules.errors import insurance as codes
from tanhui.chaincode.rules.insurance import quantity_of, require_period
from tanhui.chaincode.rules.serials import cut, require_active, require_holder
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES, recorded
from tanhui.chaincode.transactions.credits.record import PIECES_MAX, Piece, Span
from tanhui.chaincode.transactions.fields import HexHash, OrganisationId
from tanhui.chaincode.transactions.insurance.policy import PolicyOrder, write_policy
from tanhui.chaincode.transactions.insurance.record import Policy
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.insurance import PolicyChanged


class OfferPolicyOrder(PolicyOrder, frozen=True, kw_only=True):
    """Whose units are covered, from when to when, by which policy."""

    insured: OrganisationId
    document: HexHash
    first_day: date
    last_day: date
    pieces: Annotated[tuple[Piece, ...], msgspec.Meta(min_length=1, max_length=PIECES_MAX)]


@transaction("insurance:Offer", roles=HOLDING_ROLES)
async def offer(tx: Tx, order: OfferPolicyOrder) -> PolicyChanged:
    """Offer to replace active units of another organisation, should they be recalled. Premiums stand in the policy.

    Cover begins after the day of the offer at the earliest. Nothing is held: the insured goes on using its units.
    """
    insurer = tx.caller.organisation
    if order.insured == insurer:
        raise codes.SAME_PARTY.at("insured", insurer)
    require_period(from_date(order.first_day), from_date(order.last_day), tx.day)
    if await tx.policies.find(order.policy) is not None:
        raise codes.EXISTS.at("policy", order.policy)
    covered = quantity_of([(one.batch, one.first, one.last) for one in order.pieces])
    for one in order.pieces:
        piece, _ = cut(await recorded(tx, one.batch, one.range), one.first, one.last)
        require_holder(piece, order.insured)
        require_active(piece)
    policy = Policy(
        id=order.policy,
        insurer=insurer,
        insured=order.insured,
        document=order.document,
        spans=tuple(Span(batch=one.batch, first=one.first, last=one.last) for one in order.pieces),
        covered=Amount(covered),
        first_day=order.first_day,
        last_day=order.last_day,
        status="offered",
        claimed=Amount(0),
        settled=Amount(0),
    )
    return write_policy(tx, policy)
