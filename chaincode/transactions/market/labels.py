"""market:OpenLabel, AwardLabel, RevokeLabel and CloseLabel."""

from datetime import date
from typing import Annotated, Final

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.days import day_text
from tanhui.chaincode.rules.errors import market as codes
from tanhui.chaincode.rules.market import require_validity
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.uscc import require_uscc
from tanhui.chaincode.transactions.fields import HexHash, OrganisationId, Slug, Text
from tanhui.chaincode.transactions.market.parties import require_party
from tanhui.chaincode.transactions.market.record import Label, LabelKind
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.market import LabelKindChanged, LabelRevoked, OrganisationsLabelled

ORGANISATIONS_MAX: Final = 1_000
"""Organisations that one order labels: more than any of Zhoushan's three kinds (854, 967, 324)."""

ISSUERS = frozenset({Role.REGULATOR, Role.PUBLIC_INSTITUTION})


class LabelOrder(Order, frozen=True, kw_only=True):
    """One kind of label."""

    label: Slug


class OpenLabelOrder(LabelOrder, frozen=True, kw_only=True):
    """What it is called, and the document with its criteria."""

    title: Text
    criteria: HexHash


class AwardLabelOrder(LabelOrder, frozen=True, kw_only=True):
    """Who gets it, for how long, on what evidence."""

    organisations: Annotated[
        tuple[OrganisationId, ...], msgspec.Meta(min_length=1, max_length=ORGANISATIONS_MAX)
    ]
    valid_from: date
    valid_until: date
    evidence: HexHash


class RevokeLabelOrder(LabelOrder, frozen=True, kw_only=True):
    """Who loses it."""

    organisation: OrganisationId


class CloseLabelOrder(LabelOrder, frozen=True, kw_only=True):
    """Which label nobody gets any more."""


def _write_kind(tx: Tx, kind: LabelKind) -> LabelKindChanged:
    tx.label_kinds.put(kind, kind.id)
    return LabelKindChanged(
        label=kind.id, issuer=kind.issuer, status=kind.status, criteria=bytes.fromhex(kind.criteria)
    )


@transaction("market:OpenLabel", roles=ISSUERS)
async def open_label(tx: Tx, order: OpenLabelOrder) -> LabelKindChanged:
    """Define a label, with the caller as its issuer."""
    if await tx.label_kinds.find(order.label) is not None:
        raise codes.EXISTS.at("label", order.label)
    kind = LabelKind(
        id=order.label,
        title=order.title,
        issuer=tx.caller.organisation,
        criteria=order.criteria,
        status="open",
    )
    return _write_kind(tx, kind)


@transaction("market:AwardLabel", roles=ISSUERS)
async def award_label(tx: Tx, order: AwardLabelOrder) -> OrganisationsLabelled:
    """Give an own label to organisations, registered or not; a later award replaces the validity."""
    kind = await tx.label_kinds.get(order.label)
    require_party(tx, "label", kind.issuer)
    if kind.status != "open":
        raise codes.ISSUER.at(kind.id, kind.status)
    require_validity(order.valid_from, order.valid_until, order.label)
    for at, organisation in enumerate(order.organisations):
        require_uscc(organisation, f"organisations[{at}]")
        label = Label(
            organisation=organisation,
            valid_from=order.valid_from,
            valid_until=order.valid_until,
            evidence=order.evidence,
        )
        tx.labels.put(label, order.label, organisation)
    return OrganisationsLabelled(
        label=order.label,
        organisations=order.organisations,
        valid_from=order.valid_from.isoformat(),
        valid_until=order.valid_until.isoformat(),
    )


@transaction("market:RevokeLabel", roles=ISSUERS)
async def revoke_label(tx: Tx, order: RevokeLabelOrder) -> LabelRevoked:
    """Take an own label from an organisation; its history stays."""
    kind = await tx.label_kinds.get(order.label)
    require_party(tx, "label", kind.issuer)
    await tx.labels.get(order.label, order.organisation)
    tx.labels.delete(order.label, order.organisation)
    return LabelRevoked(label=order.label, organisation=order.organisation, day=day_text(tx.day))


@transaction("market:CloseLabel", roles=ISSUERS)
async def close_label(tx: Tx, order: CloseLabelOrder) -> LabelKindChanged:
    """Award an own label no more; what was awarded stays valid for its time."""
    kind = await tx.label_kinds.get(order.label)
    require_party(tx, "label", kind.issuer)
    return _write_kind(tx, msgspec.structs.replace(kind, status="closed"))
