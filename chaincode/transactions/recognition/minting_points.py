"""Minting the other region's points in the same person's account."""

from hashlib import sha256

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.rules.accounts import Holder
from tanhui.chaincode.rules.days import day_of, parse_day
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.issues import Issue
from tanhui.chaincode.rules.lots import Lot, receive
from tanhui.chaincode.rules.recognition.judging import Part, target_quantity
from tanhui.chaincode.transactions.points.operating import Operated, effect_lots, in_force
from tanhui.chaincode.transactions.recognition.binding import Accounts, require_same_person
from tanhui.chaincode.transactions.recognition.halves import TransferPortion
from tanhui.chaincode.transactions.recognition.minting import Arriving, MintItem, judge, put_incoming
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.transfers import PointsLocked, PointsMinted, Portion


async def mint_points(tx: Tx, coming: Arriving, locked: PointsLocked, item: MintItem) -> PointsMinted:
    """Credit the account that the lock names, lot by lot, each with its vintage and expiry.

    A lot expires on the source's day, or by this programme's rule when that is sooner. Everything that the lock
    states is computed again here.
    """
    account_id = locked.target_account
    here = _programme(coming, locked)
    programme = await in_force(tx, await tx.programmes.get(here))
    account = await tx.accounts.get(here, account_id)
    account.require_active("account", account_id)
    if account.holder is not Holder.PERSON:
        raise codes.NOT_A_PERSON.at("account", account_id)
    person = _person(coming, locked, item)
    parts = [Part(one.source, one.vintage, one.points) for one in locked.portions]
    counted = await judge(tx, coming, parts, person.hex())
    lots = tuple(_lot(tx, coming, locked, programme, one) for one in locked.portions)
    target = sum(lot.points for lot in lots)
    _require_equal(locked, "target_quantity", locked.target_quantity, target)
    received = receive(account.lots, lots, account.debt)
    tx.accounts.put(
        msgspec.structs.replace(account, lots=received.lots, debt=received.debt), here, account_id
    )
    put_incoming(
        tx,
        coming,
        status="minted",
        receiver=account_id,
        programme=here,
        portions=tuple(_portion(one) for one in locked.portions),
        counted=counted,
        target_quantity=target,
        person=person.hex(),
    )
    return PointsMinted(
        terms=locked.terms,
        agreement=locked.agreement,
        transfer=locked.transfer,
        programme=here,
        account=account_id,
        lots=effect_lots(lots),
        quantity=locked.quantity,
        target_quantity=target,
        debt_repaid=received.repaid,
        seconds=tx.seconds,
    )


def _programme(coming: Arriving, locked: PointsLocked) -> str:
    """The programme here, when the lock names both as the terms do."""
    own = coming.agreement.own
    here, there = coming.terms.parties[own].programme, coming.terms.parties[1 - own].programme
    _require_equal(locked, "programme", locked.programme, there)
    _require_equal(locked, "target_programme", locked.target_programme, here)
    return here


def _person(coming: Arriving, locked: PointsLocked, item: MintItem) -> bytes:
    """The person, by the statement itself: the source's word for it is not enough."""
    accounts = Accounts(locked.programme, locked.account, locked.target_programme, locked.target_account)
    _require_equal(locked, "binding", locked.binding.hex(), sha256(item.binding.encode()).hexdigest())
    person = require_same_person(item.binding, coming.terms, locked.terms, accounts, day_of(locked.seconds))
    _require_equal(locked, "person", locked.person.hex(), person.hex())
    return person


def _lot(tx: Tx, coming: Arriving, locked: PointsLocked, programme: Operated, portion: Portion) -> Lot:
    """The lot that a portion becomes, and its issue."""
    source = f"recognised:{coming.agreement.id}:{portion.source}"
    issue = Issue(programme.programme.id, programme.programme.in_force, source, portion.vintage)
    tx.issues.put(issue, programme.programme.id, issue.id.hex())
    points = target_quantity(coming.terms, coming.source, portion.points)
    own_rule = programme.rules.expiry.last_day(day_of(locked.seconds))
    return Lot(min(parse_day(portion.expires, "expires"), own_rule), issue.id, points)


def _portion(one: Portion) -> TransferPortion:
    return TransferPortion(
        source=one.source,
        vintage=one.vintage,
        issue=one.issue,
        expires=one.expires,
        points=Amount(one.points),
    )


def _require_equal(locked: PointsLocked, field: str, found: object, expected: object) -> None:
    if found != expected:
        raise codes.DIFFERS.at(field, found, transfer=locked.transfer, expected=expected)
