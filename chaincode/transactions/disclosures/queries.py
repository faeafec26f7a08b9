"""disclosures:Get and disclosures:Confirm."""

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.rules.days import from_date
from tanhui.chaincode.rules.disclosures import require_open, total_text
from tanhui.chaincode.rules.errors import disclosures as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import DISCLOSURE as MACHINE
from tanhui.chaincode.transactions.disclosures.record import Disclosure
from tanhui.chaincode.transactions.fields import HexHash, Slug
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects import commit


class DisclosureQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One disclosure by its id."""

    disclosure: Slug


class ConfirmQuery(DisclosureQuery, frozen=True, kw_only=True):
    """The opening that the bank was given: the salt, and the total under it."""

    salt: HexHash
    grams: Amount
    points: Amount


class Confirmed(msgspec.Struct, frozen=True, kw_only=True):
    """A total that the ledger vouches for: it was committed to with consent, and may still be looked at."""

    disclosure: str
    account: str
    grams: Amount
    points: Amount
    first_day: str
    last_day: str
    until: str


@query("disclosures:Get")
async def get(tx: Tx, order: DisclosureQuery) -> Disclosure:
    """One disclosure. The total is not in it."""
    return await tx.disclosures.get(order.disclosure)


@query("disclosures:Confirm", roles={Role.LIENHOLDER})
async def confirm(tx: Tx, order: ConfirmQuery) -> Confirmed:
    """Whether a total is what was shown to the caller's bank, until the disclosure ends or is revoked.

    Raises:
        Refusal: organisations.not_own, states.required, disclosures.expired, disclosures.opening.
    """
    disclosure = await tx.disclosures.get(order.disclosure)
    tx.require_own(disclosure.bank, "disclosure")
    MACHINE.require_in(disclosure.status, "shown")
    require_open(from_date(disclosure.until), tx.day)
    first_day, last_day = from_date(disclosure.first_day), from_date(disclosure.last_day)
    text = total_text(order.grams, order.points, first_day, last_day)
    if commit(bytes.fromhex(order.salt), text).hex() != disclosure.commitment:
        raise codes.OPENING.at("disclosure", disclosure.id)
    return Confirmed(
        disclosure=disclosure.id,
        account=disclosure.account,
        grams=order.grams,
        points=order.points,
        first_day=disclosure.first_day.isoformat(),
        last_day=disclosure.last_day.isoformat(),
        until=disclosure.until.isoformat(),
    )
