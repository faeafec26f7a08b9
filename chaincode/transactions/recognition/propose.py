"""recognition:ProposeAgreement, by two persons of the regulator."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recognition.terms import Terms, terms_hash
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.recognition.agreeing import (
    put_anchors,
    require_anchors,
    require_regulator,
    require_status,
    require_terms,
)
from tanhui.chaincode.transactions.recognition.record import Agreement, AgreementTerms, AnchorsText
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.agreements import AgreementProposed


class ProposeAgreementOrder(Order, frozen=True, kw_only=True):
    """The terms, which of their two parties this ledger is, and the partner's anchors file.

    `anchors` is empty for a later version: anchors are then rotated, never replaced here.
    """

    own: Annotated[int, msgspec.Meta(ge=0, le=1)]
    terms: Terms
    anchors: AnchorsText = ""


@transaction("recognition:ProposeAgreement", roles={Role.REGULATOR}, persons=2)
async def propose_agreement(tx: Tx, order: ProposeAgreementOrder) -> AgreementProposed:
    """Agree to terms on behalf of this region: one half of a co-signature.

    The partner's regulator does the same on its own ledger with the same terms, and each shows the other's act
    (recognition:ConcludeAgreement). A later version keeps both ledgers; the terms before stay in force until then.
    """
    terms, own = order.terms, order.own
    require_terms(terms)
    require_regulator(tx, terms, own)
    digest = terms_hash(canonical_json(terms))
    known = await tx.agreements.find(terms.agreement)
    expected = 1 if known is None else known.proposed + 1
    if terms.version != expected:
        raise codes.VERSION.at("terms.version", terms.version, expected=expected)
    partner = terms.parties[1 - own]
    if known is None:
        trusted = require_anchors(order.anchors, partner)
        put_anchors(tx, terms.agreement, trusted, order.anchors)
        known = Agreement(
            id=terms.agreement,
            own=own,
            status="proposed",
            version=0,
            terms="",
            proposed=0,
            proposed_terms="",
            ended_seconds=0,
        )
    else:
        require_status(known, "proposed", "in_force", "suspended")
        if order.anchors:
            raise codes.ANCHORS.at("anchors", len(order.anchors), expected="recognition:RotateAnchors")
        trusted = require_anchors((await tx.partner_anchors.get(terms.agreement)).file, partner)
        if known.own != own or (known.terms and await _other_parties(tx, known, terms)):
            raise codes.OTHER_PARTIES.at("terms.parties", terms.agreement)
        if known.terms:
            await _require_same_shards(tx, known, terms)
    record = AgreementTerms(
        terms=terms, concluded=False, transaction=tx.transaction_id, partner_transaction=""
    )
    tx.agreement_terms.put(record, terms.agreement, digest.hex())
    newest = msgspec.structs.replace(known, proposed=terms.version, proposed_terms=digest.hex())
    tx.agreements.put(newest, terms.agreement)
    return AgreementProposed(
        agreement=terms.agreement,
        version=terms.version,
        terms=digest,
        genesis=bytes.fromhex(terms.parties[own].genesis),
        partner=bytes.fromhex(partner.genesis),
        anchors=trusted.fingerprint(),
    )


async def _require_same_shards(tx: Tx, known: Agreement, terms: Terms) -> None:
    """Refuse caps cut into another number of shards: what is used of each would count against another share.

    Raises:
        Refusal: recognition.shards.
    """
    shards = (await tx.agreement_terms.get(known.id, known.terms)).terms.caps.shards
    if terms.caps.shards != shards:
        raise codes.SHARDS.at("terms.caps.shards", terms.caps.shards, expected=shards)


async def _other_parties(tx: Tx, known: Agreement, terms: Terms) -> bool:
    before = (await tx.agreement_terms.get(known.id, known.terms)).terms
    return before.lane != terms.lane or any(
        (old.genesis, old.channel, old.origin, old.programme)
        != (new.genesis, new.channel, new.origin, new.programme)
        for old, new in zip(before.parties, terms.parties, strict=True)
    )
