"""Many threads judge at once and reach the same verdicts."""

from concurrent.futures import ThreadPoolExecutor

from tanhui.network.protocol.message_validation import validate_envelope
from tanhui.network.protocol.msp import MspManager
from tests.support.recorded_network import BLOCKS, CONFIG


def test_verdicts_agree() -> None:
    raw = [block.data.data[0] for block in BLOCKS[1:]]
    damaged = [one[:-1] + bytes((one[-1] ^ 1,)) for one in raw]
    work = (raw + damaged) * 8
    channel = MspManager(CONFIG.msp_manager.msps.values(), identities_cached_max=2)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda one: validate_envelope(one, "credits", channel).code, work))
    assert found == ([0] * len(raw) + [4] * len(raw)) * 8
