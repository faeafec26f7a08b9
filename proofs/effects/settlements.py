"""Effects of what two regions settle afterwards: statements of a period, and disputes."""

from typing import Literal

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.transfers import Parcel
from tanhui.proofs.effects.types import Amount, Day, Digest, Id, Note, Quantity


@effect("recognition.statement_filed")
class StatementFiled(Effect):
    """Two persons of this region's regulator state what crossed one way in a period (statements/lines.py, Flow)."""

    agreement: Id
    source: Digest
    """Genesis hash of the ledger that the units left."""
    period: Id
    root: Digest
    """Of the tree of sums over the statement's lines (statements/sum_tree.py)."""
    lines: Amount
    opening: Amount
    out: Amount
    minted: Amount
    aborted: Amount
    closing: Amount


@effect("recognition.statement_cosigned")
class StatementCosigned(Effect):
    """The other region's regulator stated the same, by the proof of its own filing."""

    agreement: Id
    source: Digest
    period: Id
    root: Digest


@effect("recognition.dispute_opened")
class DisputeOpened(Effect):
    """A transfer is in question; where its units stand in this region, exactly those serials stand still.

    `parcels` name serials by the batch in which they were issued; empty for points, which are never frozen.
    """

    terms: Digest
    agreement: Id
    dispute: Id
    transfer: Id
    source: Digest
    """Genesis hash of the ledger that the transfer left."""
    parcels: tuple[Parcel, ...]
    evidence: Digest
    deadline: Day
    reason: Note


@effect("recognition.dispute_ruled")
class DisputeRuled(Effect):
    """The arbiter ruled: dismissed, or upheld with a compensating entry that netting takes up. Nothing is reversed."""

    terms: Digest
    agreement: Id
    dispute: Id
    transfer: Id
    outcome: Literal["dismissed", "upheld"]
    owed_by: Digest
    """Genesis hash of the ledger whose region owes; of the transfer's source where nothing is owed."""
    quantity: Amount
    """Source units owed."""
    ruling: Digest
    seconds: Quantity | None = None
    """When the arbiter ruled, by its own word: what is owed belongs to that period's netting."""
