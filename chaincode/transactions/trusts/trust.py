"""What the functions about trusts have in common."""

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import trusts as codes
from tanhui.chaincode.rules.serials import Hold, HoldKind, hand_over
from tanhui.chaincode.rules.states import TRUST as MACHINE
from tanhui.chaincode.transactions.credits.ledger import (
    as_effect,
    change_pieces,
    quantity_of,
    require_receiver,
)
from tanhui.chaincode.transactions.credits.record import Pieces
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.trusts.record import Trust, TrustStatus
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsTransferred
from tanhui.proofs.effects.trusts import TrustChanged


class TrustOrder(Order, frozen=True, kw_only=True):
    """Which trust."""

    trust: Slug


class TrustPiecesOrder(TrustOrder, frozen=True, kw_only=True):
    """Which of the units in trust."""

    pieces: Pieces


def hold_of(trust: str) -> Hold:
    """The hold that keeps a trust's units apart."""
    return Hold(HoldKind.TRUST, trust)


def require_party(tx: Tx, *allowed: str) -> None:
    """Refuse a caller of none of these organisations.

    Raises:
        Refusal: trusts.party.
    """
    if tx.caller.organisation not in allowed:
        raise codes.PARTY.at("trust", tx.caller.organisation, allowed=",".join(allowed))


def put_trust(tx: Tx, trust: Trust, to: TrustStatus) -> TrustChanged:
    """Write the trust with its new status.

    Raises:
        Refusal: states.not_allowed.
    """
    MACHINE.require_move(trust.status, to)
    return write_trust(tx, msgspec.structs.replace(trust, status=to))


def write_trust(tx: Tx, trust: Trust, order: str | None = None) -> TrustChanged:
    """Write the trust as it is."""
    tx.trusts.put(trust, trust.id)
    return TrustChanged(
        trust=trust.id,
        settlor=trust.settlor,
        trustee=trust.trustee,
        beneficiary=trust.beneficiary,
        status=trust.status,
        remaining_kg=int(trust.remaining),
        deed=bytes.fromhex(trust.deed),
        order=order,
    )


async def hand_to_beneficiary(
    tx: Tx, trust: Trust, pieces: Pieces
) -> tuple[TrustChanged, CreditsTransferred]:
    """Units out of the trust into the beneficiary's free hands; the last of them end it.

    Raises:
        Refusal: states.required, credits.receiver, credits.hold_absent, credits.held.
    """
    MACHINE.require_in(trust.status, "settled")
    await require_receiver(tx, trust.beneficiary)
    hold = hold_of(trust.id)
    ranges = await change_pieces(tx, pieces, lambda piece: hand_over(piece, trust.beneficiary, hold))
    quantity = quantity_of(ranges)
    rest = msgspec.structs.replace(trust, remaining=Amount(trust.remaining - quantity))
    changed = write_trust(tx, rest) if rest.remaining else put_trust(tx, rest, "ended")
    moved = CreditsTransferred(
        sender=trust.trustee,
        receiver=trust.beneficiary,
        ranges=as_effect(ranges),
        quantity_kg=quantity,
        transfer=f"trust:{trust.id}",
    )
    return changed, moved
