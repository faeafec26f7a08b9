r"""A statement as a file that anybody can check with both regions' anchors, and without either's server.

Format tanhui-statement/v1: lines of canonical JSON (canonical.py), in this order:

    {"format", "agreement", "period", "source", "destination", "root", "flow": {...}, "filed": [txid, txid]}
    {"bundle", "ledger", "transaction"}            every proof that a line below leans on, once
    {"transfer", "terms", "quantity", "locked", "outcome", "settled", "lock", "settlement"}

`source` and `destination` are genesis hashes; `ledger` and the two transaction ids in a line say which bundle proves
it. Numbers are decimal strings, bundles base64. `filed` names the transactions in which the source's and the
destination's regulators stated the same, "" where one has not. A line that is open has no settlement; one that the
arbiter settled leans on the source's own unlocking, which names the ruling.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from tanhui.proofs import canonical
from tanhui.proofs.anchors import Anchors
from tanhui.proofs.canonical import Json
from tanhui.proofs.errors import FormatError, ProofError, SignatureError
from tanhui.proofs.statements.lines import Flow, Line, Outcome, lines_of
from tanhui.proofs.statements.periods import parse_period
from tanhui.proofs.statements.sum_tree import Label, SumTree
from tanhui.proofs.verdicts import Insufficient, Invalid
from tanhui.proofs.verify import verify

FORMAT: Final = "tanhui-statement/v1"
LINES_MAX: Final = 2_000_000
_OUTCOMES: Final[dict[str, tuple[str, ...]]] = {
    "minted": ("recognition.points_minted", "recognition.credits_minted"),
    "aborted": ("recognition.aborted",),
}
_LOCKS: Final = ("recognition.points_locked", "recognition.credits_locked")
_UNLOCKS: Final = ("recognition.points_unlocked", "recognition.credits_unlocked")


@dataclass(frozen=True, slots=True)
class Header:
    """What a statement says in all. `filed`: the transactions of source and destination, "" for none."""

    agreement: str
    period: str
    source: bytes
    destination: bytes
    root: Label
    filed: tuple[str, str]


@dataclass(frozen=True, slots=True)
class ProvenLine:
    """A line with the transactions that prove it: of the source's lock, and of what settled it."""

    line: Line
    lock: str
    settlement: str = ""
    by_ruling: bool = False
    """The settlement is the source's own unlocking, by an arbiter's ruling."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A statement that holds."""

    header: Header
    cosigned: bool
    """Whether both regulators' filings were shown."""
    by_ruling: int
    """Lines that an arbiter settled: the ruling's time is the regulators' word."""
    lane: str = ""
    """points or credits, as the locks say; "" for a statement without a line."""


def encode(
    header: Header, bundles: Mapping[tuple[bytes, str], bytes], lines: Iterable[ProvenLine]
) -> Iterator[bytes]:
    """The file, line by line, each with its newline. `bundles` by genesis hash and transaction id."""
    flow = {name: str(value) for name, value in header.root.flow._asdict().items()}
    yield _line(
        {
            "agreement": header.agreement,
            "destination": header.destination.hex(),
            "filed": list(header.filed),
            "flow": flow,
            "format": FORMAT,
            "period": header.period,
            "root": header.root.hash.hex(),
            "source": header.source.hex(),
        }
    )
    for (genesis, transaction), bundle in sorted(bundles.items()):
        yield _line(
            {"bundle": b64encode(bundle).decode(), "ledger": genesis.hex(), "transaction": transaction}
        )
    for one in lines:
        fields = cast("dict[str, Json]", canonical.parse(one.line.encode(), canonical.DOCUMENT_BYTES_MAX))
        yield _line({**fields, "lock": one.lock, "settlement": one.settlement})


def check(file: Iterable[bytes], anchors: Iterable[Anchors]) -> Checked:
    """Judge a statement by one's own anchors of both regions.

    Raises:
        ProofError: bytes that are no statement; a bundle, line, sum or root that does not hold.
    """
    by_genesis = {one.genesis: one for one in anchors}
    rows = iter(file)
    header = _header(_row(next(rows, b"")))
    shown = _Shown(by_genesis, header)
    lines: list[Line] = []
    by_ruling = 0
    for raw in rows:
        row = _row(raw)
        if "bundle" in row:
            shown.take(row)
            continue
        if len(lines) >= LINES_MAX:
            raise FormatError("statement.lines", f"more than {LINES_MAX}")
        one = _proven_line(row)
        by_ruling += shown.judge(one)
        lines.append(one.line)
    period = parse_period(header.period)
    label = SumTree(lines_of(period, lines)).label
    if label != header.root or label.flow.lines != len(lines):
        raise FormatError("statement.root", f"the lines give {label.hash.hex()} and {label.flow}")
    if len(shown.lanes) > 1:
        raise FormatError("statement.lane", "points and credits in one statement")
    lane = "".join(shown.lanes)
    return Checked(header, cosigned=shown.cosigned(), by_ruling=by_ruling, lane=lane)


