"""Issues: where points come from. One issue for each programme version, source and vintage.

Batches issue into the same issue, so that lots do not multiply with events; the batch's own record says what
it added. The id is a hash, so that nobody has to count, and two operators never meet on a key.
"""

import hashlib
from typing import Final

import msgspec

from tanhui.chaincode.rules.lots import ISSUE_ID_BYTES

_PREFIX: Final = b"tanhui issue v1\n"


class Issue(msgspec.Struct, frozen=True):
    """What every lot of an issue shares."""

    programme: str
    version: int
    """The programme's version under which it was issued."""
    source: str
    """The methodology's version, the scene of a direct award, or the programme converted from."""
    vintage: int
    """The year in which it was earned, in UTC+8."""

    @property
    def id(self) -> bytes:
        """Eight bytes, the first of SHA-256 over prefix and parts: what a lot carries."""
        parts = "\n".join((self.programme, str(self.version), self.source, str(self.vintage)))
        return hashlib.sha256(_PREFIX + parts.encode()).digest()[:ISSUE_ID_BYTES]
