"""Drawing on an agreement's caps, and giving back what was unlocked."""

from typing import NamedTuple

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.rules.days import day_of
from tanhui.chaincode.rules.recognition.caps import counters, draw
from tanhui.chaincode.rules.recognition.terms import Terms
from tanhui.chaincode.transactions.recognition.halves import OutgoingTransfer
from tanhui.chaincode.transactions.recognition.record import CapCounter
from tanhui.chaincode.transactions.tx import Tx


class Drawing(NamedTuple):
    """Of which counters: the party that units leave, the shard, whose they are, and when they were locked."""

    source: int
    shard: int
    person: str
    seconds: int


async def draw_caps(tx: Tx, terms: Terms, by: Drawing, quantity: int) -> None:
    """Count `quantity` source units; nothing is read where no cap is agreed.

    Raises:
        Refusal: recognition.shard_unknown, recognition.cap.
    """
    found = counters(terms.caps, by.shard, by.person, day_of(by.seconds))
    source = str(by.source)
    await tx.load(*(tx.recognition_counters.at(terms.agreement, source, one.scope) for one in found))
    for one in found:
        ids = (terms.agreement, source, one.scope)
        known = await tx.recognition_counters.find(*ids)
        used = draw(one, known.used if known is not None else 0, quantity)
        tx.recognition_counters.put(CapCounter(Amount(used)), *ids)


async def give_back(tx: Tx, terms: Terms, source: int, transfer: OutgoingTransfer) -> None:
    """Count no longer what was unlocked: the destination never counted it."""
    drawing = Drawing(source, transfer.shard, transfer.person, transfer.seconds)
    await take_back(tx, terms, drawing, transfer.counted)


async def take_back(tx: Tx, terms: Terms, by: Drawing, quantity: int) -> None:
    """Lower the counters that a drawing raised."""
    if not quantity:
        return
    for one in counters(terms.caps, by.shard, by.person, day_of(by.seconds)):
        ids = (terms.agreement, str(by.source), one.scope)
        known = await tx.recognition_counters.get(*ids)
        tx.recognition_counters.put(CapCounter(Amount(known.used - quantity)), *ids)
