"""opening:ImportBatch."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from tanhui.chaincode.contract.amounts import Amount, PositiveAmount
from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.accounting import Entry
from tanhui.chaincode.rules.errors import credits as credit_codes
from tanhui.chaincode.rules.opening import PartNumber, require_whole
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.serials import Range, RangeState, Serial
from tanhui.chaincode.transactions.credits.ledger import as_effect, enter_range, require_receiver
from tanhui.chaincode.transactions.credits.record import Batch
from tanhui.chaincode.transactions.fields import OrganisationId, Slug
from tanhui.chaincode.transactions.methodologies.record import Version
from tanhui.chaincode.transactions.opening.importing import open_manifest, put_part
from tanhui.chaincode.transactions.opening.record import FormerSerials, ImportedPart
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.opening import BatchImported, ImportedRange

RANGES_MAX = 1_000
FormerId = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]*$(?!\n)", max_length=48)]


class FormerRange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Serials first..last, counted from 1 in their batch: whose they were at the cut-off, in which state."""

    first: Serial
    last: Serial
    holder: OrganisationId
    state: Literal["active", "retired", "cancelled"]


class FormerBatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A batch as the former registry lists it; the hash of its canonical JSON stands in the manifest."""

    batch: FormerId
    first_serial: Amount
    """What the former registry calls serial 1 of this batch."""
    project: Slug
    methodology: Slug
    version: Version
    vintage: Annotated[int, msgspec.Meta(ge=1990, le=9999)]
    first_day: date
    last_day: date
    owner: OrganisationId
    quantity: PositiveAmount
    ranges: Annotated[tuple[FormerRange, ...], msgspec.Meta(min_length=1, max_length=RANGES_MAX)]


class ImportBatchOrder(Order, frozen=True, kw_only=True):
    """One batch, exactly as the manifest's hash has it."""

    registry: Slug
    part: PartNumber
    content: FormerBatch


@transaction("opening:ImportBatch", roles={Role.REGULATOR})
async def import_batch(tx: Tx, order: ImportBatchOrder) -> BatchImported:
    """Bring a former registry's batch here, once: every serial, with holder and state as of the cut-off.

    What had ended there comes as ended, so that the batch is whole; its certificates are the former registry's.
    """
    content = order.content
    await open_manifest(tx, order.registry, "batch", order.part, canonical_json(content))
    batch_id = f"opening-{order.registry}-{content.batch}"
    if await tx.batches.find(batch_id) is not None:
        raise credit_codes.BATCH_EXISTS.at("batch", batch_id)
    ranges = [
        Range(
            batch=batch_id,
            first=one.first,
            last=one.last,
            holder=one.holder,
            state=RangeState(one.state),
        )
        for one in content.ranges
    ]
    require_whole(ranges, batch_id, content.quantity)
    for holder in dict.fromkeys(one.holder for one in ranges if one.state is RangeState.ACTIVE):
        await require_receiver(tx, holder)
    for one in ranges:
        await tx.organisations.get(one.holder)
        enter_range(tx, one, Entry.OPENING)
    tx.batches.put(_batch(batch_id, content), batch_id)
    former = FormerSerials(registry=order.registry, batch=content.batch, first=content.first_serial)
    tx.former_serials.put(former, batch_id)
    part = ImportedPart(
        kind="batch",
        number=order.part,
        count=len(ranges),
        quantity=Amount(content.quantity),
        batch=batch_id,
    )
    put_part(tx, order.registry, part)
    return BatchImported(
        registry=order.registry,
        part=order.part,
        batch=batch_id,
        project=content.project,
        methodology=f"{content.methodology}@{content.version}",
        vintage=str(content.vintage),
        first_serial=int(content.first_serial),
        ranges=tuple(
            ImportedRange(holder=one.holder, state=one.state, range=part)
            for one, part in zip(content.ranges, as_effect(ranges), strict=True)
        ),
        quantity_kg=int(content.quantity),
    )


def _batch(batch_id: str, content: FormerBatch) -> Batch:
    return Batch(
        id=batch_id,
        project=content.project,
        period=0,
        methodology=content.methodology,
        version=content.version,
        vintage=content.vintage,
        first_day=content.first_day,
        last_day=content.last_day,
        requested=Amount(content.quantity),
        quantity=Amount(content.quantity),
        buffer=Amount(0),
        owner=content.owner,
    )
