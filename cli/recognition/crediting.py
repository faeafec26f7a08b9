"""Credits cross the border: recognised, retired abroad, refused, and sent home."""

from typing import Final

from tanhui.cli.demo.clerk import CUSTODIAN, ORGANISER, OWNER
from tanhui.cli.recognition.pair import Pair, piece

LOCKED_KG: Final = 20_000
TRANSFERS: Final = 40
RETIRED_KG: Final = 5_000
HOME_KG: Final = 3_000
REFUSED_KG: Final = 1_000


async def send_credits(pair: Pair) -> None:
    """Many transfers under one lock, and one proof."""
    batch = pair.batch_of(pair.first)
    each = LOCKED_KG // TRANSFERS
    await pair.lock(
        pair.first,
        OWNER,
        "locks",
        [
            (
                f"c-{n:03d}",
                pair.second.organisation(ORGANISER),
                [piece(batch, 1, n * each + 1, (n + 1) * each)],
            )
            for n in range(TRANSFERS)
        ],
    )
    await pair.carry(pair.credits)
    pair.story.tell("recognise", f"{LOCKED_KG:,} kg in {TRANSFERS} transfers under one lock and one proof")


async def retire_abroad(pair: Pair) -> None:
    """Mirrors are used up where they stand."""
    each = LOCKED_KG // TRANSFERS
    count = RETIRED_KG // each
    await pair.second.clerk.send(
        ORGANISER,
        "retirements:Retire",
        "retire-abroad",
        retirement="abroad-1",
        pieces=[
            piece(pair.mirror(f"c-{n:03d}"), n * each + 1, n * each + 1, (n + 1) * each) for n in range(count)
        ],
        beneficiary={"organisation": pair.second.organisation(ORGANISER), "person": ""},
        on_behalf_of=None,
        purpose="event",
        reference="conference-2026",
        reason="offset with units of another region",
    )
    pair.story.tell("retire abroad", f"{count * each:,} kg of {pair.first.place.title} retired elsewhere")


async def refuse(pair: Pair) -> None:
    """The receiver refuses: a tombstone there, free again here."""
    batch = pair.batch_of(pair.first)
    start = LOCKED_KG + 1
    receiver = pair.second.organisation(ORGANISER)
    pieces = [piece(batch, start, start, start + REFUSED_KG - 1)]
    transaction = await pair.lock(pair.first, OWNER, "refused", [("c-refused", receiver, pieces)])
    proof = await pair.proof(pair.first, transaction)
    await pair.second.clerk.send(
        ORGANISER,
        "recognition:Abort",
        "abort",
        agreement=pair.credits,
        proof=proof,
        transfers=["c-refused"],
        reason="not ordered",
    )
    await pair.carry(pair.credits)
    pair.story.tell(
        "abort", f"{REFUSED_KG:,} kg refused by the receiver, and free again where they came from"
    )


async def come_home(pair: Pair) -> None:
    """Mirrors go back to where they were issued."""
    each = LOCKED_KG // TRANSFERS
    last = TRANSFERS - 1
    count = HOME_KG // each
    transfers = [
        (
            f"h-{n:03d}",
            pair.first.organisation(CUSTODIAN),
            [
                piece(
                    pair.mirror(f"c-{last - n:03d}"),
                    (last - n) * each + 1,
                    (last - n) * each + 1,
                    (last - n + 1) * each,
                )
            ],
        )
        for n in range(count)
    ]
    await pair.lock(pair.second, ORGANISER, "home", transfers)
    await pair.carry(pair.credits)
    pair.story.tell("come home", f"{count * each:,} kg: mirrors burnt, originals active again")
