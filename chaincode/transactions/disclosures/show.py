"""disclosures:Show."""

from datetime import date

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.accounts import Holder
from tanhui.chaincode.rules.days import from_date
from tanhui.chaincode.rules.disclosures import require_period, require_until
from tanhui.chaincode.rules.errors import accounts as account_codes
from tanhui.chaincode.rules.errors import disclosures as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.disclosures.record import Disclosure
from tanhui.chaincode.transactions.fields import HexHash, HexId, OrganisationId, Slug
from tanhui.chaincode.transactions.points.operating import own_programme
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.disclosures import DisclosureChanged


class ShowTotalOrder(Order, frozen=True, kw_only=True):
    """Whose total of which period is shown to which bank, with what consent, until when."""

    disclosure: Slug
    programme: Slug
    account: HexId
    bank: OrganisationId
    first_day: date
    last_day: date
    until: date
    consent: HexHash
    commitment: HexHash


@transaction("disclosures:Show", roles={Role.PLATFORM_OPERATOR})
async def show(tx: Tx, order: ShowTotalOrder) -> DisclosureChanged:
    """Commit to a person's total for one bank, as the operator whom the person gave consent to.

    The opening goes to the bank off the ledger; nobody else learns the total from the ledger.
    """
    programme = await own_programme(tx, order.programme)
    account = await tx.accounts.get(programme.id, order.account)
    account.require_active("account", order.account)
    if account.holder is not Holder.PERSON:
        raise account_codes.NOT_A_PERSON.at("account", order.account)
    bank = await tx.organisations.get(order.bank)
    if bank.status != "active" or Role.LIENHOLDER not in bank.roles:
        raise codes.BANK.at("bank", bank.id, status=bank.status, roles=",".join(bank.roles))
    require_period(from_date(order.first_day), from_date(order.last_day), tx.day)
    require_until(from_date(order.until), tx.day)
    if await tx.disclosures.find(order.disclosure) is not None:
        raise codes.EXISTS.at("disclosure", order.disclosure)
    fields = msgspec.structs.asdict(order)
    del fields["request_id"]
    return put_disclosure(tx, Disclosure(id=fields.pop("disclosure"), **fields, status="shown"))


def put_disclosure(tx: Tx, disclosure: Disclosure) -> DisclosureChanged:
    """Write the disclosure as it is."""
    tx.disclosures.put(disclosure, disclosure.id)
    return DisclosureChanged(
        disclosure=disclosure.id,
        programme=disclosure.programme,
        account=disclosure.account,
        bank=disclosure.bank,
        until=disclosure.until.isoformat(),
        status=disclosure.status,
        consent=bytes.fromhex(disclosure.consent),
        commitment=bytes.fromhex(disclosure.commitment),
    )
