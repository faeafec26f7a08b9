"""The demonstration's steps, in their order."""

from collections.abc import Callable

from tanhui.cli.recognition.afterwards import dispute, recall
from tanhui.cli.recognition.agreeing import agree, prepare
from tanhui.cli.recognition.crediting import come_home, refuse, retire_abroad, send_credits
from tanhui.cli.recognition.pair import Pair
from tanhui.cli.recognition.pointing import redeem_abroad, send_points
from tanhui.cli.recognition.settling import state
from tanhui.cli.recognition.story import Story

STEPS = (
    prepare,
    agree,
    send_credits,
    retire_abroad,
    refuse,
    come_home,
    recall,
    dispute,
    send_points,
    redeem_abroad,
    state,
)


async def run(pair: Pair, told: Callable[[str], None]) -> Story:
    """Two regions through everything that crosses between them; `told` hears each step's name as it begins."""
    for step in STEPS:
        told(step.__name__.replace("_", " "))
        await step(pair)
    return pair.story
