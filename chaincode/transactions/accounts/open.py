"""accounts:Open."""

from typing import Annotated, Final, Literal

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.accounts import NO_UNIT, Holder, opened_account
from tanhui.chaincode.rules.errors import accounts as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.accounts.units import require_unit_account
from tanhui.chaincode.transactions.fields import HexId, HexIdOrNone, OrganisationIdOrNone, Slug
from tanhui.chaincode.transactions.organisations.ties import ACCOUNT_KIND, put_tie
from tanhui.chaincode.transactions.points.operating import in_force, own_programme
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.accounts import AccountOpened

ACCOUNTS_MAX: Final = 1_000


class NewAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One account: sixteen random bytes as its id, and nothing that says whose it is.

    `organisation` is the unit's id and empty for a person; `unit` is the unit account a person belongs to.
    """

    account: HexId
    holder: Literal["person", "unit"]
    organisation: OrganisationIdOrNone = ""
    unit: HexIdOrNone = ""


class OpenOrder(Order, frozen=True, kw_only=True):
    """Accounts to open in one programme, all or none."""

    programme: Slug
    accounts: Annotated[tuple[NewAccount, ...], msgspec.Meta(min_length=1, max_length=ACCOUNTS_MAX)]


@transaction("accounts:Open", roles={Role.PLATFORM_OPERATOR})
async def open_accounts(tx: Tx, order: OpenOrder) -> tuple[AccountOpened, ...]:
    """Open accounts of persons and units. Ids must be new, also those of closed accounts are taken.

    A unit account may be opened before, in an earlier transaction, to have persons join it.
    """
    programme = await own_programme(tx, order.programme)
    await in_force(tx, programme)
    known = await tx.accounts.find_all(*[new.account for new in order.accounts], under=(programme.id,))
    seen: set[str] = set()
    effects: list[AccountOpened] = []
    for at, (new, already) in enumerate(zip(order.accounts, known, strict=True)):
        if already is not None or new.account in seen:
            raise codes.ALREADY_OPEN.at(f"accounts[{at}].account", new.account)
        seen.add(new.account)
        holder = Holder.UNIT if new.holder == "unit" else Holder.PERSON
        unit = NO_UNIT
        if new.unit:
            if holder is Holder.UNIT:
                raise codes.NOT_A_PERSON.at(f"accounts[{at}].account", new.account)
            unit = await require_unit_account(tx, programme.id, new.unit)
        account = opened_account(holder, new.organisation, unit, tx.day)
        tx.accounts.put(account, programme.id, new.account)
        if new.organisation:
            put_tie(tx.unit, new.organisation, ACCOUNT_KIND, f"{programme.id}/{new.account}")
        effects.append(
            AccountOpened(
                account=new.account,
                operator=programme.operator,
                holder=new.holder,
                organisation=new.organisation or None,
                programme=programme.id,
            )
        )
    return tuple(effects)
