"""aggregates:Consent."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.aggregates import accounts_in
from tanhui.chaincode.rules.errors import aggregates as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.aggregates.consenting import ConsentOrder, consents_effect
from tanhui.chaincode.transactions.aggregates.record import Consent
from tanhui.chaincode.transactions.points.operating import own_programme
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.aggregates import ConsentsChanged


@transaction("aggregates:Consent", roles={Role.PLATFORM_OPERATOR})
async def consent(tx: Tx, order: ConsentOrder) -> ConsentsChanged:
    """Record that holders assign their reductions from today on to the platform's aggregate.

    Without it every gram is extinguished when it is credited. Points are the same either way.
    """
    await own_programme(tx, order.programme)
    accounts = [one.hex() for one in accounts_in(order.accounts)]
    await tx.accounts.get_all(*accounts, under=(order.programme,))
    known = await tx.consents.find_all(*accounts, under=(order.programme,))
    given = Consent(since=tx.day, evidence=order.evidence)
    for account, before in zip(accounts, known, strict=True):
        if before is not None:
            raise codes.CONSENTED.at("accounts", account)
        tx.consents.put(given, order.programme, account)
    return consents_effect(tx, order, "given")
