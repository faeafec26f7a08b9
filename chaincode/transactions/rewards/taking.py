"""How units of stock go to an account: what redeeming, donating and winning have in common."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, NamedTuple

import msgspec

from tanhui.chaincode.rules.accounts import Account, State
from tanhui.chaincode.rules.days import Day, from_date, to_date, year_of
from tanhui.chaincode.rules.errors import rewards as codes
from tanhui.chaincode.rules.lots import Lots, receive, spend
from tanhui.chaincode.rules.rewards import Number
from tanhui.chaincode.rules.states import REWARD as MACHINE
from tanhui.chaincode.transactions.fields import HexHash, Slug
from tanhui.chaincode.transactions.points.orders import AccountOrder
from tanhui.chaincode.transactions.rewards.record import (
    UNITS_MAX,
    Reward,
    RewardTaking,
    Voucher,
    kept,
    number_key,
)
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.rewards import RewardTaken, Unit


class NewVoucher(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A free number of this year's stock, and what the voucher's secret is committed to."""

    number: Number
    commitment: HexHash


NewVouchers = Annotated[tuple[NewVoucher, ...], msgspec.Meta(min_length=1, max_length=UNITS_MAX)]


class TakeOrder(AccountOrder, frozen=True, kw_only=True):
    """A reward of the programme `catalogue` for an account of `programme`; mostly the same programme."""

    catalogue: Slug
    reward: Slug


class OnSale(NamedTuple):
    """A reward that an account of some programme may take, and its price in that programme's points."""

    reward: Reward
    price: int


class Paid(NamedTuple):
    """An account after it paid, and for each unit what was burnt."""

    account: Account
    burnt: tuple[Lots, ...]


async def on_sale(tx: Tx, catalogue: str, reward_id: str, programme: str) -> OnSale:
    """The reward with its price in this programme.

    Raises:
        Refusal: contract.record_absent, states.required, rewards.not_shared, rewards.ended.
    """
    reward = await tx.rewards.get(catalogue, reward_id)
    MACHINE.require_in(reward.status, "on_sale")
    reward.terms.require_time(tx.day)
    if catalogue == programme:
        return OnSale(reward, reward.terms.price)
    share = await tx.reward_shares.find(catalogue, reward_id, programme)
    if share is None or share.status != "on_sale":
        raise codes.NOT_SHARED.at("reward", reward_id, programme=programme)
    return OnSale(reward, share.price)


async def require_eligible(tx: Tx, reward: Reward, order: AccountOrder, account: Account) -> None:
    """Refuse an account that is not of the right holder or lacks an attested condition.

    Raises:
        Refusal: rewards.holder, rewards.not_eligible.
    """
    reward.terms.require_holder(account.holder)
    for one in reward.terms.conditions:
        found = await tx.attributes.find(order.programme, order.account, one.attribute, one.attester)
        if found is None or from_date(found.until) < tx.day:
            raise codes.NOT_ELIGIBLE.at("account", one.attribute, attester=one.attester)


def pay(account: Account, price: int, units: int, today: Day) -> Paid:
    """Burn the price of each unit, earliest expiry first.

    Raises:
        Refusal: points.insufficient.
    """
    spend(account.lots, price * units, today)
    burnt = []
    for _ in range(units):
        split = spend(account.lots, price, today)
        account = msgspec.structs.replace(account, lots=split.stays)
        burnt.append(split.taken)
    return Paid(account, tuple(burnt))


async def take(
    tx: Tx,
    reward: Reward,
    order: TakeOrder,
    units: Sequence[NewVoucher],
    burnt: Sequence[Lots],
    *,
    draw: str = "",
) -> RewardTaken:
    """Write a voucher under each number, and what the account has taken this year.

    Raises:
        Refusal: rewards.out_of_stock, rewards.number_taken, rewards.account_limit.
    """
    year = year_of(tx.day)
    stock = (order.catalogue, order.reward, str(year))
    until = _last_day(tx, reward)
    seen: set[int] = set()
    await tx.load(*(tx.vouchers.at(*stock, number_key(unit.number)) for unit in units))
    for unit, lots in zip(units, burnt, strict=True):
        reward.terms.require_in_stock(unit.number, year)
        known = await tx.vouchers.find(*stock, number_key(unit.number))
        if known is not None or unit.number in seen:
            raise codes.NUMBER_TAKEN.at("number", unit.number, year=year)
        seen.add(unit.number)
        voucher = Voucher(
            programme=order.programme,
            account=order.account,
            commitment=unit.commitment,
            until=until,
            regions=reward.terms.regions,
            lots=kept(lots),
            draw=draw,
            status="taken" if unit.commitment else "donated",
        )
        tx.vouchers.put(voucher, *stock, number_key(unit.number))
    if not draw:
        await _count(tx, reward, order, len(units), stock)
    return RewardTaken(
        catalogue=order.catalogue,
        reward=order.reward,
        programme=order.programme,
        account=order.account,
        year=str(year),
        units=tuple(
            Unit(unit.number, bytes.fromhex(unit.commitment) if unit.commitment else None) for unit in units
        ),
        until=until.isoformat(),
        draw=draw or None,
    )


def give_back(account: Account, lots: Lots) -> tuple[Account, int]:
    """The account with lots that it had paid, and how much of them repaid debt. A closed account gets nothing.

    Raises:
        Refusal: accounts.state, points.lots_full, points.balance_limit.
    """
    account.require_state(State.ACTIVE, State.FROZEN_BY_OPERATOR, State.FROZEN_BY_REGULATOR)
    received = receive(account.lots, lots, account.debt)
    back = msgspec.structs.replace(account, lots=received.lots, debt=received.debt)
    return back, received.repaid


async def _count(tx: Tx, reward: Reward, order: TakeOrder, units: int, stock: tuple[str, str, str]) -> None:
    if not reward.terms.per_account:
        return
    ids = (*stock, order.programme, order.account)
    known = await tx.reward_takings.find(*ids)
    taken = reward.terms.taken_with(known.units if known is not None else 0, units)
    tx.reward_takings.put(RewardTaking(units=taken), *ids)


def _last_day(tx: Tx, reward: Reward) -> date:
    return to_date(Day(tx.day + reward.terms.valid_days))
