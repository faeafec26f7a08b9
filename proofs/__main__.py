"""`python -m tanhui.proofs BUNDLE --anchors FILE`: the verifier for whoever installed nothing else."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import NoReturn

from tanhui.proofs import anchors
from tanhui.proofs.bundles import BUNDLE_BYTES_MAX
from tanhui.proofs.errors import ProofError
from tanhui.proofs.verdicts import Insufficient, Invalid
from tanhui.proofs.verify import verify

EXIT_INVALID, EXIT_INSUFFICIENT, EXIT_USAGE = 1, 2, 3


class _Parser(argparse.ArgumentParser):
    """argparse with this program's status for what it cannot understand: its own 2 would read as a verdict."""

    def error(self, message: str) -> NoReturn:
        """End the program with a message on stderr."""
        self.print_usage(sys.stderr)
        self.exit(EXIT_USAGE, f"{self.prog}: {message}\n")


def main(arguments: list[str] | None = None) -> int:
    """Print the verdict as one JSON object; 0 valid, 1 invalid, 2 insufficient, 3 nothing judged."""
    parser = _Parser(prog="python -m tanhui.proofs", description="Verify a proof bundle.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--anchors", type=Path, required=True, help="your own file, never the bundle's")
    parser.add_argument("--expect", help="the kind of effect, for example retirements.retired")
    parser.add_argument("--at", type=int, help="judge times as of this POSIX second; default: now")
    options = parser.parse_args(arguments)
    try:
        trusted = anchors.parse(options.anchors.read_bytes())
        with options.bundle.open("rb") as file:
            data = file.read(BUNDLE_BYTES_MAX + 1)
    except (OSError, ProofError) as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_USAGE
    now = int(time.time()) if options.at is None else options.at
    verdict = verify(data, trusted, now=now, expect=options.expect)
    shown: dict[str, object] = {"outcome": verdict.outcome}
    status = 0
    if isinstance(verdict, Invalid):
        shown |= {"reason": verdict.reason, "detail": verdict.detail}
        status = EXIT_INVALID
    elif isinstance(verdict, Insufficient):
        shown |= {"missing": list(verdict.missing)}
        status = EXIT_INSUFFICIENT
    else:
        shown |= {
            "as_of_size": str(verdict.size),
            "as_of_time": verdict.time,
            "transaction": verdict.leaf.txid,
            "block": str(verdict.leaf.block),
            "effects": verdict.effects,
            "effect": verdict.effect,
            "opened": verdict.opened,
            "issuer": verdict.issuer,
        }
    sys.stdout.write(json.dumps(shown, ensure_ascii=False, indent=1) + "\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
