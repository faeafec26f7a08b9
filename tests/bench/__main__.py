"""`python -m tests.bench [group …]`: measure, print, and write docs/performance.md; --quick writes nothing.

A group is a module of this folder with a function `measure(quick: bool) -> list[Ratio]`.
"""

import importlib
import pkgutil
import sys

import tests.bench as bench
from tests.bench.measure import Ratio
from tests.bench.page import host, keep

FRAMEWORK = {"measure", "page", "test_measure", "__main__"}


def groups() -> list[str]:
    """The groups there are."""
    return sorted(
        module.name for module in pkgutil.iter_modules(bench.__path__) if module.name not in FRAMEWORK
    )


def main(arguments: list[str]) -> int:
    """Measure the named groups, or all."""
    quick = "--quick" in arguments
    wanted = [argument for argument in arguments if argument != "--quick"] or groups()
    unknown = set(wanted) - set(groups())
    if unknown:
        print(
            f"unknown group {', '.join(sorted(unknown))}; there are: {', '.join(groups())}", file=sys.stderr
        )
        return 2
    for name, value in host().items():
        print(f"{name}: {value}")
    for group in wanted:
        ratios: list[Ratio] = importlib.import_module(f"tests.bench.{group}").measure(quick)
        for ratio in ratios:
            low, high = min(ratio.ratios), max(ratio.ratios)
            print(
                f"{ratio.row:>3} {ratio.title}: {ratio.ours.name} {ratio.ours.median:,.4g} {ratio.ours.unit}, "
                f"{ratio.other.name} {ratio.other.median:,.4g} {ratio.other.unit}, "
                f"ratio {ratio.median:.2f} ({low:.2f} – {high:.2f}) {ratio.target.met(ratio.median)}",
                flush=True,
            )
        if not quick:
            keep(ratios)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
