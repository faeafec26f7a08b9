"""Questions about agreements, transfers, mirrors and disputes."""

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.rules.recognition.terms import AgreementId
from tanhui.chaincode.transactions.credits.queries import BatchQuery
from tanhui.chaincode.transactions.fields import HexHash, Slug
from tanhui.chaincode.transactions.recognition.halves import IncomingTransfer, OpenTransfer, OutgoingTransfer
from tanhui.chaincode.transactions.recognition.record import (
    Agreement,
    AgreementTerms,
    Dispute,
    Mirror,
    PartnerAnchors,
    TransferId,
    TransferIds,
)
from tanhui.chaincode.transactions.tx import Tx


class AgreementsQuery(PageOrder, frozen=True, kw_only=True):
    """All agreements."""


class AgreementQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One agreement by its id."""

    agreement: AgreementId


class TermsQuery(AgreementQuery, frozen=True, kw_only=True):
    """One version of its terms, by their hash."""

    terms: HexHash


class TransferQuery(AgreementQuery, frozen=True, kw_only=True):
    """One transfer by its id."""

    transfer: TransferId


class TransfersQuery(PageOrder, frozen=True, kw_only=True):
    """Transfers of one agreement."""

    agreement: AgreementId


class HalvesQuery(AgreementQuery, frozen=True, kw_only=True):
    """Many transfers of one agreement by their ids."""

    transfers: TransferIds


class DisputeQuery(AgreementQuery, frozen=True, kw_only=True):
    """One dispute by its id."""

    dispute: Slug


class MirrorQuery(BatchQuery, frozen=True, kw_only=True):
    """One mirrored batch by its id."""


class TransferView(msgspec.Struct, frozen=True, kw_only=True):
    """This ledger's half of a transfer, or of two that the two sides gave one id."""

    outgoing: OutgoingTransfer | None
    incoming: IncomingTransfer | None


@query("recognition:Agreements")
async def agreements(tx: Tx, order: AgreementsQuery) -> Page[Agreement]:
    """Every agreement of this region, ended ones included."""
    return await tx.agreements.page(order)


@query("recognition:Agreement")
async def one_agreement(tx: Tx, order: AgreementQuery) -> Agreement:
    """One agreement as this side keeps it."""
    return await tx.agreements.get(order.agreement)


@query("recognition:Terms")
async def terms(tx: Tx, order: TermsQuery) -> AgreementTerms:
    """One version of the terms: parties, lane, ratio, caps, recognised methodologies."""
    return await tx.agreement_terms.get(order.agreement, order.terms)


@query("recognition:Anchors")
async def anchors(tx: Tx, order: AgreementQuery) -> PartnerAnchors:
    """By what this ledger judges the partner's proofs."""
    return await tx.partner_anchors.get(order.agreement)


@query("recognition:Transfer")
async def transfer(tx: Tx, order: TransferQuery) -> TransferView:
    """What this ledger knows of a transfer; the other half stands on the partner's."""
    ids = (order.agreement, order.transfer)
    await tx.load(tx.transfers_out.at(*ids), tx.transfers_in.at(*ids))
    return TransferView(outgoing=await tx.transfers_out.find(*ids), incoming=await tx.transfers_in.find(*ids))


@query("recognition:Sent")
async def sent(tx: Tx, order: HalvesQuery) -> tuple[OutgoingTransfer | None, ...]:
    """What left, in the order of the ids; null for what never did. One read."""
    return tuple(await tx.transfers_out.find_all(*order.transfers, under=(order.agreement,)))


@query("recognition:Received")
async def received(tx: Tx, order: HalvesQuery) -> tuple[IncomingTransfer | None, ...]:
    """What was minted or never will be, in the order of the ids; null for what is open. One read."""
    return tuple(await tx.transfers_in.find_all(*order.transfers, under=(order.agreement,)))


@query("recognition:Queue")
async def queue(tx: Tx, order: TransfersQuery) -> Page[OpenTransfer]:
    """Transfers that left and wait for the partner, with the lock's transaction, its time and deadline."""
    return await tx.transfers_open.page(order, order.agreement)


@query("recognition:Outgoing")
async def outgoing(tx: Tx, order: TransfersQuery) -> Page[OutgoingTransfer]:
    """Everything that left under an agreement, by its id."""
    return await tx.transfers_out.page(order, order.agreement)


@query("recognition:Incoming")
async def incoming(tx: Tx, order: TransfersQuery) -> Page[IncomingTransfer]:
    """Everything that came under an agreement, or never will, by its id."""
    return await tx.transfers_in.page(order, order.agreement)


@query("recognition:Mirror")
async def mirror(tx: Tx, order: MirrorQuery) -> Mirror:
    """What a mirrored batch is a mirror of, and what its units may be used for."""
    return await tx.mirrors.get(order.batch)


@query("recognition:Disputes")
async def disputes(tx: Tx, order: TransfersQuery) -> Page[Dispute]:
    """Every dispute under an agreement, ended ones with what is owed by them."""
    return await tx.disputes.page(order, order.agreement)


@query("recognition:Dispute")
async def one_dispute(tx: Tx, order: DisputeQuery) -> Dispute:
    """One dispute."""
    return await tx.disputes.get(order.agreement, order.dispute)
