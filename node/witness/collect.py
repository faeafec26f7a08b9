"""Collecting cosignatures: the published checkpoint goes to each member, whose line is verified and put on it.

A member that is away costs its own line and nothing else; whether the quorum is reached is the reader's to
judge, by his anchors. Sizes that members have seen are kept in memory: a 409 tells them again.
"""

import asyncio
import http.client
import urllib.parse

import structlog

from tanhui.node.follower.audit_log import AuditLog
from tanhui.node.witness.policy_file import CosignerPolicy, Group, Member
from tanhui.proofs import checkpoints, notes
from tanhui.proofs.errors import ProofError
from tanhui.proofs.keys import VerifierKey
from tanhui.proofs.log_reader import LogReader
from tanhui.proofs.notes import Note, NoteSignature
from tanhui.proofs.witness import AddCheckpoint

_log = structlog.get_logger(__name__)

ANSWER_BYTES_MAX = 64 * 1024
ANSWER_S_MAX = 5.0


class CosignerError(Exception):
    """A member that gave no cosignature: away, or refusing."""


class Collector:
    """Asks the members of a policy; `collect` is a follower's `on_published`."""

    def __init__(self, log: AuditLog, policy: CosignerPolicy) -> None:
        self._auditing = log
        self._policy = policy
        self._seen: dict[VerifierKey, int] = {}

    async def collect(self, note: Note) -> None:
        """Ask everybody at once, and keep the lines that verify."""
        reader = self._auditing.reader()
        answers = await asyncio.gather(
            *(asyncio.to_thread(self._ask, one, note, reader) for one in self._policy.members)
        )
        lines = [one for one in answers if one is not None]
        if lines:
            self._auditing.add_cosignatures(lines, [one.key for one in self._policy.members])
        _log.info(
            "cosignatures",
            size=reader.size,
            witnesses=_reached(self._policy.witnesses, lines),
            auditors=_reached(self._policy.auditors, lines),
        )

    def _ask(self, member: Member, note: Note, reader: LogReader) -> NoteSignature | None:
        try:
            return self._cosignature(member, note, reader)
        except (CosignerError, ProofError, OSError, http.client.HTTPException) as error:
            _log.warning("cosigner.none", cosigner=member.key.name, url=member.url, reason=str(error))
            return None

    def _cosignature(self, member: Member, note: Note, reader: LogReader) -> NoteSignature:
        size = checkpoints.parse(note.text).size
        old = self._seen.get(member.key, 0)
        for _ in range(2):
            proof = tuple(reader.consistency_proof(old, size)) if 0 < old < size else ()
            status, body = post(
                f"{member.url.rstrip('/')}/add-checkpoint", AddCheckpoint(old, proof, note).encode()
            )
            if status == 409 and body.strip().isdigit() and int(body) <= size:
                old = int(body)
                continue
            break
        if status != 200:
            raise CosignerError(f"HTTP {status}: {body[:200].decode('utf-8', 'replace').strip()}")
        for line in notes.parse_signature_lines(body):
            if (line.name, line.key_id) == (member.key.name, member.key.key_id):
                notes.verify(Note(note.text, (line,)), [member.key])
                self._seen[member.key] = size
                return line
        raise CosignerError("answered with the line of another key")


def post(url: str, body: bytes) -> tuple[int, bytes]:
    """One POST; status and body. Raises OSError, http.client.HTTPException, CosignerError."""
    parts = urllib.parse.urlsplit(url)
    if parts.hostname is None:
        raise CosignerError(f"{url[:80]!r} names no host")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=ANSWER_S_MAX)
    try:
        connection.request("POST", parts.path, body, {"Content-Type": "text/plain; charset=utf-8"})
        answer = connection.getresponse()
        data = answer.read(ANSWER_BYTES_MAX + 1)
    finally:
        connection.close()
    if len(data) > ANSWER_BYTES_MAX:
        raise CosignerError(f"an answer beyond {ANSWER_BYTES_MAX} bytes")
    return answer.status, data


def _reached(group: Group, lines: list[NoteSignature]) -> str:
    by = {(one.name, one.key_id) for one in lines}
    count = sum((one.key.name, one.key.key_id) in by for one in group.members)
    return f"{count} of {group.threshold} needed"
