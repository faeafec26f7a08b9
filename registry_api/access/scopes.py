"""What a key or a token may be used for: `read` and `write`, as a whole or for one lane (`write:points`). Pure."""

import re
from collections.abc import Iterable
from typing import Final

READ: Final = "read"
WRITE: Final = "write"
EVERYTHING: Final = (READ, WRITE)
SCOPES_MAX: Final = 32

_SCOPE: Final = re.compile(r"(?:read|write)(?::[a-z_]{1,64})?")


def is_scope(text: str) -> bool:
    """Whether it is written as a scope."""
    return _SCOPE.fullmatch(text) is not None


def checked_scopes(scopes: Iterable[str]) -> tuple[str, ...]:
    """The scopes, each once and sorted.

    Raises:
        ValueError: there are none, too many, or one is not written as a scope.
    """
    found = tuple(sorted(set(scopes)))
    if not 0 < len(found) <= SCOPES_MAX:
        raise ValueError(f"scopes: {len(found)}: 1 to {SCOPES_MAX} are needed")
    for scope in found:
        if not is_scope(scope):
            raise ValueError(f"scopes: {scope[:80]!r}: must be read or write, or one of them with :lane")
    return found


def permits(scopes: Iterable[str], wanted: str) -> bool:
    """Whether `scopes` cover `wanted`; the whole covers each of its lanes, a lane covers itself alone."""
    held = frozenset(scopes)
    return wanted in held or wanted.partition(":")[0] in held


def of_function(verb: str, function: str) -> str:
    """The scope that a call of a function needs: `verb:lane`."""
    return f"{verb}:{function.partition(':')[0]}"
