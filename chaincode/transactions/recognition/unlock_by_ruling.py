"""recognition:UnlockByRuling."""

from hashlib import sha256

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.recognition.terms import AgreementId
from tanhui.chaincode.transactions.recognition.agreeing import concluded_terms
from tanhui.chaincode.transactions.recognition.closing import Settled, locked_transfer
from tanhui.chaincode.transactions.recognition.record import NoteText
from tanhui.chaincode.transactions.recognition.rulings import require_ruling
from tanhui.chaincode.transactions.recognition.unlocking import unlock_transfer
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.transfers import CreditsUnlocked, PointsUnlocked


class UnlockByRulingOrder(Order, frozen=True, kw_only=True):
    """A ruling that the arbiter's keys signed (proofs/rulings.py)."""

    agreement: AgreementId
    ruling: NoteText


@transaction("recognition:UnlockByRuling", roles=None)
async def unlock_by_ruling(tx: Tx, order: UnlockByRulingOrder) -> PointsUnlocked | CreditsUnlocked:
    """Give back a transfer whose destination stays silent for good, by the agreed arbiter's ruling.

    The destination must honour the same ruling when it comes back (recognition:HonourRuling).
    """
    tx.caller.require_attributes()
    agreement = await tx.agreements.get(order.agreement)
    ruled = await require_ruling(tx, agreement, order.ruling, agreement.own)
    found = await locked_transfer(tx, agreement.id, ruled.transfer, ruled.terms)
    terms = (await concluded_terms(tx, agreement.id, found.terms)).terms
    digest = sha256(order.ruling.encode()).digest()
    return await unlock_transfer(
        tx, agreement.own, terms, found, settled=Settled(ruled.seconds), ruling=digest
    )
