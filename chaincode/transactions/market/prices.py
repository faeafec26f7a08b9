"""market:ProposePrice and market:DecidePrice."""

import hashlib
from datetime import date
from typing import Literal

import msgspec

from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import market as codes
from tanhui.chaincode.rules.market import Price, require_cited, require_validity
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import REFERENCE_PRICE as MACHINE
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.market.record import (
    Citations,
    PriceHead,
    PriceVersion,
    ReferencePrice,
    price_key,
)
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.market import ReferencePriceChanged


class PriceOrder(Order, frozen=True, kw_only=True):
    """One version of a product's reference price."""

    product: Slug
    version: PriceVersion


class ProposePriceOrder(PriceOrder, frozen=True, kw_only=True):
    """Fen for a tonne, for which time, citing which prices."""

    price: Price
    valid_from: date
    valid_until: date
    citations: Citations


class DecidePriceOrder(PriceOrder, frozen=True, kw_only=True):
    """What the regulator decides."""

    verdict: Literal["approved", "rejected"]


def write_price(tx: Tx, price: ReferencePrice) -> ReferencePriceChanged:
    """Write the version as it is."""
    tx.reference_prices.put(price, price.product, price_key(price.version))
    return ReferencePriceChanged(
        product=price.product,
        version=price.version,
        status=price.status,
        price_fen=price.price,
        valid_from=price.valid_from.isoformat(),
        valid_until=price.valid_until.isoformat(),
        citations=hashlib.sha256(canonical_json(price.citations)).digest(),
    )


@transaction("market:ProposePrice", roles={Role.EXCHANGE})
async def propose_price(tx: Tx, order: ProposePriceOrder) -> ReferencePriceChanged:
    """Propose the next version of a reference price, with the allowance and CCER prices that guide it."""
    head = await tx.price_heads.find(order.product) or PriceHead(newest=0, approved=0)
    if order.version != head.newest + 1:
        raise codes.VERSION.at("version", order.version, expected=head.newest + 1)
    require_validity(order.valid_from, order.valid_until, order.product)
    require_cited(order.citations, tx.day)
    tx.price_heads.put(msgspec.structs.replace(head, newest=order.version), order.product)
    return write_price(
        tx,
        ReferencePrice(
            product=order.product,
            version=order.version,
            price=order.price,
            citations=order.citations,
            valid_from=order.valid_from,
            valid_until=order.valid_until,
            exchange=tx.caller.organisation,
            status="proposed",
        ),
    )


@transaction("market:DecidePrice", roles={Role.REGULATOR})
async def decide_price(tx: Tx, order: DecidePriceOrder) -> ReferencePriceChanged:
    """Approve the newest proposed version, or reject it; earlier versions stay readable for their time."""
    price = await tx.reference_prices.get(order.product, price_key(order.version))
    head = await tx.price_heads.get(order.product)
    if order.version != head.newest:
        raise codes.VERSION.at("version", order.version, expected=head.newest)
    MACHINE.require_move(price.status, order.verdict)
    if order.verdict == "approved":
        tx.price_heads.put(msgspec.structs.replace(head, approved=order.version), order.product)
    return write_price(tx, msgspec.structs.replace(price, status=order.verdict))
