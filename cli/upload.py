"""`tanhui upload`: activities by the million, from a file, with progress until the ledger has them."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from tanhui.cli.api_client import DEFAULT_API, Api, ApiClient, KeyFile, request_key
from tanhui.cli.options import AsJson, Chinese
from tanhui.cli.output import EXIT_FAILED, EXIT_USAGE, fail, messages, print_json, results
from tanhui.cli.upload_outcomes import without_points

MEDIA = {
    ".csv": "text/csv",
    ".jsonl": "application/jsonl",
    ".ndjson": "application/x-ndjson",
    ".json": "application/json",
}
WORDS = {
    "en": {
        "sent": "sent",
        "committed": "committed",
        "line": "line {line}: {reason}",
        "rest": "and {count} more lines",
        "none": "{file} holds no activity: nothing was sent to the ledger",
        "sum": "{committed} of {lines} lines committed, {bad} bad, {refused} refused, {not_credited} not credited",
    },
    "zh": {
        "sent": "已发送",
        "committed": "已入账本",
        "line": "第 {line} 行:{reason}",
        "rest": "另有 {count} 行",
        "none": "{file} 中没有活动记录:没有写入账本",
        "sum": "共 {lines} 行:已入账本 {committed},有误 {bad},被拒 {refused},未计积分 {not_credited}",
    },
}
"""What the command says itself, by language."""
CHUNK_BYTES = 1 << 18
LOOK_S = 0.5


def upload(
    file: Annotated[
        Path,
        typer.Argument(help="CSV, JSON lines or a JSON array, by its ending.", exists=True, dir_okay=False),
    ],
    *,
    programme: Annotated[str, typer.Option("--programme", help="The programme.")],
    scene: Annotated[str, typer.Option("--scene", help="The scene.")],
    methodology: Annotated[str, typer.Option("--methodology", help="The methodology.")],
    version: Annotated[int, typer.Option("--version", min=1, help="Its version.")] = 1,
    source: Annotated[str, typer.Option("--source", help="The data source that signs.")],
    key_file: KeyFile,
    api: Api = DEFAULT_API,
    request: Annotated[
        str, typer.Option("--request", help="Idempotency-Key; a fresh one of today's when left out.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sent; send nothing.")] = False,
    as_json: AsJson = False,
    zh: Chinese = False,
) -> None:
    """Send a file of activities, and wait until each line has its outcome.

    Exit status 0: every line was taken; 1: some were bad, refused or not credited, and the first thousand are named;
    3: try again later, with the same --request.
    """
    media = MEDIA.get(file.suffix.lower())
    if media is None:
        fail(f"{file}: must end in {', '.join(MEDIA)}", EXIT_USAGE)
    terms = {
        "programme": programme,
        "scene": scene,
        "methodology": methodology,
        "version": str(version),
        "source": source,
    }
    key = request_key(request)
    if dry_run:
        print_json(
            {"file": str(file), "bytes": file.stat().st_size, "media_type": media, "request": key, **terms}
        )
        return
    client = ApiClient.of(api, key_file, zh=zh)
    messages.print(f"Idempotency-Key: {key}", markup=False)
    receipt = _send(client, file, media, terms, key)
    receipt = _wait(client, receipt)
    count, named = without_points(client, receipt["id"])
    receipt |= {"not_credited": count - receipt["refused"], "without_points": named}
    if as_json:
        print_json(receipt)
    elif not receipt["lines"]:
        said = WORDS[client.language]["none"].format(file=file)
        messages.print(said, markup=False, soft_wrap=True, style="yellow")
    else:
        _say(receipt, count - len(named), WORDS[client.language])
    if receipt["bad"] or count:
        raise typer.Exit(EXIT_FAILED)


def _say(receipt: Any, unnamed: int, words: dict[str, str]) -> None:
    for one in sorted([*receipt["bad_lines"], *receipt["without_points"]], key=lambda one: int(one["line"])):
        messages.print(words["line"].format_map(one), markup=False, style="yellow")
    if unnamed:
        messages.print(words["rest"].format(count=unnamed), markup=False, style="yellow")
    results.print(words["sum"].format_map(receipt))


def _send(client: ApiClient, file: Path, media: str, terms: dict[str, str], key: str) -> Any:
    columns = (
        TextColumn(WORDS[client.language]["sent"]),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with file.open("rb") as body, Progress(*columns, console=messages) as progress:
        task = progress.add_task("sent", total=file.stat().st_size)
        answer = client.request(
            "POST",
            "/v1/activities",
            params=terms,
            content=_chunks(body, lambda count: progress.advance(task, count)),
            headers={"Idempotency-Key": key, "Content-Type": media},
        )
    return answer.json()


def _chunks(body: BinaryIO, sent: Any) -> Iterator[bytes]:
    while chunk := body.read(CHUNK_BYTES):
        yield chunk
        sent(len(chunk))


def _wait(client: ApiClient, receipt: Any) -> Any:
    said = TextColumn(WORDS[client.language]["committed"])
    columns = (said, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=messages) as progress:
        task = progress.add_task("committed", total=receipt["accepted"])
        while not receipt["complete"]:
            time.sleep(LOOK_S)
            receipt = client.get(f"/v1/activities/uploads/{receipt['id']}")
            progress.update(task, completed=receipt["committed"] + receipt["refused"])
        progress.update(task, completed=receipt["accepted"])
    return receipt
