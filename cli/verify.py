"""`tanhui verify`: does a bundle show what it claims, by the reader's own anchors? Works offline."""

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tanhui.cli.options import AsJson, Chinese
from tanhui.cli.output import EXIT_CALLER, fail, messages, print_json, results
from tanhui.proofs import anchors
from tanhui.proofs.anchors import Anchors
from tanhui.proofs.bundles import BUNDLE_BYTES_MAX
from tanhui.proofs.canonical import Json
from tanhui.proofs.errors import ProofError
from tanhui.proofs.verdicts import Insufficient, Invalid, ValidAsOf, Verdict
from tanhui.proofs.verify import verify

EXIT_INVALID = 1
EXIT_INSUFFICIENT = 2
PDF = b"%PDF"
"""How a certificate's PDF begins, which carries its bundle as an attachment."""
WORDS = {
    "en": {
        "unread": "{what} {file} cannot be read: {why}",
        "no_anchors": "{file} is no anchors file: {why}",
        "bundle": "the bundle",
        "anchors": "the anchors file",
        "invalid": "INVALID: {reason}",
        "insufficient": "INSUFFICIENT, missing: {missing}",
        "pdf": "{file}: this is the PDF, and nothing was judged: take the .bundle.json that is attached to it, or "
        "Download the proof on the certificate's page",
        "fingerprint": "anchors SHA-256 {hash}",
        "valid": "VALID as of log size {size}, {seen}",
        "seen": "seen {when}",
        "unseen": "no witness asked for",
        "transaction": "transaction {txid} in block {block}",
        "effect": "effect {number}: {kind}",
        "about": "effect {number}, which the bundle is about: {kind}",
        "opened": "opened {path}: {value}",
        "issuer": "certificate issued by {issuer}",
    },
    "zh": {
        "unread": "无法读取{what} {file}:{why}",
        "no_anchors": "{file} 不是信任锚文件:{why}",
        "bundle": "证明文件",
        "anchors": "信任锚文件",
        "invalid": "无效:{reason}",
        "insufficient": "证据不足,缺少:{missing}",
        "pdf": "{file}:这是证书的 PDF,尚未核验:请取出其中所附的 .bundle.json,或在证书页面点“下载证明包”",
        "fingerprint": "信任锚指纹 SHA-256 {hash}",
        "valid": "有效,截至日志长度 {size},{seen}",
        "seen": "见证时间 {when}",
        "unseen": "未要求见证方",
        "transaction": "交易 {txid},区块 {block}",
        "effect": "效果 {number}:{kind}",
        "about": "效果 {number}(本证明所指):{kind}",
        "opened": "已公开 {path}:{value}",
        "issuer": "证书签发者 {issuer}",
    },
}
"""What the command says itself, by language; reasons are codes that every verifier shares."""


def verify_command(
    bundle: Annotated[Path, typer.Argument(help="The bundle; - reads standard input.", allow_dash=True)],
    anchors_file: Annotated[
        Path,
        typer.Option("--anchors", help="Whom you trust: your own file, never one that came with the bundle."),
    ],
    *,
    expect: Annotated[
        str | None, typer.Option("--expect", help="Kind of effect, for example retirements.retired.")
    ] = None,
    at: Annotated[
        int | None, typer.Option("--at", help="Judge times as of this POSIX second; default: now.")
    ] = None,
    as_json: AsJson = False,
    zh: Chinese = False,
) -> None:
    """Verify an inclusion, retirement or transfer bundle.

    Exit status 0: valid as of the shown checkpoint; 1: invalid, with the reason; 2: insufficient, with what is
    missing; 3: nothing was judged, for the command, the anchors or the files are at fault. A later recall cannot be
    seen in a bundle: that takes a fresh query.
    """
    words = WORDS["zh" if zh else "en"]
    trusted = _read_anchors(anchors_file, words)
    fingerprint = words["fingerprint"].format(hash=trusted.fingerprint().hex())
    messages.print(fingerprint, markup=False, soft_wrap=True)
    data = _read(bundle, BUNDLE_BYTES_MAX, "bundle", words)
    if data.startswith(PDF):
        fail(words["pdf"].format(file=bundle), EXIT_CALLER)
    verdict = verify(data, trusted, now=int(time.time()) if at is None else at, expect=expect)
    if as_json:
        print_json(verdict_document(verdict))
    else:
        for line in _lines(verdict, words):
            results.print(line, markup=False, soft_wrap=True)
    raise typer.Exit(exit_status(verdict))


