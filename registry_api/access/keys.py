"""Access keys: who a caller is. A key is shown once, kept hashed, is good for its scopes, and may expire.

A key is 32 random bytes in URL-safe base64, so a plain SHA-256 is enough to keep: there is nothing to guess.
"""

import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from tanhui.registry_api.access.scopes import EVERYTHING, checked_scopes

KEY_BYTES = 32
PREFIX = "thk_"
KEYS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key as it is kept.

    Attributes:
        id: shown in logs and lists.
        identity: the name of the signing identity that acts for its bearer.
        sha256: hex digest of the key.
        expires: seconds since 1970, 0 for never.
        scopes: what it may be used for.
    """

    id: str
    identity: str
    sha256: str
    expires: int
    scopes: tuple[str, ...] = EVERYTHING


class AccessKeys:
    """The keys of one registry, in one file that holds no secret."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._keys: dict[str, AccessKey] = {}
        self._read_at = -1
        self._refresh()

    def create(self, identity: str, expires: int = 0, scopes: tuple[str, ...] = EVERYTHING) -> str:
        """A new key for `identity`; the only time it can be read.

        Raises:
            ValueError: past KEYS_MAX, or scopes that are none.
        """
        self._refresh()
        if len(self._keys) >= KEYS_MAX:
            raise ValueError(f"keys: {len(self._keys)}: no more than {KEYS_MAX} are kept")
        token = PREFIX + secrets.token_urlsafe(KEY_BYTES)
        digest = hashlib.sha256(token.encode()).hexdigest()
        self._keys[digest] = AccessKey(
            secrets.token_hex(4), identity, digest, expires, checked_scopes(scopes)
        )
        self._write()
        return token

    def revoke(self, key_id: str) -> None:
        """Forget a key. Raises KeyError when there is none of that id."""
        self._refresh()
        for digest, entry in self._keys.items():
            if entry.id == key_id:
                del self._keys[digest]
                self._write()
                return
        raise KeyError(key_id)

    def find(self, token: str, now: int) -> AccessKey | None:
        """The key's entry, or None when it is unknown or has expired at `now` (seconds since 1970)."""
        self._refresh()
        digest = hashlib.sha256(token.encode()).hexdigest()
        entry = self._keys.get(digest)
        if entry is None or not hmac.compare_digest(entry.sha256, digest):
            return None
        return None if 0 < entry.expires <= now else entry

    def list(self) -> list[AccessKey]:
        """Every key that is kept, by identity."""
        return sorted(self._keys.values(), key=lambda entry: (entry.identity, entry.id))

    def _refresh(self) -> None:
        """Read the file again when it was replaced, so that a key revoked elsewhere ends at once."""
        try:
            changed_at = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return
        if changed_at != self._read_at:
            entries = [_entry(**entry) for entry in json.loads(self._path.read_text("utf-8"))]
            self._keys = {entry.sha256: entry for entry in entries}
            self._read_at = changed_at

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self._path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps([asdict(entry) for entry in self.list()], indent=1), "utf-8")
        fresh.replace(self._path)
        self._read_at = self._path.stat().st_mtime_ns


def _entry(
    id: str,  # noqa: A002  the file's member
    identity: str,
    sha256: str,
    expires: int,
    scopes: tuple[str, ...] = EVERYTHING,
) -> AccessKey:
    """An entry of the file; one from before there were scopes is good for everything."""
    return AccessKey(id, identity, sha256, expires, checked_scopes(scopes))