class _Shown:
    """What the file's bundles prove, by ledger and transaction."""

    def __init__(self, anchors: Mapping[bytes, Anchors], header: Header) -> None:
        self._anchors = anchors
        self._header = header
        self._effects: dict[tuple[bytes, str], tuple[Mapping[str, Json], ...]] = {}
        self.lanes: set[str] = set()
        """points or credits, of the lines judged so far."""

    def take(self, row: Mapping[str, Json]) -> None:
        """Verify one bundle and keep what its transaction did."""
        genesis = canonical.parse_hex(_text(row, "ledger"), 32)
        if genesis not in (self._header.source, self._header.destination):
            raise FormatError("statement.ledger", genesis.hex())
        trusted = self._anchors.get(genesis)
        if trusted is None:
            raise SignatureError("statement.anchors", f"none given for the ledger {genesis.hex()}")
        verdict = verify(canonical.parse_base64(row.get("bundle")), trusted)
        if isinstance(verdict, Invalid):
            raise ProofError(verdict.reason, verdict.detail)
        if isinstance(verdict, Insufficient):
            raise SignatureError("statement.insufficient", "; ".join(verdict.missing))
        transaction = _text(row, "transaction")
        if verdict.leaf.txid != transaction:
            raise FormatError("statement.transaction", f"{transaction} is proven as {verdict.leaf.txid}")
        found = tuple(one for one in verdict.effects if isinstance(one, Mapping))
        self._effects[genesis, transaction] = found

    def judge(self, one: ProvenLine) -> bool:
        """Refuse a line that its proofs do not give. True when an arbiter settled it."""
        line, header = one.line, self._header
        same = {"agreement": header.agreement, "transfer": line.transfer, "terms": line.terms}
        lock = {**same, "quantity": str(line.quantity), "seconds": str(line.locked)}
        shown = self._require(header.source, one.lock, _LOCKS, lock)
        self.lanes.add("points" if shown.get("kind") == _LOCKS[0] else "credits")
        if line.outcome == "open":
            if one.settlement:
                raise FormatError("statement.line", f"{line.transfer} is open, yet settled")
            return False
        if (header.destination, one.settlement) in self._effects:
            settled = {**same, "seconds": str(line.settled)}
            self._require(header.destination, one.settlement, _OUTCOMES[line.outcome], settled)
            return False
        if line.outcome != "aborted":
            raise SignatureError("statement.unproven", f"{line.transfer} is said to be minted")
        found = self._require(header.source, one.settlement, _UNLOCKS, same)
        if not found.get("ruling"):
            raise SignatureError("statement.unproven", f"{line.transfer} was unlocked without a ruling")
        return True

    def cosigned(self) -> bool:
        """Whether both filings are shown, and state what the header does."""
        header = self._header
        if not all(header.filed):
            return False
        stated = {
            "agreement": header.agreement,
            "period": header.period,
            "root": header.root.hash.hex(),
            "source": header.source.hex(),
            **{name: str(value) for name, value in header.root.flow._asdict().items()},
        }
        for genesis, transaction in zip((header.source, header.destination), header.filed, strict=True):
            self._require(genesis, transaction, ("recognition.statement_filed",), stated)
        return True

    def _require(
        self, genesis: bytes, transaction: str, kinds: tuple[str, ...], fields: Mapping[str, str]
    ) -> Mapping[str, Json]:
        for effect in self._effects.get((genesis, transaction), ()):
            if effect.get("kind") in kinds and all(
                effect.get(name) == value for name, value in fields.items()
            ):
                return effect
        raise SignatureError(
            "statement.unproven",
            f"no {' or '.join(kinds)} in {transaction or 'no transaction'}: {dict(fields)}",
        )


def _line(row: Mapping[str, Json]) -> bytes:
    return canonical.encode(row) + b"\n"


def _row(raw: bytes) -> Mapping[str, Json]:
    row = canonical.parse(raw.removesuffix(b"\n"), canonical.DOCUMENT_BYTES_MAX)
    if not isinstance(row, Mapping):
        raise FormatError("statement.row", "is no object")
    return row


def _text(row: Mapping[str, Json], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise FormatError("statement.row", f"{name} is no string")
    return value


def _header(row: Mapping[str, Json]) -> Header:
    if row.get("format") != FORMAT:
        raise FormatError("statement.format", f"not a {FORMAT}")
    flow, filed = row.get("flow"), row.get("filed")
    if not isinstance(flow, Mapping) or set(flow) != set(Flow._fields):
        raise FormatError("statement.flow", "is not the six figures")
    if not isinstance(filed, list) or len(filed) != 2 or not all(isinstance(one, str) for one in filed):
        raise FormatError("statement.filed", "is not two transactions")
    figures = Flow._make(canonical.parse_decimal(_text(flow, name)) for name in Flow._fields)
    return Header(
        _text(row, "agreement"),
        _text(row, "period"),
        canonical.parse_hex(_text(row, "source"), 32),
        canonical.parse_hex(_text(row, "destination"), 32),
        Label(canonical.parse_hex(_text(row, "root"), 32), figures),
        (str(filed[0]), str(filed[1])),
    )


def _proven_line(row: Mapping[str, Json]) -> ProvenLine:
    outcome = _text(row, "outcome")
    if outcome not in ("open", "minted", "aborted"):
        raise FormatError("statement.outcome", outcome)
    line = Line(
        _text(row, "transfer"),
        _text(row, "terms"),
        canonical.parse_decimal(_text(row, "quantity")),
        canonical.parse_decimal(_text(row, "locked")),
        cast("Outcome", outcome),
        canonical.parse_decimal(_text(row, "settled")),
    )
    return ProvenLine(line, _text(row, "lock"), _text(row, "settlement"))
