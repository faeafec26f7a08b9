"""retirements:Retire."""

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.days import to_date
from tanhui.chaincode.rules.errors import retirements as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.serials import Range, RangeState, end, require_holder
from tanhui.chaincode.rules.uscc import require_uscc
from tanhui.chaincode.transactions.credits.ledger import (
    HOLDING_ROLES,
    as_effect,
    change_pieces,
    quantity_of,
    spans_of,
)
from tanhui.chaincode.transactions.credits.record import Pieces
from tanhui.chaincode.transactions.fields import OrderReference, Text
from tanhui.chaincode.transactions.retirements.record import Party, Retirement, RetirementId
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects import parts
from tanhui.proofs.effects.retirements import CreditsRetired, Purpose

REFERENCE_NEEDED = frozenset({Purpose.COMPENSATION, Purpose.EVENT, Purpose.QUOTA_OFFSET})
"""Purposes that name a case (以碳代偿), an event, or a quota."""


class RetireOrder(Order, frozen=True, kw_only=True):
    """Which own units are used up, for whom, and why."""

    retirement: RetirementId
    pieces: Pieces
    beneficiary: Party
    on_behalf_of: Party | None = None
    purpose: Purpose
    reference: OrderReference = ""
    reason: Text


@transaction("retirements:Retire", roles=HOLDING_ROLES)
async def retire(tx: Tx, order: RetireOrder) -> CreditsRetired:
    """Retire own free units, all that are named or none; the refusal names the range that stops it.

    It is never reversed. A repeat of the request answers as before; another request with the same
    retirement id is refused, so that one retirement has one certificate.
    """
    beneficiary = _party(order.beneficiary, "beneficiary")
    client = None if order.on_behalf_of is None else _party(order.on_behalf_of, "on_behalf_of")
    if client is not None and tx.roles.isdisjoint({Role.EXCHANGE, Role.BROKER}):
        raise codes.CLIENT.at("on_behalf_of", client.organisation or "person")
    if order.purpose in REFERENCE_NEEDED and not order.reference:
        raise codes.REFERENCE.at("reference", order.purpose)
    if await tx.retirements.find(order.retirement) is not None:
        raise codes.EXISTS.at("retirement", order.retirement)
    holder = tx.caller.organisation

    def retired(piece: Range) -> Range:
        require_holder(piece, holder)
        return end(piece, RangeState.RETIRED)

    ranges = await change_pieces(tx, order.pieces, retired)
    today = to_date(tx.day)
    record = Retirement(
        id=order.retirement,
        holder=holder,
        beneficiary=order.beneficiary,
        on_behalf_of=order.on_behalf_of,
        purpose=order.purpose,
        reference=order.reference,
        reason=order.reason,
        day=today,
        spans=spans_of(ranges),
        quantity=Amount(quantity_of(ranges)),
    )
    tx.retirements.put(record, record.id)
    return CreditsRetired(
        retirement=record.id,
        holder=holder,
        beneficiary=beneficiary,
        purpose=order.purpose,
        day=today.isoformat(),
        ranges=as_effect(ranges),
        quantity_kg=int(record.quantity),
        reason=order.reason,
        on_behalf_of=client,
        reference=order.reference or None,
    )


def _party(party: Party, field: str) -> parts.Party:
    """The party as effects carry it. An organisation need not be registered: anybody may be a beneficiary.

    Raises:
        Refusal: retirements.beneficiary, value.not_a_uscc, value.uscc_check.
    """
    if bool(party.organisation) == bool(party.person):
        raise codes.BENEFICIARY.at(field, party.organisation or "-")
    if party.person:
        return parts.Party(person=bytes.fromhex(party.person))
    return parts.Party(organisation=require_uscc(party.organisation, f"{field}.organisation"))