def _read_anchors(file: Path, words: dict[str, str]) -> Anchors:
    """The anchors; what is none ends the command, and is no verdict on the bundle."""
    data = _read(file, anchors.FILE_BYTES_MAX, "anchors", words)
    try:
        return anchors.parse(data)
    except ProofError as error:
        fail(words["no_anchors"].format(file=file, why=error.detail or error.reason), EXIT_CALLER)


def _read(file: Path, bytes_max: int, what: str, words: dict[str, str]) -> bytes:
    """A file's first bytes, one more than may be there; - is standard input."""
    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(bytes_max + 1)
        with file.open("rb") as opened:
            return opened.read(bytes_max + 1)
    except OSError as error:
        why = error.strerror or str(error)
        fail(words["unread"].format(what=words[what], file=file, why=why), EXIT_CALLER)


def exit_status(verdict: Verdict) -> int:
    """0, 1 or 2."""
    if isinstance(verdict, Invalid):
        return EXIT_INVALID
    return EXIT_INSUFFICIENT if isinstance(verdict, Insufficient) else 0


def verdict_document(verdict: Verdict) -> dict[str, Any]:
    """The verdict as one JSON object."""
    if isinstance(verdict, Invalid):
        return {"outcome": "invalid", "reason": verdict.reason, "detail": verdict.detail}
    if isinstance(verdict, Insufficient):
        return {"outcome": "insufficient", "missing": list(verdict.missing)}
    return {
        "outcome": "valid",
        "as_of_size": str(verdict.size),
        "as_of_time": verdict.time,
        "transaction": verdict.leaf.txid,
        "block": str(verdict.leaf.block),
        "effects": list(verdict.effects),
        "effect": verdict.effect,
        "opened": dict(verdict.opened),
        "issuer": verdict.issuer,
    }


def _lines(verdict: Verdict, words: dict[str, str]) -> Iterator[str]:
    """The verdict as a person reads it."""
    if isinstance(verdict, Invalid):
        yield words["invalid"].format(reason=verdict.reason)
        if verdict.detail:
            yield verdict.detail
    elif isinstance(verdict, Insufficient):
        yield words["insufficient"].format(missing=", ".join(verdict.missing))
    else:
        yield from _valid_lines(verdict, words)


def _valid_lines(verdict: ValidAsOf, words: dict[str, str]) -> Iterator[str]:
    seen = words["unseen"]
    if verdict.time is not None:
        seen = words["seen"].format(when=datetime.fromtimestamp(verdict.time, UTC).isoformat())
    yield words["valid"].format(size=verdict.size, seen=seen)
    yield words["transaction"].format(txid=verdict.leaf.txid, block=verdict.leaf.block)
    for number, effect in enumerate(verdict.effects):
        rest = dict(effect) if isinstance(effect, dict) else {"effect": effect}
        said = words["about" if number == verdict.effect else "effect"]
        yield said.format(number=number, kind=rest.pop("kind", "-"))
        for path, value in _members("", rest):
            yield f"  {path}: {value}"
    for path, opened in verdict.opened.items():
        yield words["opened"].format(path=path, value=opened)
    if verdict.issuer is not None:
        yield words["issuer"].format(issuer=verdict.issuer)


def _members(path: str, value: Json) -> Iterator[tuple[str, Json]]:
    """Every value of an effect by its path, as openings name it: `beneficiary.person`, `ranges.0.first`."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _members(f"{path}.{name}" if path else name, one)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _members(f"{path}.{number}", one)
    elif value not in ("", None):
        yield path, value
