"""`tanhui relay`: carry the proofs of agreements between two regions.

    agreements: [sichuan-jilin, sichuan-jilin-points]
    sides:
      - name: sichuan
        connection: sichuan/connection.json       # of any peer of the region
        msp: ExchangeMSP                          # default: the profile's first
        identity: verifier                        # default: the first of that MSP
        log: sichuan/auditor/log                  # the log's files: a folder, or an http(s) address
      - {name: jilin, connection: jilin/connection.json, log: https://registry.jilin.example/v1/log}
    journal: relay/journal.jsonl                  # default: beside this file
    interval_s: 2

Paths are taken from where the file lies.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from tanhui.cli.connection import open_connection
from tanhui.cli.logging import log_to_stderr
from tanhui.cli.options import AsJson
from tanhui.cli.output import EXIT_FAILED, fail, messages, print_json, print_table
from tanhui.cli.serving import on_stop, say_ready
from tanhui.network.gateway import connect
from tanhui.network.relay.carrier import Carrier, Round
from tanhui.network.relay.journal import FileJournal, unfinished
from tanhui.network.relay.ledger_side import LedgerSide, log_files

AGREEMENTS_MAX = 64


class Reached(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One region: a peer of it, and as whom to speak there."""

    name: str
    connection: str
    log: str = ""
    msp: str | None = None
    identity: str | None = None


class SideFile(Reached, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The same with its log, from which proofs are made."""

    log: str


class RelayFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a relay carries, between whom."""

    agreements: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=AGREEMENTS_MAX)]
    sides: tuple[SideFile, SideFile]
    journal: str = "relay-journal.jsonl"
    interval_s: Annotated[float, msgspec.Meta(gt=0, le=3_600)] = 2.0


@dataclass(frozen=True, slots=True)
class Opened:
    """An open relay: a carrier for each agreement."""

    carriers: dict[str, Carrier]
    journal: FileJournal
    interval_s: float


def relay(
    config: Annotated[
        Path, typer.Option("--config", help="The relay's file: agreements and sides.", exists=True)
    ],
    *,
    once: Annotated[
        bool, typer.Option("--once", help="Carry until nothing moves any more, and end.")
    ] = False,
    status: Annotated[
        bool, typer.Option("--status", help="Show what waits, since when and why, and carry nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Carry proofs between two regions: it can mint nothing, keeps nothing that matters, and may run in copies.

    Exit status 0: stopped by a signal, nothing waits (--once), or shown (--status); 1: with --once, something
    still waits or a side was away.
    """
    log_to_stderr()
    try:
        found = msgspec.yaml.decode(config.read_bytes(), type=RelayFile)
    except msgspec.DecodeError as error:
        fail(f"{config}: {error}")
    rounds = asyncio.run(_relay(found, config.parent, once=once, status=status))
    if not (once or status):
        return
    if as_json:
        print_json(document(rounds, int(time.time())))
    else:
        _show(rounds, int(time.time()))
    if once and any(made.waiting or made.unavailable for made in rounds.values()):
        raise typer.Exit(EXIT_FAILED)


def document(rounds: dict[str, Round], now: int) -> dict[str, Any]:
    """What each agreement's last round saw; ages in seconds."""
    return {
        agreement: {
            "done": {
                name: getattr(made, name)
                for name in ("concluded", "minted", "finalised", "aborted", "unlocked")
            },
            "unproven": made.unproven,
            "unavailable": made.unavailable,
            "queue": [{**asdict(one), "age_s": now - one.seconds} for one in made.waiting],
        }
        for agreement, made in rounds.items()
    }


async def _relay(found: RelayFile, base: Path, *, once: bool, status: bool) -> dict[str, Round]:
    async with _opened(found, base) as relaying:
        if status:
            return {name: await carrier.look() for name, carrier in relaying.carriers.items()}
        if once:
            return {name: await carrier.settle() for name, carrier in relaying.carriers.items()}
        await _serve(relaying)
        return {}


async def _serve(relaying: Opened) -> None:
    stop = asyncio.Event()
    on_stop(stop.set)
    say_ready(" ".join(relaying.carriers))

    def told(made: Round) -> None:
        if made.acted or made.unavailable:
            messages.print(
                f"minted {made.minted} finalised {made.finalised} aborted {made.aborted} unlocked "
                f"{made.unlocked} waiting {len(made.waiting)} {'; '.join(made.unavailable)}",
                markup=False,
            )

    async with asyncio.TaskGroup() as tasks:
        for carrier in relaying.carriers.values():
            tasks.create_task(carrier.run(stop, relaying.interval_s, told))
    messages.print("stopped")


@asynccontextmanager
async def _opened(found: RelayFile, base: Path) -> AsyncIterator[Opened]:
    path = base / found.journal
    left = unfinished(path)
    if left:
        messages.print(
            f"{len(left)} orders of the last run have no outcome; both ledgers say what became of them"
        )
    async with AsyncExitStack() as stack:
        journal = FileJournal(path)
        stack.callback(journal.close)
        sides = await stack.enter_async_context(opened_sides(found, base))
        yield Opened(
            {
                agreement: Carrier(agreement, sides, clock=lambda: int(time.time()), journal=journal)
                for agreement in found.agreements
            },
            journal,
            found.interval_s,
        )


@asynccontextmanager
async def opened_sides(found: RelayFile, base: Path) -> AsyncIterator[tuple[LedgerSide, LedgerSide]]:
    """Both regions, reached as the relay's file says."""
    async with AsyncExitStack() as stack:
        first, second = [await stack.enter_async_context(opened_side(one, base)) for one in found.sides]
        yield first, second


@asynccontextmanager
async def opened_side(one: Reached, base: Path) -> AsyncIterator[LedgerSide]:
    """One region, reached as the file says; without a log it can be asked, and proves nothing."""
    opened = open_connection(base / one.connection, one.msp, one.identity)
    log = one.log if one.log.startswith(("http://", "https://")) else str(base / one.log)
    async with contextlib.AsyncExitStack() as stack:
        transport = await stack.enter_async_context(opened.transport())
        gateway = await stack.enter_async_context(
            connect(
                transport,
                opened.signing.identity,
                opened.signing.signer,
                tls_client_certificate_hash=opened.tls_certificate_hash,
            )
        )
        profile = opened.profile
        yield LedgerSide(one.name, gateway.network(profile.channel), profile.chaincode, log_files(log))


def _show(rounds: dict[str, Round], now: int) -> None:
    rows = [
        (
            agreement,
            one.source,
            one.transfer,
            one.state,
            f"{now - one.seconds}",
            f"{one.deadline - now}",
            one.refusal,
        )
        for agreement, made in rounds.items()
        for one in made.waiting
    ]
    print_table(
        "what waits", ("agreement", "from", "transfer", "there", "age s", "deadline in s", "refused"), rows
    )
    for agreement, made in rounds.items():
        for reason in made.unavailable:
            messages.print(f"{agreement}: {reason}", markup=False)
