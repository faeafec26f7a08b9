r"""An arbiter's ruling that a transfer is never to be minted, as a signed note.

tanhui-never-minted/v1
<terms, 64 hex digits>
<genesis hash of the ledger that the transfer left, 64 hex digits>
<transfer>
<when, POSIX seconds, decimal>
<why, one line>

It settles what a region that stays silent leaves open: the source unlocks by it, and the destination must
honour it when it comes back, whatever it did meanwhile.
"""

import re
from dataclasses import dataclass

from tanhui.proofs import canonical, notes
from tanhui.proofs.errors import FormatError, SignatureError
from tanhui.proofs.policy import Quorum

FORMAT = "tanhui-never-minted/v1"
NOTE_BYTES_MAX = 16 * 1024
SECONDS = re.compile("[1-9][0-9]{0,14}")


@dataclass(frozen=True, slots=True)
class NeverMinted:
    """What the arbiter ruled."""

    terms: bytes
    source: bytes
    transfer: str
    seconds: int
    reason: str

    def text(self) -> bytes:
        """The note's text."""
        lines = (FORMAT, self.terms.hex(), self.source.hex(), self.transfer, str(self.seconds), self.reason)
        return "".join(f"{line}\n" for line in lines).encode()


def check(note: bytes, arbiter: Quorum) -> NeverMinted:
    """The ruling, once enough of the arbiter's keys signed it.

    Raises:
        FormatError: another form.
        SignatureError: a signature does not verify, or the quorum is not reached.
    """
    lines = _signed_lines(note, arbiter)
    if len(lines) != 7 or lines[0] != FORMAT or not all(lines[1:6]) or not SECONDS.fullmatch(lines[4]):
        raise FormatError("ruling.form", f"not a {FORMAT}")
    return NeverMinted(
        canonical.parse_hex(lines[1], 32),
        canonical.parse_hex(lines[2], 32),
        lines[3],
        int(lines[4]),
        lines[5],
    )


RULING_FORMAT = "tanhui-dispute-ruling/v3"


@dataclass(frozen=True, slots=True)
class DisputeRuling:
    """What the arbiter ruled in a dispute, as a signed note.

    tanhui-dispute-ruling/v3
    <terms, 64 hex digits>
    <genesis hash of the ledger that the transfer left, 64 hex digits>
    <transfer>
    <dispute>
    <dismissed or upheld>
    <genesis hash of the ledger whose region owes, 64 hex digits>
    <source units owed, decimal>
    <when, POSIX seconds, decimal>
    <why, one line>

    The terms name the agreement, its lane and both ledgers. Source and transfer are there because a dispute's id is
    chosen by whoever opens it: two ledgers may give one id to disputes about two transfers, and two transfers may
    have one id, one each way.

    The time puts what is owed into one period's netting, whenever either ledger is shown the ruling.
    """

    terms: bytes
    source: bytes
    transfer: str
    dispute: str
    outcome: str
    owed_by: bytes
    quantity: int
    seconds: int
    reason: str

    def text(self) -> bytes:
        """The note's text."""
        lines = (
            RULING_FORMAT,
            self.terms.hex(),
            self.source.hex(),
            self.transfer,
            self.dispute,
            self.outcome,
            self.owed_by.hex(),
            str(self.quantity),
            str(self.seconds),
            self.reason,
        )
        return "".join(f"{line}\n" for line in lines).encode()


def check_dispute(note: bytes, arbiter: Quorum) -> DisputeRuling:
    """The ruling, once enough of the arbiter's keys signed it.

    Raises:
        FormatError: another form.
        SignatureError: a signature does not verify, or the quorum is not reached.
    """
    lines = _signed_lines(note, arbiter)
    formed = len(lines) == 11 and lines[0] == RULING_FORMAT and lines[5] in {"dismissed", "upheld"}
    if not formed or not SECONDS.fullmatch(lines[8]):
        raise FormatError("ruling.form", f"not a {RULING_FORMAT}")
    return DisputeRuling(
        canonical.parse_hex(lines[1], 32),
        canonical.parse_hex(lines[2], 32),
        lines[3],
        lines[4],
        lines[5],
        canonical.parse_hex(lines[6], 32),
        canonical.parse_decimal(lines[7]),
        int(lines[8]),
        lines[9],
    )


def _signed_lines(note: bytes, arbiter: Quorum) -> list[str]:
    """The lines of a note that enough of the arbiter's keys signed; the last is empty."""
    if len(note) > NOTE_BYTES_MAX:
        raise FormatError("ruling.too_long", f"{len(note)} bytes, at most {NOTE_BYTES_MAX}")
    found, verified = notes.open_note(note, arbiter.keys)
    signed = [one.key for one in verified]
    if not arbiter.reached(signed):
        raise SignatureError("ruling.quorum", f"{len(signed)} of {arbiter.threshold} arbiters signed")
    return found.text.decode().split("\n")
