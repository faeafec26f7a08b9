"""`tanhui witness serve`: cosign the growth of logs, and as a replay auditor what one replayed oneself."""

import contextlib
import socket
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from tanhui.cli.logging import log_to_stderr
from tanhui.cli.output import fail, messages
from tanhui.cli.serving import say_ready
from tanhui.node.follower.folder import AUDITOR_KEY, AuditFolder
from tanhui.node.witness.application import Cosigner, WitnessApplication
from tanhui.node.witness.replay_auditor import ReplayAuditor
from tanhui.proofs import keys
from tanhui.proofs.keys import KeyType, VerifierKey
from tanhui.proofs.witness import Witness

WITNESS_KEY = "witness.key"

app = typer.Typer(help="Cosign transparency logs (C2SP tlog-witness).", no_args_is_help=True)


def logs_of(texts: list[str]) -> dict[str, list[VerifierKey]]:
    """Keys by origin: a log's key carries its origin as its name. Raises FormatError."""
    found: dict[str, list[VerifierKey]] = {}
    for text in texts:
        key = keys.parse_vkey(text)
        found.setdefault(key.name, []).append(key)
    return found


@app.command()
def serve(
    *,
    data: Annotated[Path, typer.Option("--data", help="The witness's folder.", file_okay=False)],
    log: Annotated[list[str], typer.Option(help="A log's public key; repeat.")],
    name: Annotated[str, typer.Option(help="Name of the witness's key.")] = "",
    replay: Annotated[
        Path | None,
        typer.Option(help="Cosign as replay auditor over this auditor's folder instead.", file_okay=False),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 picks a free one.")] = 8101,
) -> None:
    """Serve add-checkpoint. Prints `ready URL KEY` when it serves; put TLS before it where others reach it."""
    log_to_stderr()
    logs = logs_of(log)
    cosigner: Cosigner
    if replay is None:
        if not name:
            fail("a witness needs --name")
        signer = AuditFolder(data).signer(WITNESS_KEY, name, KeyType.COSIGNATURE)
        cosigner = Witness(data / "state", signer, logs)
    else:
        audited = AuditFolder(replay)
        signer = audited.existing_signer(AUDITOR_KEY)
        cosigner = ReplayAuditor(Witness(data / "state", signer, logs), audited, logs)
    listener = socket.create_server((host, port))
    application = WitnessApplication(cosigner, tuple(logs))
    config = uvicorn.Config(application, log_config=None, lifespan="off", access_log=False)
    address = f"http://{host}:{listener.getsockname()[1]}"
    say_ready(f"{address} {signer.key.vkey}")
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run([listener])
    messages.print("stopped")
