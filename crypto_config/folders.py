"""Files of a crypto folder: bounded reads, whole writes, and secrets that only their owner can read."""

import os
import secrets
from pathlib import Path
from typing import Final

from tanhui.crypto_config.errors import CryptoConfigError

FILE_BYTES_MAX: Final = 1 << 20
"""No certificate, key, revocation list or config.yaml is larger (20,000 revoked serials: about 800 KiB)."""

SECRET_MODE: Final = 0o600
PUBLIC_MODE: Final = 0o644
FOLDER_MODE: Final = 0o755
SECRET_FOLDER_MODE: Final = 0o700


def read_file(path: Path) -> bytes:
    """The whole file. CryptoConfigError when it is missing, unreadable, not a file, or too large."""
    try:
        with path.open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
    except OSError as cause:
        raise CryptoConfigError("file", str(path), f"must be readable: {cause.strerror}") from cause
    if len(content) > FILE_BYTES_MAX:
        raise CryptoConfigError("file", str(path), f"must not be larger than {FILE_BYTES_MAX} bytes")
    return content


def write_secret(path: Path, content: bytes) -> None:
    """Write with mode 0600 from the first byte on; the folder is made for its owner only."""
    path.parent.mkdir(mode=SECRET_FOLDER_MODE, parents=True, exist_ok=True)
    _replace(path, content, SECRET_MODE)


def write_public(path: Path, content: bytes) -> None:
    """Write what anybody may read."""
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    _replace(path, content, PUBLIC_MODE)


def _replace(path: Path, content: bytes, mode: int) -> None:
    """Put the whole content in place at once: a reader sees the old file or the new one, never half of it."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
