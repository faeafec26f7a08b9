"""What a review and a sample have in common: the order, who may attest, and the attestation's record."""

from typing import Annotated, Literal

import msgspec

from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.attestations import VERDICT_BYTES, VERDICTS_BYTES_MAX, Verdict
from tanhui.chaincode.rules.errors import activities as codes
from tanhui.chaincode.transactions.activities.record import ActivityBatch, Attestation, place_key
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs import merkle
from tanhui.proofs.effects.activities import EvidenceAttested


class AttestOrder(Order, frozen=True, kw_only=True):
    """Verdicts on records of a batch, by one version of one model."""

    programme: Slug
    batch: Slug
    model: Slug
    model_version: Slug
    verdicts: Annotated[bytes, msgspec.Meta(min_length=1, max_length=VERDICTS_BYTES_MAX)]
    """Base64, packed, see rules/attestations.py."""


async def require_uninvolved(tx: Tx, batch: ActivityBatch) -> None:
    """Refuse a verifier that operates the programme, or owns the source that measured.

    Raises:
        Refusal: activities.verifier_involved.
    """
    programme = await tx.programmes.get(batch.programme)
    source = await tx.data_sources.get(batch.source)
    if tx.caller.organisation in (programme.operator, source.organisation):
        raise codes.VERIFIER_INVOLVED.at("batch", tx.caller.organisation)


def put_attestation(
    tx: Tx, order: AttestOrder, kind: Literal["review", "sample"], number: int, verdicts: list[Verdict]
) -> EvidenceAttested:
    """Write the attestation as the batch's `number`-th; the review is the first."""
    made = Attestation(
        kind=kind,
        verifier=tx.caller.organisation,
        model=order.model,
        model_version=order.model_version,
        day=tx.day,
        verdicts=order.verdicts,
    )
    tx.activity_attestations.put(made, order.programme, order.batch, place_key(number))
    return EvidenceAttested(
        batch=order.batch,
        programme=order.programme,
        purpose=kind,
        verifier=made.verifier,
        model=order.model,
        model_version=order.model_version,
        count=len(verdicts),
        refused=sum(not one.accepted for one in verdicts),
        verdicts_root=merkle.packed_root(order.verdicts, VERDICT_BYTES),
    )
