r"""Statements that two accounts in two regions are one person's, as signed notes.

tanhui-same-person/v1
<terms, 64 hex digits>
<source programme>/<source account>
<target programme>/<target account>
<the person's pseudonym for this agreement, 64 hex digits>
<last day, YYYY-MM-DD>

Signed by the authority that both regions accept, or by each region's own: then the person carries the statement
from one to the other. Nothing in it says who the person is; the pseudonym is HMAC(the authority's secret,
agreement), so that a cap for a person can be counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tanhui.proofs import canonical, notes
from tanhui.proofs.errors import FormatError, SignatureError
from tanhui.proofs.keys import VerifierKey

FORMAT = "tanhui-same-person/v1"
NOTE_BYTES_MAX = 4096


@dataclass(frozen=True, slots=True)
class SamePerson:
    """What such a statement says. Accounts are (programme, account); `until` is YYYY-MM-DD."""

    terms: bytes
    source: tuple[str, str]
    target: tuple[str, str]
    person: bytes
    until: str

    def text(self) -> bytes:
        """The note's text."""
        lines = (
            FORMAT,
            self.terms.hex(),
            "/".join(self.source),
            "/".join(self.target),
            self.person.hex(),
            self.until,
        )
        return "".join(f"{one}\n" for one in lines).encode()


def check(note: bytes, keys: Sequence[VerifierKey]) -> SamePerson:
    """What the statement says, once all of `keys` signed it.

    Raises:
        FormatError: another form.
        SignatureError: a key's signature is missing or does not verify.
    """
    if len(note) > NOTE_BYTES_MAX:
        raise FormatError("same_person.too_long", f"{len(note)} bytes, at most {NOTE_BYTES_MAX}")
    found, verified = notes.open_note(note, keys)
    if {one.key for one in verified} != set(keys):
        raise SignatureError("same_person.unsigned", f"{len(verified)} of {len(keys)} authorities signed")
    lines = found.text.decode().split("\n")
    if len(lines) != 7 or lines[0] != FORMAT:
        raise FormatError("same_person.form", f"not a {FORMAT}")
    statement = SamePerson(
        canonical.parse_hex(lines[1], 32),
        _account(lines[2]),
        _account(lines[3]),
        canonical.parse_hex(lines[4], 32),
        lines[5],
    )
    if statement.text() != found.text:
        raise FormatError("same_person.form", "not the one form of what it says")
    return statement


def _account(line: str) -> tuple[str, str]:
    programme, slash, account = line.partition("/")
    if not slash:
        raise FormatError("same_person.account", f"{line[:60]!r} is no programme/account")
    return programme, account
