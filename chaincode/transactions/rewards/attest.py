"""rewards:Attest."""

from datetime import date

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.points.orders import AccountOrder
from tanhui.chaincode.transactions.rewards.record import Attribute
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.rewards import AttributeAttested


class AttestAttributeOrder(AccountOrder, frozen=True, kw_only=True):
    """What the account is, and until when; a day in the past takes it back."""

    attribute: Slug
    until: date


@transaction("rewards:Attest", roles={Role.DATA_SOURCE, Role.IDENTITY_AUTHORITY, Role.PLATFORM_OPERATOR})
async def attest(tx: Tx, order: AttestAttributeOrder) -> AttributeAttested:
    """Vouch that an account fulfils a condition, for example that its holder drives a new-energy vehicle.

    It counts for rewards whose terms name this attester and nobody else. The attribute is one word about a
    pseudonym; what it rests on stays with the attester.
    """
    await tx.accounts.get(order.programme, order.account)
    tx.attributes.put(
        Attribute(until=order.until), order.programme, order.account, order.attribute, tx.caller.organisation
    )
    return AttributeAttested(
        programme=order.programme,
        account=order.account,
        attribute=order.attribute,
        attester=tx.caller.organisation,
        until=order.until.isoformat(),
    )
