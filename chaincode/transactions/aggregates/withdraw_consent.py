"""aggregates:WithdrawConsent."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.aggregates import accounts_in
from tanhui.chaincode.rules.errors import aggregates as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.aggregates.consenting import ConsentOrder, consents_effect
from tanhui.chaincode.transactions.points.operating import own_programme
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.aggregates import ConsentsChanged


@transaction("aggregates:WithdrawConsent", roles={Role.PLATFORM_OPERATOR})
async def withdraw_consent(tx: Tx, order: ConsentOrder) -> ConsentsChanged:
    """End consents: what is not assigned yet is extinguished. What was assigned stays assigned."""
    await own_programme(tx, order.programme)
    accounts = [one.hex() for one in accounts_in(order.accounts)]
    known = await tx.consents.find_all(*accounts, under=(order.programme,))
    for account, before in zip(accounts, known, strict=True):
        if before is None:
            raise codes.NOT_CONSENTED.at("accounts", account)
        tx.consents.delete(order.programme, account)
    return consents_effect(tx, order, "withdrawn")
