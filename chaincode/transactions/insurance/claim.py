"""insurance:Claim."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.days import from_date
from tanhui.chaincode.rules.insurance import bounds, claimable, require_covered_day, shared
from tanhui.chaincode.rules.names import ID_LENGTH_MAX
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES
from tanhui.chaincode.transactions.credits.record import Span
from tanhui.chaincode.transactions.fields import HexHash, Slug
from tanhui.chaincode.transactions.insurance.policy import PolicyOrder, put_policy, require_party
from tanhui.chaincode.transactions.recalls.dues import due_of
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.insurance import PolicyChanged


class ClaimPolicyOrder(PolicyOrder, frozen=True, kw_only=True):
    """Which recall took covered units: under a retirement of the insured, or (empty) as units it held."""

    recall: Slug
    retirement: Annotated[
        str, msgspec.Meta(pattern=r"^([a-z0-9][a-z0-9._-]*)?$(?!\n)", max_length=ID_LENGTH_MAX)
    ] = ""
    evidence: HexHash


@transaction("insurance:Claim", roles=HOLDING_ROLES)
async def claim(tx: Tx, order: ClaimPolicyOrder) -> PolicyChanged:
    """Claim covered serials that a recall took from the insured, as far as nobody has replaced them yet.

    The recall was announced while the cover ran. How much is claimed follows from ledger and policy.
    """
    policy = await tx.policies.get(order.policy)
    require_party(tx, policy.insured)
    recall = await tx.recalls.get(order.recall)
    announced = from_date(recall.announced)
    require_covered_day(announced, from_date(policy.first_day), from_date(policy.last_day))
    due = await due_of(tx, recall.id, policy.insured, order.retirement)
    sets = [
        bounds(_parts(policy.spans), recall.batch),
        tuple((int(one.first), int(one.last)) for one in recall.scope),
    ]
    if order.retirement:
        retirement = await tx.retirements.get(order.retirement)
        sets.append(bounds(_parts(retirement.spans), recall.batch))
    claimed = claimable(shared(*sets), due.recalled - due.replaced)
    return put_policy(
        tx,
        msgspec.structs.replace(
            policy, recall=recall.id, retirement=order.retirement, claimed=Amount(claimed)
        ),
        "claimed",
        order.evidence,
    )


def _parts(spans: tuple[Span, ...]) -> list[tuple[str, int, int]]:
    return [(one.batch, one.first, one.last) for one in spans]
