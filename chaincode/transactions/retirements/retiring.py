"""What every way to retire has in common: the terms, who they are for, and the record."""

from collections.abc import Sequence
from typing import NamedTuple

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.accounting import Entry
from tanhui.chaincode.rules.days import to_date
from tanhui.chaincode.rules.errors import retirements as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.serials import Range
from tanhui.chaincode.rules.uscc import require_uscc
from tanhui.chaincode.transactions.accounting.booking import Reason
from tanhui.chaincode.transactions.credits.ledger import as_effect, quantity_of, spans_of
from tanhui.chaincode.transactions.fields import OrderReference, Text
from tanhui.chaincode.transactions.retirements.record import Party, Retirement, RetirementId
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects import parts
from tanhui.proofs.effects.retirements import CreditsRetired, Purpose

REFERENCE_NEEDED = frozenset({Purpose.COMPENSATION, Purpose.EVENT, Purpose.QUOTA_OFFSET})
"""Purposes that name a case (以碳代偿), an event, or a quota."""


class RetirementTerms(Order, frozen=True, kw_only=True):
    """For whom units are used up, and why."""

    retirement: RetirementId
    beneficiary: Party
    on_behalf_of: Party | None = None
    purpose: Purpose
    reference: OrderReference = ""
    reason: Text


def reason_of(terms: RetirementTerms) -> Reason:
    """Compliance and voluntary retirement are different entries of the accounts (财会〔2019〕22号)."""
    used = terms.purpose is Purpose.QUOTA_OFFSET
    return Reason(retired=Entry.USED if used else Entry.RETIRED)


class Parties(NamedTuple):
    """The parties of a retirement as effects carry them."""

    beneficiary: parts.Party
    client: parts.Party | None


async def require_terms(tx: Tx, terms: RetirementTerms) -> Parties:
    """Refuse terms that no retirement can have, or whose id is taken.

    Raises:
        Refusal: retirements.beneficiary, retirements.client, retirements.reference, retirements.exists,
            value.not_a_uscc, value.uscc_check.
    """
    beneficiary = _party(terms.beneficiary, "beneficiary")
    client = None if terms.on_behalf_of is None else _party(terms.on_behalf_of, "on_behalf_of")
    if client is not None and tx.roles.isdisjoint({Role.EXCHANGE, Role.BROKER}):
        raise codes.CLIENT.at("on_behalf_of", client.organisation or "person")
    if terms.purpose in REFERENCE_NEEDED and not terms.reference:
        raise codes.REFERENCE.at("reference", terms.purpose)
    if await tx.retirements.find(terms.retirement) is not None:
        raise codes.EXISTS.at("retirement", terms.retirement)
    return Parties(beneficiary, client)


def put_retirement(
    tx: Tx, terms: RetirementTerms, parties: Parties, ranges: Sequence[Range]
) -> CreditsRetired:
    """Write what the caller retired; `ranges` stand as retired already."""
    today = to_date(tx.day)
    record = Retirement(
        id=terms.retirement,
        holder=tx.caller.organisation,
        beneficiary=terms.beneficiary,
        on_behalf_of=terms.on_behalf_of,
        purpose=terms.purpose,
        reference=terms.reference,
        reason=terms.reason,
        day=today,
        spans=spans_of(ranges),
        quantity=Amount(quantity_of(ranges)),
    )
    tx.retirements.put(record, record.id)
    return CreditsRetired(
        retirement=record.id,
        holder=record.holder,
        beneficiary=parties.beneficiary,
        purpose=terms.purpose,
        day=today.isoformat(),
        ranges=as_effect(ranges),
        quantity_kg=int(record.quantity),
        reason=terms.reason,
        on_behalf_of=parties.client,
        reference=terms.reference or None,
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
