"""`tanhui reconcile`: both regions' statements of a period, compared, netted, and written down with their proofs."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from tanhui.cli.options import AsJson
from tanhui.cli.output import EXIT_FAILED, fail, messages, print_json, print_table
from tanhui.cli.reconcile.disputes import Owed, dispute_claims, owed_in
from tanhui.cli.reconcile.drawing import Drawn, Parties, draw, parties_of, prove
from tanhui.cli.reconcile.papers import write
from tanhui.cli.relay import RelayFile, opened_sides
from tanhui.network.relay.side import Refused, Unavailable
from tanhui.node.collector import settle_collector
from tanhui.proofs.errors import ProofError
from tanhui.proofs.statements.lines import Flow
from tanhui.proofs.statements.netting import Claim, net
from tanhui.proofs.statements.periods import Period, parse_period

FIGURES = Flow._fields


def reconcile(
    agreement: Annotated[str, typer.Argument(help="The agreement's id.")],
    period: Annotated[str, typer.Argument(help="2026-11, 2026-Q4 or 2026, in UTC+8.")],
    config: Annotated[
        Path, typer.Option("--config", help="The relay's file: it names the two sides.", exists=True)
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for statements: CSV, PDF, and JSON lines with every proof."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draw the statements of a period from both ledgers, compare them line by line, and net them.

    A period that still runs is drawn as far as it goes. Exit status 0: both sides agree on every line; 1: they do
    not, or a side was away.
    """
    settle_collector()  # millions of lines without a cycle among them
    try:
        named = parse_period(period)
        found = msgspec.yaml.decode(config.read_bytes(), type=RelayFile)
        document = asyncio.run(_reconcile(agreement, named, found, config.parent, out))
    except (ProofError, msgspec.DecodeError, Refused, Unavailable, LookupError, ValueError) as error:
        fail(str(error))
    if as_json:
        print_json(document)
    else:
        _show(document)
    if not document["agreed"]:
        raise typer.Exit(EXIT_FAILED)


async def _reconcile(
    agreement: str, period: Period, found: RelayFile, base: Path, out: Path | None
) -> dict[str, Any]:
    async with opened_sides(found, base) as sides:
        parties = await parties_of(sides, agreement)
        drawn = [await draw(parties, period, source) for source in (0, 1)]
        owed = await owed_in(parties, period)
        if out is not None:
            bundles = await prove(parties, drawn)
            for one in drawn:
                write(out, parties, period, one, bundles_of(parties, one, bundles))
    return document_of(parties, period, drawn, int(time.time()), owed)


def bundles_of(
    parties: Parties, one: Drawn, bundles: dict[tuple[bytes, str], bytes]
) -> dict[tuple[bytes, str], bytes]:
    """Those that this statement leans on."""
    needed = {
        *((parties.genesis[one.source], line.lock) for line in one.proven),
        *((parties.genesis[1 - one.source], line.settlement) for line in one.proven if not line.by_ruling),
        *((parties.genesis[one.source], line.settlement) for line in one.proven if line.by_ruling),
        (parties.genesis[one.source], one.filed[0]),
        (parties.genesis[1 - one.source], one.filed[1]),
    }
    return {key: bundle for key, bundle in bundles.items() if key in needed}


def document_of(
    parties: Parties, period: Period, drawn: Sequence[Drawn], now: int, owed: tuple[Owed, ...] = ()
) -> dict[str, Any]:
    """What the command prints: quantities in the source's units, whole numbers."""
    names = [side.name for side in parties.sides]
    return {
        "agreement": parties.agreement,
        "period": period.name,
        "running": now < period.end,
        "lane": parties.lane,
        "statements": [
            {
                "from": names[one.source],
                "to": names[1 - one.source],
                **one.flow._asdict(),
                "balanced": one.flow.balanced,
                "root": one.own.label.hash.hex(),
                "cosigned": all(one.filed),
                "questions": one.asked,
                "differences": [
                    {
                        "transfer": each.transfer,
                        "there": None if each.other is None else each.other.outcome,
                        "here": None if each.own is None else each.own.outcome,
                    }
                    for each in one.differences
                ],
            }
            for one in drawn
        ],
        "netting": [
            {"debtor": names[int(one.debtor)], "creditor": names[int(one.creditor)], "amount": one.amount}
            for one in net([*claims(parties, drawn), *dispute_claims(parties, owed)])
        ],
        "disputes": [
            {
                "dispute": one.dispute,
                "transfer": one.transfer,
                "from": names[one.source],
                "debtor": names[one.debtor],
                "quantity": one.quantity,
                "rulings": list(one.transactions),
                "agreed": one.agreed,
            }
            for one in owed
        ],
        "agreed": not any(one.differences for one in drawn) and all(one.agreed for one in owed),
    }


def claims(parties: Parties, drawn: Sequence[Drawn]) -> list[Claim]:
    """What each way's minted units are worth, in the first party's units: the side they left owes it."""
    found = []
    for one in drawn:
        amount = one.flow.minted if one.source == 0 else one.target_minted
        if amount:
            found.append(Claim(str(one.source), str(1 - one.source), amount))
    return found


def _show(document: dict[str, Any]) -> None:
    running = " (so far)" if document["running"] else ""
    print_table(
        f"{document['agreement']} {document['period']}{running}, {document['lane']} in the source's units",
        ("from", "to", *FIGURES, "co-signed"),
        [
            (one["from"], one["to"], *(one[name] for name in FIGURES), "yes" if one["cosigned"] else "no")
            for one in document["statements"]
        ],
    )
    for one in document["statements"]:
        for each in one["differences"]:
            messages.print(
                f"{one['from']} to {one['to']}, {each['transfer']}: {each['here'] or 'unknown'} by {one['from']}, "
                f"{each['there'] or 'unknown'} by {one['to']}",
                style="red",
                markup=False,
            )
    for one in document["disputes"]:
        heard = "" if one["agreed"] else ", which one side was not shown yet"
        messages.print(
            f"dispute {one['dispute']} on {one['transfer']}: {one['debtor']} owes {one['quantity']:,} of "
            f"{one['from']}'s units{heard}",
            markup=False,
        )
    for one in document["netting"]:
        messages.print(f"{one['debtor']} owes {one['creditor']} {one['amount']:,}")
    messages.print("both sides agree on every line" if document["agreed"] else "the sides differ")
