"""activities:CreditBatch."""

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.activity_records import FIRST_REJECTION, record_struct
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import ACTIVITY_BATCH as MACHINE
from tanhui.chaincode.transactions.activities.paying import pay
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.points.issue import Tranche
from tanhui.chaincode.transactions.points.operating import operated
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.activities import ActivitiesCredited, ActivitiesRejected


class CreditBatchOrder(Order, frozen=True, kw_only=True):
    """A checked batch, and the tranche of the year's budget that pays it."""

    programme: Slug
    batch: Slug
    tranche: Tranche


@transaction("activities:CreditBatch", roles={Role.PLATFORM_OPERATOR})
async def credit_batch(tx: Tx, order: CreditBatchOrder) -> ActivitiesCredited | ActivitiesRejected:
    """Credit what the review let stand, as it was computed at submission; a batch without any is rejected.

    Records of accounts that are frozen or closed by now are turned down, and can be appealed like others.
    """
    programme = await operated(tx, order.programme)
    batch = await tx.activity_batches.get(order.programme, order.batch)
    MACHINE.require_in(batch.status, "checked")
    blob = await tx.activity_records.get(order.programme, order.batch)
    refused = set(batch.refused)
    standing = {
        at: row
        for at, row in enumerate(record_struct(batch.inputs).iter_unpack(blob))
        if row[-4] < FIRST_REJECTION and at not in refused
    }
    owed: dict[bytes, int] = {}
    for row in standing.values():
        owed[row[0]] = owed.get(row[0], 0) + row[-3]
    paid = await pay(tx, programme, batch, order.tranche, owed)
    refused |= {at for at, row in standing.items() if row[0] in paid.inactive}
    credited = [row for at, row in standing.items() if at not in refused]
    grams = sum(row[-2] for row in credited)
    changed = msgspec.structs.replace(
        batch,
        status="credited" if credited else "rejected",
        refused=tuple(sorted(refused)),
        points=Amount(paid.points),
        grams=Amount(grams),
    )
    tx.activity_batches.put(changed, order.programme, order.batch)
    if not credited:
        return ActivitiesRejected(batch=batch.id, programme=batch.programme, count=batch.count)
    return ActivitiesCredited(
        batch=batch.id,
        programme=batch.programme,
        programme_version=programme.programme.in_force,
        issue=batch.issue,
        count=len(credited),
        reduction_g=grams,
        points=paid.points,
        debt_repaid=paid.repaid,
        expires=paid.expires,
    )
