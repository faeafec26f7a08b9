"""The transparency log as static files (C2SP tlog-tiles): checkpoint, tiles, entry bundles. Public, read-only.

The files are an auditor's (`tanhui audit follow`); the API only hands them on, so that a plain web server can
take its place. Nothing in them concerns a person: a leaf holds hashes.
"""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response

from tanhui.proofs import anchors
from tanhui.proofs.errors import FormatError
from tanhui.proofs.log_reader import CHECKPOINT_PATH, COSIGNED_PATH
from tanhui.proofs.tiles import parse_path
from tanhui.registry_api.problems import NOT_FOUND, Problem

PREFIX = "/v1/log"
_FULL_S = 31_536_000
"""A full tile never changes: a year. A partial one neither, while it is there."""


def log_routes(folder: Path, anchors_file: Path | None = None) -> APIRouter:
    """GET /v1/log/checkpoint, /v1/log/cosigned, /v1/log/anchors, and below /v1/log/tile."""
    router = APIRouter(prefix=PREFIX, tags=["log"])

    @router.get("/checkpoint", operation_id="log_Checkpoint", response_class=FileResponse)
    def checkpoint() -> FileResponse:
        """The newest checkpoint: a signed note."""
        return _file(folder / CHECKPOINT_PATH, "text/plain; charset=utf-8", "no-cache")

    @router.get("/cosigned", operation_id="log_Cosigned", response_class=FileResponse)
    def cosigned() -> FileResponse:
        """The newest checkpoint that auditors and witnesses joined: what a relay proves a transaction under."""
        return _file(folder / COSIGNED_PATH, "text/plain; charset=utf-8", "no-cache")

    @router.get("/anchors", operation_id="log_Anchors", response_class=Response)
    def published_anchors() -> Response:
        """The registry's own anchors: a draft, until its reader compared the fingerprint by another way.

        The ETag is the fingerprint.
        """
        if anchors_file is None or not anchors_file.is_file():
            raise Problem(NOT_FOUND, value="anchors")
        data = anchors_file.read_bytes()
        tag = f'"{anchors.parse(data).fingerprint().hex()}"'
        return Response(
            data, media_type="application/json", headers={"Cache-Control": "no-cache", "ETag": tag}
        )

    @router.get("/tile/{path:path}", operation_id="log_Tile", response_class=FileResponse)
    def tile(path: str) -> FileResponse:
        """256 hashes of one level, or 256 entries; `.p/<width>` while there are fewer."""
        # Only what the layout knows is ever looked up: no other file of the folder can be named.
        try:
            found = parse_path(f"tile/{path}")
        except FormatError:
            raise Problem(NOT_FOUND, value=path[:200]) from None
        return _file(
            folder / found.path(), "application/octet-stream", f"public, max-age={_FULL_S}, immutable"
        )

    return router


def _file(path: Path, kind: str, cache: str) -> FileResponse:
    if not path.is_file():
        raise Problem(NOT_FOUND, value=path.name)
    return FileResponse(path, media_type=kind, headers={"Cache-Control": cache})
