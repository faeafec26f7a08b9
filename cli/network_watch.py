"""`tanhui network watch`: an alarm when peers do not hold the same ledger, and warnings before that."""

import asyncio
import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import structlog
import typer

from tanhui.cli.network_options import NetworkData, TopologyFile, open_network
from tanhui.cli.output import print_json
from tanhui.crypto_config.certificates import load_certificate
from tanhui.crypto_config.folders import read_file
from tanhui.network.channel.agreement import Agreement, compare
from tanhui.network.channel.bring_up import peer_admins
from tanhui.network.channel.make_network import Network
from tanhui.network.processes.native_network import connect

EXIT_DIFFERENT: Final = 3
"""Peers differ: somebody's ledger is wrong."""
BEHIND_BLOCKS: Final = 50
"""A peer so far behind the highest is warned of."""

_log = structlog.get_logger(__name__)


def watch(
    topology: TopologyFile,
    data: NetworkData,
    once: Annotated[
        bool, typer.Option("--once", help="Compare once, print one JSON object, and end.")
    ] = False,
    interval_s: Annotated[float, typer.Option("--interval", min=0.5, max=86_400, help="Seconds.")] = 15.0,
    expiry_days: Annotated[
        int, typer.Option("--expiry-days", min=1, max=3_650, help="Warn of certificates that end so soon.")
    ] = 30,
) -> None:
    """Compare every peer's block hash and commit hash at the newest block that all have.

    Logs `watch.differ` with the first block at which they part, and ends with exit status 3: that is the alarm.
    Peers that do not answer or are behind, and certificates that end soon, are warnings.
    """
    network = open_network(topology, data).network
    for name, days in sorted(expiring(network, expiry_days).items()):
        _log.warning("watch.certificate_ends", certificate=name, days=days)
    while True:
        found = asyncio.run(_compared(network))
        _warn(found)
        if once:
            print_json(document(found))
        if not found.agrees:
            raise typer.Exit(EXIT_DIFFERENT)
        if once:
            return
        asyncio.run(asyncio.sleep(interval_s))


def document(found: Agreement) -> dict[str, Any]:
    """One comparison as JSON."""
    words = found.words.items()
    return {
        "agrees": found.agrees,
        "compared": found.compared,
        "differs_from": found.differs_from,
        "peers": {
            name: {"block_hash": word.block_hash.hex(), "commit_hash": word.commit_hash.hex()}
            for name, word in words
        },
        "heights": found.heights,
        "absent": found.absent,
    }


def expiring(network: Network, days: int) -> dict[str, int]:
    """Days left of every certificate of nodes, users and authorities that ends within `days`."""
    now = datetime.datetime.now(datetime.UTC)
    found = {}
    for organisation in network.organisations.values():
        files = [
            *(path for kind in ("ca", "tlsca") for path in (organisation.folder / kind).glob("*-cert.pem")),
            *(path for member in organisation.members() for path in _certificates(member.folder)),
        ]
        for path in files:
            ends = load_certificate(read_file(path), source=str(path)).not_valid_after_utc
            left = (ends - now).days
            if left < days:
                found[path.relative_to(network.folder).as_posix()] = left
    return found


def _certificates(folder: Path) -> list[Path]:
    return [*(folder / "msp" / "signcerts").glob("*.pem"), *(folder / "tls").glob("*.crt")]


async def _compared(network: Network) -> Agreement:
    async with peer_admins(network, connect) as peers:
        return await compare(peers, network.topology.channel.name)


def _warn(found: Agreement) -> None:
    if not found.agrees:
        _log.critical(
            "watch.differ",
            from_block=found.differs_from,
            peers={name: word.commit_hash.hex()[:16] for name, word in found.words.items()},
        )
    else:
        _log.info("watch.agree", block=found.compared, peers=len(found.words))
    for name, reason in found.absent.items():
        _log.warning("watch.absent", peer=name, reason=reason[:200])
    highest = max(found.heights.values(), default=0)
    for name, height in found.heights.items():
        if highest - height > BEHIND_BLOCKS:
            _log.warning("watch.behind", peer=name, blocks=highest - height)
