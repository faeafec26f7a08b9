"""LevelDB under whatever name its binding has on this Python (docs/adr: LevelDB through plyvel and plyvel-next)."""

import sys

if sys.version_info >= (3, 12):
    import plyvel_next as plyvel
else:
    import plyvel

DB = plyvel.DB
Error = plyvel.Error

__all__ = ["DB", "Error"]
