"""The month ends: statements from both ledgers, checked by anchors alone, and netted."""

from tanhui.cli.recognition.pair import Pair
from tanhui.cli.recognition.region import now
from tanhui.cli.reconcile.command import bundles_of, document_of
from tanhui.cli.reconcile.disputes import owed_in
from tanhui.cli.reconcile.drawing import draw, parties_of, prove
from tanhui.proofs.statements.document import check, encode
from tanhui.proofs.statements.periods import period_at


async def state(pair: Pair) -> None:
    """The running month's statements from both ledgers, each checked by anchors alone, and netted."""
    await pair.audit()
    for agreement in (pair.credits, pair.points):
        parties = await parties_of((pair.first.side, pair.second.side), agreement)
        period = period_at(now(), "month")
        drawn = [await draw(parties, period, source) for source in (0, 1)]
        bundles = await prove(parties, drawn)
        for one in drawn:
            file = encode(one.header(parties, period), bundles_of(parties, one, bundles), one.proven)
            check(file, (pair.first.anchors, pair.second.anchors))
            pair.story.checked += 1
        pair.story.statements.append(
            document_of(parties, period, drawn, now(), await owed_in(parties, period))
        )
    owed = "; ".join(
        f"{one['debtor']} owes {one['creditor']} {one['amount']:,} {found['lane']}"
        for found in pair.story.statements
        for one in found["netting"]
    )
    pair.story.tell("statements", f"{pair.story.checked} statements agree on both ledgers, checked offline")
    pair.story.tell("netting", owed or "nothing is owed")
