"""Transparency: the log's newest checkpoint, who signed it, how far this portal is, and what all that shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response

from tanhui.proofs import checkpoints, notes
from tanhui.proofs.errors import FormatError
from tanhui.registry_api.portal.pages.verify import page_hash
from tanhui.registry_api.portal.site import Site

CHECKPOINT_BYTES_MAX = 256 << 10


@dataclass(frozen=True, slots=True)
class Log:
    """The newest checkpoint: its note as it stands, its size and root, and the names under it."""

    text: str
    origin: str
    size: int
    root: str
    signers: Sequence[str]


def log_view(note: bytes) -> Log:
    """Take a checkpoint apart without judging its signatures: a reader does that with keys of their own.

    Raises:
        FormatError: it is no checkpoint.
    """
    parsed = notes.parse(note)
    checkpoint = checkpoints.parse(parsed.text)
    return Log(
        note.decode(),
        checkpoint.origin,
        checkpoint.size,
        checkpoint.root.hex(),
        [one.name for one in parsed.signatures],
    )


def routes(site: Site) -> APIRouter:
    """GET /transparency."""
    router = APIRouter(include_in_schema=False)

    def newest() -> Log | None:
        if site.log_folder is None:
            return None
        path: Path = site.log_folder / "checkpoint"
        if not path.is_file() or path.stat().st_size > CHECKPOINT_BYTES_MAX:
            return None
        try:
            return log_view(path.read_bytes())
        except FormatError:
            return None

    @router.get("/transparency")
    async def page(request: Request) -> Response:
        log = await site.read(newest)
        height = await site.ledger.height()
        founding = await site.public.ask("governance:Founding")
        return site.render(
            request, "transparency.html", log=log, height=height, founding=founding, verify_hash=page_hash()
        )

    return router
