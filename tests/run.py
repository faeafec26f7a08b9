"""Run every test and say at the end what was left out: `python -m tests.run [--nightly] [pytest args]`."""

import os
import sys

import pytest


def main(arguments: list[str]) -> int:
    """Hand over to pytest; `--nightly` selects the long versions too."""
    nightly = "--nightly" in arguments
    rest = [argument for argument in arguments if argument != "--nightly"]
    if nightly:
        os.environ["TANHUI_NIGHTLY"] = "1"
    return int(pytest.main(rest))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
