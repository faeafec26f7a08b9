"""What giving and withdrawing consents have in common."""

from typing import Annotated, Literal

import msgspec

from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.aggregates import ACCOUNT_BYTES, ACCOUNTS_MAX
from tanhui.chaincode.rules.days import day_text
from tanhui.chaincode.transactions.fields import HexHash, Slug
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs import merkle
from tanhui.proofs.effects.aggregates import ConsentsChanged


class ConsentOrder(Order, frozen=True, kw_only=True):
    """Accounts of one programme, packed, and the hash of what shows that their holders said so."""

    programme: Slug
    accounts: Annotated[bytes, msgspec.Meta(min_length=1, max_length=ACCOUNTS_MAX * ACCOUNT_BYTES)]
    """Base64: sixteen bytes each, one after the other."""
    evidence: HexHash


def consents_effect(tx: Tx, order: ConsentOrder, step: Literal["given", "withdrawn"]) -> ConsentsChanged:
    """One entry for the whole order."""
    return ConsentsChanged(
        programme=order.programme,
        step=step,
        day=day_text(tx.day),
        count=len(order.accounts) // ACCOUNT_BYTES,
        accounts_root=merkle.packed_root(order.accounts, ACCOUNT_BYTES),
        evidence=bytes.fromhex(order.evidence),
    )
