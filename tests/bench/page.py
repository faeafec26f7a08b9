"""docs/performance.md, written from what was measured; the raw figures stand in docs/performance.json."""

import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.measure import Ratio, Side, Target

DOCS = Path(__file__).resolve().parents[2] / "docs"
RAW = DOCS / "performance.json"
PAGE = DOCS / "performance.md"
LIBRARIES = ("cryptography", "grpcio", "protobuf", "plyvel", "plyvel-next", "msgspec", "pynacl", "fastapi")

HEAD = """# Performance

Written by `scripts/bench`; do not edit. Each row compares two sides measured in one run on one machine, in turn;
only the ratio counts, and its spread (lowest to highest round) says how far to trust it. Targets are in brackets:
target, then stretch.
"""


def host() -> dict[str, str]:
    """The machine and the versions that a figure belongs to."""
    model = "unknown processor"
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text("utf-8").splitlines()
        model = next(
            (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model
        )
    versions = []
    for library in LIBRARIES:
        try:
            versions.append(f"{library} {version(library)}")
        except ModuleNotFoundError:
            continue
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return {
        "processor": f"{model}, {os.cpu_count()} cores",
        "system": f"{platform.system()} {platform.release()}",
        "python": sys.version.split()[0],
        "libraries": ", ".join(versions),
        "commit": commit.stdout.strip() or "unknown",
    }


def keep(ratios: list[Ratio]) -> None:
    """Put measured rows beside those that were measured before, and write the page anew."""
    rows: dict[str, Any] = json.loads(RAW.read_text("utf-8")) if RAW.exists() else {}
    where = host()
    for ratio in ratios:
        rows[f"{ratio.row} {ratio.title}"] = {**ratio.as_json(), "host": where}
    ordered = dict(sorted(rows.items()))
    RAW.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", "utf-8")
    PAGE.write_text(render(ordered), "utf-8")


def render(rows: dict[str, Any]) -> str:
    """The page: one table, then each row's notes and where it was measured."""
    lines = [HEAD, "| row | what | ours | other | ratio | spread | targets | |", "|" + " --- |" * 8]
    details: list[str] = []
    for row in rows.values():
        ratio = _read(row)
        low, high = min(ratio.ratios), max(ratio.ratios)
        sign = "≤" if ratio.target.at_most else "≥"
        reached = ratio.target.met(ratio.median)
        lines.append(
            f"| {ratio.row} | {ratio.title} | {_side(ratio.ours)} | {_side(ratio.other)} | "
            f"**{ratio.median:.2f}** | {low:.2f} – {high:.2f} | "
            f"{sign} {ratio.target.target:g} / {ratio.target.stretch:g} | {reached} |"
        )
        details += _details(ratio, row["host"])
    return "\n".join(lines) + "\n" + "\n".join(details) + "\n"


def _details(ratio: Ratio, where: dict[str, str]) -> list[str]:
    lines = [f"\n## {ratio.row}: {ratio.title}\n"]
    lines += [f"- {note}" for note in ratio.notes]
    if ratio.bound_by:
        lines.append(f"- What bounds it: {ratio.bound_by}")
    for side in (ratio.ours, ratio.other):
        figures = ", ".join(f"{figure:,.4g}" for figure in side.figures)
        lines.append(f"- {side.name}, {side.unit}: {figures}")
    lines.append(
        f"- Measured at {where['commit']} on {where['processor']}, {where['system']}, "
        f"CPython {where['python']}, {where['libraries']}"
    )
    return lines


def _side(side: Side) -> str:
    return f"{side.name}: {side.median:,.4g} {side.unit}"


def _read(row: dict[str, Any]) -> Ratio:
    return Ratio(
        row["row"],
        row["title"],
        Side(row["ours"]["name"], row["ours"]["unit"], tuple(row["ours"]["figures"])),
        Side(row["other"]["name"], row["other"]["unit"], tuple(row["other"]["figures"])),
        Target(**row["target"]),
        tuple(row["notes"]),
        row["bound_by"],
        tuple(row["ratios"]),
    )
