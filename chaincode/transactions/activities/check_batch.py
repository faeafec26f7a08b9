"""activities:CheckBatch."""

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.activity_records import FIRST_REJECTION, record_struct
from tanhui.chaincode.rules.attestations import require_all, require_grounded, unpack
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import ACTIVITY_BATCH as MACHINE
from tanhui.chaincode.transactions.activities.attesting import (
    AttestOrder,
    put_attestation,
    require_uninvolved,
)
from tanhui.chaincode.transactions.points.operating import in_force
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.activities import EvidenceAttested


@transaction("activities:CheckBatch", roles={Role.VERIFIER})
async def check_batch(tx: Tx, order: AttestOrder) -> EvidenceAttested:
    """Attest the evidence of every record that waits: submitted becomes checked, by a verifier without a part in it.

    A record that is turned down stays with its reason and can be appealed; its slot stays claimed.
    """
    batch = await tx.activity_batches.get(order.programme, order.batch)
    MACHINE.require_move(batch.status, "checked")
    await require_uninvolved(tx, batch)
    operated = await in_force(tx, await tx.programmes.get(order.programme))
    blob = await tx.activity_records.get(order.programme, order.batch)
    rows = list(record_struct(batch.inputs).iter_unpack(blob))
    verdicts = unpack(order.verdicts)
    require_grounded(verdicts, [row[2] for row in rows], operated.scene(batch.scene).review)
    require_all(verdicts, [at for at, row in enumerate(rows) if row[-4] < FIRST_REJECTION])
    refused = tuple(one.position for one in verdicts if not one.accepted)
    checked = msgspec.structs.replace(
        batch,
        status="checked",
        refused=refused,
        grams=Amount(batch.grams - sum(rows[at][-2] for at in refused)),
    )
    tx.activity_batches.put(checked, order.programme, order.batch)
    return put_attestation(tx, order, "review", 0, verdicts)
