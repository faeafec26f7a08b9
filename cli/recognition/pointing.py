"""Points of the same people cross the border, each way, and are redeemed there."""

from typing import Final

from tanhui.cli.demo.clerk import RECORDER
from tanhui.cli.recognition.pair import Pair
from tanhui.cli.recognition.setting import PROGRAMME, account_of, binding

POINTS: Final = 50
REDEEMED: Final = 960


async def send_points(pair: Pair) -> None:
    """Points of the same people, each way."""
    for region, partner, name in (
        (pair.first, pair.second, "east"),
        (pair.second, pair.first, "west"),
    ):
        await region.clerk.send(
            RECORDER,
            "recognition:LockPoints",
            f"points-{name}",
            agreement=pair.points,
            shard=0,
            transfers=[
                {
                    "transfer": f"{name}-{person:04d}",
                    "account": account_of(region, person),
                    "target_account": account_of(partner, person),
                    "points": str(POINTS),
                    "binding": binding(pair.terms[pair.points], region, partner, person),
                }
                for person in range(pair.people)
            ],
        )
    await pair.carry(pair.points)
    pair.story.tell("points", f"{POINTS} points of each of {pair.people} people, each way, at 2 for 5")


async def redeem_abroad(pair: Pair) -> None:
    """Points that came are spent as any other."""
    account = account_of(pair.second, 0)
    await pair.second.clerk.send(
        RECORDER,
        "points:Redeem",
        "redeem",
        programme=PROGRAMME,
        account=account,
        points=str(REDEEMED),
        reward="bus-ticket",
        units=1,
    )
    pair.story.tell("redeem", f"{REDEEMED:,} points in {pair.second.place.title}, imported ones among them")
