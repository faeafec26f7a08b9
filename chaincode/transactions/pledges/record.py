"""A pledge on the ledger: which serials stand under whose lien, and how it may be enforced."""

from typing import Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.transactions.credits.record import Span

PledgeStatus: TypeAlias = Literal["pledged", "released", "enforced"]


class Pledge(msgspec.Struct, frozen=True, kw_only=True):
    """Units that secure a claim. They stay the pledgor's until the lien is enforced."""

    id: str
    pledgor: str
    lienholder: str
    agreed_receiver: str
    """Who takes the units on default without an order; empty where only an order enforces."""
    contract: str
    """SHA-256 of the pledge contract."""
    spans: tuple[Span, ...]
    quantity: Amount
    status: PledgeStatus
    ground: str
    """SHA-256 of what shows the default, or of the order; empty before."""


PLEDGE: Final = KeyType("pledge", ("id",), JsonCodec(Pledge))
