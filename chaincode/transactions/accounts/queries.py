"""accounts:Get, accounts:List, accounts:History: read by any member of the channel."""

import msgspec

from tanhui.chaincode.contract import codes as contract_codes
from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.contract.refusal import Refusal
from tanhui.chaincode.rules.accounts import NO_UNIT, Account
from tanhui.chaincode.rules.days import Day, day_text
from tanhui.chaincode.rules.lots import available, total
from tanhui.chaincode.transactions.accounts.record import ACCOUNT
from tanhui.chaincode.transactions.fields import HexId, Slug
from tanhui.chaincode.transactions.tx import Tx


class AccountQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One account of a programme."""

    programme: Slug
    account: HexId


class AccountsQuery(PageOrder, frozen=True, kw_only=True):
    """The accounts of one programme."""

    programme: Slug


class HistoryQuery(PageOrder, frozen=True, kw_only=True):
    """The versions of one account; the bookmark counts how many came before."""

    programme: Slug
    account: HexId


class LotView(msgspec.Struct, frozen=True):
    """A lot: its issue (programmes:Issues), last day, and points."""

    issue: str
    expires: str
    points: Amount


class AccountView(msgspec.Struct, frozen=True):
    """An account as of the query's timestamp."""

    account: str
    programme: str
    state: str
    holder: str
    organisation: str
    unit: str
    opened: str
    points: Amount
    """All lots, expired ones included."""
    available: Amount
    """What can be spent on the day of the query."""
    debt: Amount
    lots: tuple[LotView, ...]


class AccountVersion(msgspec.Struct, frozen=True):
    """An account after one transaction."""

    transaction: str
    seconds: int
    state: str
    points: Amount
    debt: Amount


@query("accounts:Get")
async def get(tx: Tx, order: AccountQuery) -> AccountView:
    """One account with its lots, earliest expiry first."""
    account = await tx.accounts.get(order.programme, order.account)
    return _view(order.programme, order.account, account, tx.day)


@query("accounts:List")
async def list_all(tx: Tx, order: AccountsQuery) -> Page[AccountView]:
    """The accounts of a programme with their lots, in the order of their ids: what supply is summed from."""
    page = await tx.accounts.page_with_ids(order, order.programme)
    views = tuple(_view(order.programme, ids[1], account, tx.day) for ids, account in page.items)
    return Page(views, page.bookmark)


@query("accounts:History")
async def history(tx: Tx, order: HistoryQuery) -> Page[AccountVersion]:
    """What each transaction left of an account, newest first."""
    start = int(order.bookmark) if order.bookmark.isdecimal() else 0
    if order.bookmark and order.bookmark != str(start):
        raise Refusal(contract_codes.BOOKMARK, "bookmark", order.bookmark)
    versions = await tx.stub.get_history(tx.accounts.at(order.programme, order.account))
    end = start + order.page_size
    found: list[AccountVersion] = []
    for version in versions[start:end]:
        account = ACCOUNT.codec.decode(version.value)
        found.append(
            AccountVersion(
                version.transaction_id,
                version.timestamp.seconds,
                account.state.label,
                Amount(total(account.lots)),
                Amount(account.debt),
            )
        )
    return Page(tuple(found), str(end) if end < len(versions) else "")


def _view(programme: str, account_id: str, account: Account, today: Day) -> AccountView:
    return AccountView(
        account=account_id,
        programme=programme,
        state=account.state.label,
        holder=account.holder.name.lower(),
        organisation=account.organisation,
        unit="" if account.unit == NO_UNIT else account.unit.hex(),
        opened=day_text(account.opened),
        points=Amount(total(account.lots)),
        available=Amount(available(account.lots, today)),
        debt=Amount(account.debt),
        lots=tuple(
            LotView(lot.issue.hex(), day_text(lot.expires), Amount(lot.points)) for lot in account.lots
        ),
    )
