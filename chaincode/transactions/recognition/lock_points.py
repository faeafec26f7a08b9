"""recognition:LockPoints."""

from hashlib import sha256
from typing import Annotated, NamedTuple

import msgspec

from tanhui.chaincode.contract.amounts import Amount, PositiveAmount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.accounts import Account, Holder
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.lots import Lot
from tanhui.chaincode.rules.recognition.judging import Part, require_allowed, require_lane, target_quantity
from tanhui.chaincode.rules.recognition.picking import pick
from tanhui.chaincode.rules.recognition.terms import AgreementId, Terms
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import HexId
from tanhui.chaincode.transactions.points.operating import lot_day, own_programme
from tanhui.chaincode.transactions.recognition.agreeing import terms_in_force
from tanhui.chaincode.transactions.recognition.binding import Accounts, require_same_person
from tanhui.chaincode.transactions.recognition.counting import Drawing, draw_caps
from tanhui.chaincode.transactions.recognition.halves import OutgoingTransfer, TransferPortion
from tanhui.chaincode.transactions.recognition.locking import deadline_of, put_locked, require_new
from tanhui.chaincode.transactions.recognition.record import TRANSFERS_MAX, NoteText, Shard, TransferId
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.transfers import PointsLocked, Portion


class PointsCrossing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Points of one account for the same person's account in the other region."""

    transfer: TransferId
    account: HexId
    target_account: HexId
    points: PositiveAmount
    binding: NoteText
    """The signed statement that both accounts are one person's (proofs/same_person.py)."""


class LockPointsOrder(Order, frozen=True, kw_only=True):
    """Transfers under one agreement, all or none; one proof carries them all. `shard` is of its caps."""

    agreement: AgreementId
    shard: Shard
    transfers: Annotated[tuple[PointsCrossing, ...], msgspec.Meta(min_length=1, max_length=TRANSFERS_MAX)]


class _Side(NamedTuple):
    """This side's part in the agreement."""

    terms: Terms
    digest: bytes
    own: int
    shard: int


@transaction("recognition:LockPoints", roles={Role.PLATFORM_OPERATOR})
async def lock_points(tx: Tx, order: LockPointsOrder) -> tuple[PointsLocked, ...]:
    """Take points out of accounts and hold them in flight until the other region mints or never will.

    Only points of recognised methodologies and vintages leave, earliest expiry first, from each lot a multiple
    of the ratio's denominator. Term, caps and the same-person rule are judged here once, by this timestamp.
    """
    agreement = await tx.agreements.get(order.agreement)
    terms = await terms_in_force(tx, agreement)
    require_lane(terms, "points")
    programme = await own_programme(tx, terms.parties[agreement.own].programme)
    await tx.load(
        *(tx.accounts.at(programme.id, one.account) for one in order.transfers),
        *(tx.transfers_out.at(order.agreement, one.transfer) for one in order.transfers),
    )
    await require_new(tx, order.agreement, [one.transfer for one in order.transfers])
    side = _Side(terms, bytes.fromhex(agreement.terms), agreement.own, order.shard)
    return tuple([await _lock(tx, side, one) for one in order.transfers])


async def _lock(tx: Tx, side: _Side, crossing: PointsCrossing) -> PointsLocked:
    terms, own = side.terms, side.own
    here, there = terms.parties[own].programme, terms.parties[1 - own].programme
    account = await tx.accounts.get(here, crossing.account)
    account.require_active("account", crossing.account)
    if account.holder is not Holder.PERSON:
        raise codes.NOT_A_PERSON.at("account", crossing.account)
    accounts = Accounts(here, crossing.account, there, crossing.target_account)
    person = require_same_person(crossing.binding, terms, side.digest, accounts, tx.day)
    portions = await _take(tx, side, account, crossing)
    parts = [Part(one.source, one.vintage, one.points) for one in portions]
    require_allowed(terms, own, parts, tx.day)
    await draw_caps(tx, terms, Drawing(own, side.shard, person.hex(), tx.seconds), crossing.points)
    record = OutgoingTransfer(
        id=crossing.transfer,
        agreement=terms.agreement,
        terms=side.digest.hex(),
        lane="points",
        status="locked",
        programme=here,
        holder=crossing.account,
        target_programme=there,
        receiver=crossing.target_account,
        portions=portions,
        parcels=(),
        quantity=crossing.points,
        counted=crossing.points,
        target_quantity=Amount(target_quantity(terms, own, crossing.points)),
        person=person.hex(),
        binding=crossing.binding,
        shard=side.shard,
        seconds=tx.seconds,
        deadline=deadline_of(terms, tx.seconds),
        transaction=tx.transaction_id,
        settled_seconds=0,
        settled_in="",
        closed_in="",
        closed_seconds=0,
    )
    put_locked(tx, record)
    return _effect(record, person, sha256(crossing.binding.encode()).digest())


async def _take(
    tx: Tx, side: _Side, account: Account, crossing: PointsCrossing
) -> tuple[TransferPortion, ...]:
    here = side.terms.parties[side.own].programme
    ids = tuple(dict.fromkeys(lot.issue for lot in account.lots))
    found = await tx.issues.find_all(*(one.hex() for one in ids), under=(here,))
    issues = {one: issue for one, issue in zip(ids, found, strict=True) if issue is not None}
    split = pick(account.lots, issues, (side.terms, side.own), crossing.points, tx.day)
    tx.accounts.put(msgspec.structs.replace(account, lots=split.stays), here, crossing.account)

    def portion(lot: Lot) -> TransferPortion:
        issue = issues[lot.issue]
        return TransferPortion(
            source=issue.source,
            vintage=issue.vintage,
            issue=lot.issue.hex(),
            expires=lot_day(lot),
            points=Amount(lot.points),
        )

    return tuple(portion(lot) for lot in split.taken)


def _effect(record: OutgoingTransfer, person: bytes, binding: bytes) -> PointsLocked:
    return PointsLocked(
        terms=bytes.fromhex(record.terms),
        agreement=record.agreement,
        transfer=record.id,
        programme=record.programme,
        account=record.holder,
        portions=tuple(
            Portion(one.source, one.vintage, one.issue, one.expires, int(one.points))
            for one in record.portions
        ),
        quantity=int(record.quantity),
        target_programme=record.target_programme,
        target_account=record.receiver,
        target_quantity=int(record.target_quantity),
        person=person,
        binding=binding,
        shard=record.shard,
        seconds=record.seconds,
        deadline=record.deadline,
    )
