"""activities:SampleBatch, by two persons of a verifier."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.activity_records import record_struct
from tanhui.chaincode.rules.attestations import require_grounded, unpack
from tanhui.chaincode.rules.errors import activities as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import ACTIVITY_BATCH as MACHINE
from tanhui.chaincode.transactions.activities.attesting import (
    AttestOrder,
    put_attestation,
    require_uninvolved,
)
from tanhui.chaincode.transactions.activities.record import place_key
from tanhui.chaincode.transactions.activities.reverse_batch import reverse_positions
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.activities import ActivitiesReversed, EvidenceAttested
from tanhui.proofs.effects.aggregates import AssignmentReduced

SAMPLE_REASON = "sample"


class SampleBatchOrder(AttestOrder, frozen=True, kw_only=True):
    """Verdicts on some records, as the batch's `number`-th sample."""

    number: Annotated[int, msgspec.Meta(ge=1, le=999)]


@transaction("activities:SampleBatch", roles={Role.VERIFIER}, persons=2)
async def sample_batch(
    tx: Tx, order: SampleBatchOrder
) -> tuple[EvidenceAttested | ActivitiesReversed | AssignmentReduced, ...]:
    """Look again at records that were credited, devices' included; those that fail are reversed at once."""
    batch = await tx.activity_batches.get(order.programme, order.batch)
    MACHINE.require_in(batch.status, "credited")
    await require_uninvolved(tx, batch)
    if await tx.activity_attestations.find(order.programme, order.batch, place_key(order.number)) is not None:
        raise codes.SAMPLE_EXISTS.at("number", order.number)
    blob = await tx.activity_records.get(order.programme, order.batch)
    verdicts = unpack(order.verdicts)
    require_grounded(verdicts, [row[2] for row in record_struct(batch.inputs).iter_unpack(blob)], 0)
    attested = put_attestation(tx, order, "sample", order.number, verdicts)
    failed = tuple(one.position for one in verdicts if not one.accepted)
    if not failed:
        return (attested,)
    return attested, *await reverse_positions(tx, batch, failed, f"{SAMPLE_REASON} {order.number}")
