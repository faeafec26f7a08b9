"""What an organisation is still part of: an index that the repositories keep beside the records themselves.

One small key under each organisation, for every open offer, trade, listing, intent, pledge, trust, policy,
project, programme, energy contract and unit account that names it. So whether it can close, and what a merger has
to move, is one range of keys, and no list that everybody writes to.
"""

from collections.abc import Callable
from typing import Final, Generic, TypeVar

import msgspec

from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import HasUnit, KeyType, Repository, Stored
from tanhui.chaincode.contract.unit import UnitOfWork
from tanhui.chaincode.transactions.credits.record import Offer
from tanhui.chaincode.transactions.energy_contracts.record import EnergyContract
from tanhui.chaincode.transactions.insurance.record import Policy
from tanhui.chaincode.transactions.market.record import Intent, Listing, Trade
from tanhui.chaincode.transactions.pledges.record import Pledge
from tanhui.chaincode.transactions.programmes.record import Programme
from tanhui.chaincode.transactions.projects.record import Project
from tanhui.chaincode.transactions.trusts.record import Trust

RecordT = TypeVar("RecordT")

ACCOUNT_KIND: Final = "account"
"""Unit accounts: they are written by the thousand, so accounts:Open and accounts:Close keep their ties."""


class Tie(msgspec.Struct, frozen=True, kw_only=True):
    """That an organisation is part of something open."""

    kind: str
    reference: str
    """The record's ids, joined by "/"."""


TIE: Final = KeyType("tie", ("organisation", "kind", "reference"), JsonCodec(Tie))


def put_tie(unit: UnitOfWork, organisation: str, kind: str, reference: str) -> None:
    """Tie an organisation to a record."""
    tie = Tie(kind=kind, reference=reference)
    unit.put(TIE.key(organisation, kind, reference), TIE.codec.encode(tie))


def drop_tie(unit: UnitOfWork, organisation: str, kind: str, reference: str) -> None:
    """Untie it."""
    unit.delete(TIE.key(organisation, kind, reference))


class TiedRepository(Repository[RecordT]):
    """Records that tie organisations while they are open: every put keeps the ties in step."""

    def __init__(
        self, unit: UnitOfWork, key_type: KeyType[RecordT], parties: Callable[[RecordT], frozenset[str]]
    ) -> None:
        super().__init__(unit, key_type)
        self._parties = parties

    def put(self, record: RecordT, *ids: str) -> None:
        """Write `record`, which was read before unless it is new, and tie or untie whom it names."""
        known = self._decoded.get(self._type.key(*ids))
        before = self._parties(known[1]) if known else frozenset()
        after = self._parties(record)
        reference = "/".join(ids)
        for organisation in sorted(before - after):
            drop_tie(self._unit, organisation, self._type.name, reference)
        for organisation in sorted(after - before):
            put_tie(self._unit, organisation, self._type.name, reference)
        super().put(record, *ids)


class Tied(Stored[RecordT], Generic[RecordT]):
    """Declares a repository whose open records tie organisations; `parties` is empty for one that ended."""

    def __init__(self, key_type: KeyType[RecordT], parties: Callable[[RecordT], frozenset[str]]) -> None:
        super().__init__(key_type)
        self.parties = parties

    def __get__(self, context: HasUnit, owner: type | None = None) -> Repository[RecordT]:
        repository = TiedRepository(context.unit, self._type, self.parties)
        context.__dict__[self._name] = repository
        return repository


def _named(is_open: bool, *organisations: str) -> frozenset[str]:
    return frozenset(organisations) - {""} if is_open else frozenset()


def of_offer(one: Offer) -> frozenset[str]:
    """Sender and receiver, until it is answered."""
    return _named(one.status == "offered", one.sender, one.receiver)


def of_trade(one: Trade) -> frozenset[str]:
    """Seller and buyer, until it is settled or ended."""
    return _named(one.status in ("proposed", "agreed"), one.seller, one.buyer)


def of_listing(one: Listing) -> frozenset[str]:
    """The seller, until it is closed."""
    return _named(one.status == "open", one.seller)


def of_intent(one: Intent) -> frozenset[str]:
    """Buyer and seller, until it comes to its end."""
    return _named(one.status in ("offered", "signed"), one.buyer, one.seller)


def of_pledge(one: Pledge) -> frozenset[str]:
    """Pledgor and lienholder, and who takes the units on default, while it stands."""
    return _named(one.status == "pledged", one.pledgor, one.lienholder, one.agreed_receiver)


def of_trust(one: Trust) -> frozenset[str]:
    """Trustee and beneficiary, and the settlor until it is settled."""
    settlor = one.settlor if one.status == "offered" else ""
    return _named(one.status in ("offered", "settled"), settlor, one.trustee, one.beneficiary)


def of_policy(one: Policy) -> frozenset[str]:
    """Insurer and insured, until it ends."""
    return _named(one.status in ("offered", "in_force", "claimed"), one.insurer, one.insured)


def of_project(one: Project) -> frozenset[str]:
    """Owner and holder of the buffer, until it is closed, rejected or deregistered."""
    final = ("closed", "rejected", "deregistered")
    return _named(one.status not in final, one.owner, one.buffer_holder)


def of_programme(one: Programme) -> frozenset[str]:
    """The operator, until it is closed."""
    return _named(one.state != "closed", one.operator)


def of_energy_contract(one: EnergyContract) -> frozenset[str]:
    """Institution, provider and lienholder, until it ends."""
    return _named(one.status != "ended", one.institution, one.provider, one.lienholder)
