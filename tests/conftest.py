"""What every test shares: which parts of the machine are there, and a loud list of what was left out."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog

if TYPE_CHECKING:
    from tests.support.real_network import RealNetwork

NIGHTLY = os.environ.get("TANHUI_NIGHTLY") == "1"
ALLOWED_IN_CI = ("no Fabric", "long:")
"""With CI=true nothing may be left out for another reason than these: a missing tool must fail, not hide."""
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}


def fabric_programs() -> Path | None:
    """The folder with Fabric's peer and orderer, from FABRIC_BIN or PATH."""
    folder = os.environ.get("FABRIC_BIN")
    candidates = [Path(folder)] if folder else []
    if found := shutil.which("peer"):
        candidates.append(Path(found).parent)
    return next((c for c in candidates if (c / "peer").exists() and (c / "orderer").exists()), None)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--compatibility` writes docs/compatibility.md from what was run; use it with `-m fabric`."""
    parser.addoption("--compatibility", action="store_true", help="write docs/compatibility.md")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the machine lacks; with CI=true only Fabric may be missing."""
    has_fabric = fabric_programs() is not None
    has_node = shutil.which("node") is not None and shutil.which("npm") is not None
    for item in items:
        if item.get_closest_marker("fabric") and not has_fabric:
            item.add_marker(
                pytest.mark.skip(reason="no Fabric: set FABRIC_BIN to the folder with peer and orderer")
            )
        if item.get_closest_marker("node_js") and not has_node and not IN_CI:
            item.add_marker(pytest.mark.skip(reason="no Node.js: install node and npm"))
        if item.get_closest_marker("nightly") and not NIGHTLY:
            item.add_marker(pytest.mark.skip(reason="long: scripts/test --nightly"))


class Counts:
    """Figures that a test run shows at its end: how many kills, flips, mutants …, and what became of them."""

    def __init__(self) -> None:
        self._figures: dict[str, dict[str, int | str]] = {}

    def note(self, what: str, **figures: int | str) -> None:
        """Show `what` with its figures; numbers of one name noted several times are added up."""
        known = self._figures.setdefault(what, {})
        for name, figure in figures.items():
            before = known.get(name)
            known[name] = before + figure if isinstance(before, int) and isinstance(figure, int) else figure

    @property
    def lines(self) -> list[str]:
        """One line for each `what`."""
        return [
            f"{what}: " + ", ".join(f"{name} {figure}" for name, figure in figures.items())
            for what, figures in self._figures.items()
        ]


COUNTS = Counts()


@pytest.fixture
def counts() -> Counts:
    """Where a test notes figures that its reader wants to see even when it passes."""
    return COUNTS


@pytest.fixture(autouse=True)
def log_as_it_was() -> Iterator[None]:
    """A command run in the process of the tests sets the log for all of it; the next test finds it as before."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[RealNetwork]":
    """A real Fabric network, started once a run; only tests marked `fabric` may ask for it."""
    from tests.support.real_network import real_network  # noqa: PLC0415  most runs do without

    with real_network(tmp_path_factory.mktemp("fabric")) as network:
        yield network


def skip_reason(report: pytest.TestReport) -> str:
    """Why a test was left out."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return reason.removeprefix("Skipped: ")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI, fail when a test was left out for a reason that is not allowed there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not IN_CI or reporter is None:
        return
    reasons = {skip_reason(report) for report in reporter.stats.get("skipped", [])}
    if any(not reason.startswith(ALLOWED_IN_CI) for reason in reasons):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def write_compatibility(reporter: pytest.TerminalReporter) -> None:
    """The page of a run against Fabric's own programs."""
    from tests.support.compatibility import write_page  # noqa: PLC0415  most runs do without

    folder = fabric_programs()
    assert folder is not None, "--compatibility wants Fabric's programs"
    said = subprocess.run([folder / "peer", "version"], capture_output=True, text=True, check=True).stdout
    words = " ".join(line.strip() for line in said.splitlines()[1:4])
    source = os.environ.get("FABRIC_SOURCE_VERSION", "")
    version = f"{source}, built from source; " if source else ""
    reports = [one for kind in ("passed", "failed", "error") for one in reporter.stats.get(kind, [])]
    write_page(reports, f"{version}`peer version` says {words}", COUNTS.lines)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the figures that tests noted, and say once more, at the very end, what was not run."""
    if COUNTS.lines:
        terminalreporter.section("COUNTS")
        for line in COUNTS.lines:
            terminalreporter.line(line)
    if terminalreporter.config.getoption("--compatibility"):
        write_compatibility(terminalreporter)
    left_out: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = skip_reason(report)
        left_out[reason] = left_out.get(reason, 0) + 1
    if left_out:
        terminalreporter.section("NOT RUN")
        for reason, count in sorted(left_out.items()):
            terminalreporter.line(f"{count} tests: {reason}")
