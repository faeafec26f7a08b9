"""What comes after a transfer: a recall and a dispute cross the border too."""

from datetime import timedelta

from tanhui.cli.demo.clerk import REGISTRAR, VERIFIER
from tanhui.cli.recognition import setting
from tanhui.cli.recognition.crediting import LOCKED_KG, RETIRED_KG, TRANSFERS
from tanhui.cli.recognition.pair import Pair, piece
from tanhui.cli.recognition.region import now
from tanhui.cli.recognition.setting import arbiters
from tanhui.proofs import notes, rulings


async def recall(pair: Pair) -> None:
    """A wrong factor found at the source: the proof of it reaches the mirrors, retired ones too."""
    batch = pair.batch_of(pair.first)
    each = LOCKED_KG // TRANSFERS
    await pair.first.clerk.by_regulator(
        "recalls:Announce",
        "recall",
        recall="wrong-factor",
        batch=batch,
        ground="factor",
        document=setting.digest("recall"),
        scope=[{"first": "1", "last": str(2 * each)}],
        replace_by=(setting.EPOCH + timedelta(days=pair.first.clerk.day + 90)).isoformat(),
        reason="the factor was a tenth too high",
    )
    proof = await pair.proof(pair.first, pair.first.clerk.last_transaction)
    mirrors = [pair.mirror("c-000"), pair.mirror("c-001")]
    received = await pair.second.clerk.send(
        VERIFIER,
        "recognition:ReceiveRecall",
        "recall-received",
        agreement=pair.credits,
        proof=proof,
        recall="wrong-factor",
        mirrors=mirrors,
    )
    for number, (mirror, local) in enumerate(zip(mirrors, received, strict=True)):
        await pair.second.clerk.send(
            REGISTRAR,
            "recalls:Mark",
            f"mark-{number}",
            recall=local["recall"],
            pieces=[piece(mirror, number * each + 1, number * each + 1, (number + 1) * each)],
        )
    standing = await pair.second.clerk.ask("retirements:Standing", retirement="abroad-1")
    pair.story.tell(
        "recall", f"{2 * each:,} kg of mirrors recalled; the certificate abroad says {standing['says']}"
    )


async def dispute(pair: Pair) -> None:
    """Opened by the source, frozen at the destination, ruled by the arbiter on both ledgers."""
    each = LOCKED_KG // TRANSFERS
    at = RETIRED_KG // each
    transfer = f"c-{at:03d}"
    await pair.first.clerk.send(
        REGISTRAR,
        "recognition:OpenDispute",
        "dispute",
        agreement=pair.credits,
        dispute="d-1",
        transfer=transfer,
        ours=True,
        evidence=setting.digest("evidence of the dispute"),
        deadline=(setting.EPOCH + timedelta(days=pair.first.clerk.day + 30)).isoformat(),
        reason="sold twice, says a third party",
    )
    proof = await pair.proof(pair.first, pair.first.clerk.last_transaction)
    await pair.second.clerk.send(
        REGISTRAR,
        "recognition:ReceiveDispute",
        "dispute-received",
        agreement=pair.credits,
        dispute="d-1",
        proof=proof,
        pieces=[piece(pair.mirror(transfer), at * each + 1, at * each + 1, at * each + 10)],
    )
    said = rulings.DisputeRuling(
        bytes.fromhex(pair.terms[pair.credits]),
        pair.first.genesis,
        transfer,
        "d-1",
        "upheld",
        pair.first.genesis,
        10,
        now(),
        "both were heard",
    ).text()
    note = notes.Note(said, tuple(notes.signature(said, one) for one in arbiters()[:2]))
    for region in (pair.first, pair.second):
        await region.clerk.send(
            VERIFIER,
            "recognition:RuleDispute",
            "ruled",
            agreement=pair.credits,
            dispute="d-1",
            ruling=note.encode().decode(),
        )
    pair.story.tell(
        "dispute", "10 kg stood still abroad until the arbiter ruled; they are owed in the netting"
    )
