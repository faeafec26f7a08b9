"""`tanhui up` whose channel can commit no more: it says why and ends with a status that a supervisor sees."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENDS_WITHIN_S = 90


def test_up_ends_when_its_channel_has_stopped_for_good(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.support.up_on_a_full_disk", str(tmp_path / "data")],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=ENDS_WITHIN_S,
    )
    assert "answered 503" in ended.stdout, ended.stderr
    assert ended.returncode == 1, ended.stderr
    said = " ".join(ended.stderr.split())
    assert "channel credits stopped at block" in said
    assert "No space left on device; restart the node" in said
    assert "Traceback" not in said
