"""`tanhui search`, `life`, `did`, `report`, `job`: what the read model and the API's own tables tell."""

import time
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from tanhui.cli.api_client import DEFAULT_API, Api, ApiClient, KeyFile, members, request_key
from tanhui.cli.listing import cell, show
from tanhui.cli.options import AsJson, Chinese
from tanhui.cli.output import EXIT_FAILED, EXIT_USAGE, fail, messages, print_json, results

After = Annotated[str, typer.Option("--after", help="Goes on after this number.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=100, help="Items in one page.")]
LOOK_S = 0.5


def search(
    words: Annotated[str, typer.Argument(help="Words that people wrote, in Chinese or English.")],
    *,
    key_file: KeyFile,
    api: Api = DEFAULT_API,
    after: After = "0",
    limit: Limit = 20,
    as_json: AsJson = False,
    zh: Chinese = False,
) -> None:
    """Find transactions by the words in them."""
    client = ApiClient.of(api, key_file, zh=zh)
    show(client.get("/v1/search", q=words, after=after, limit=limit), as_json=as_json)


def life(
    batch: Annotated[str, typer.Argument(help="The batch.")],
    serial: Annotated[int, typer.Argument(min=1, help="The serial number.")],
    *,
    key_file: KeyFile,
    api: Api = DEFAULT_API,
    as_json: AsJson = False,
    zh: Chinese = False,
) -> None:
    """Tell one serial number's whole life."""
    client = ApiClient.of(api, key_file, zh=zh)
    document = client.get(f"/v1/credits/batches/{quote(batch, safe='')}/serials/{serial}/life")
    if not as_json:
        document |= {"items": [_event(one) for one in document["items"]]}
    show(document, as_json=as_json)


def did(
    organisation: Annotated[str, typer.Argument(help="The organisation's id (USCC).")],
    *,
    key_file: KeyFile,
    api: Api = DEFAULT_API,
    after: After = "0",
    limit: Limit = 50,
    as_json: AsJson = False,
    zh: Chinese = False,
) -> None:
    """Tell everything that one organisation did."""
    client = ApiClient.of(api, key_file, zh=zh)
    path = f"/v1/organisations/{quote(organisation, safe='')}/activity"
    document = client.get(path, after=after, limit=limit)
    if not as_json:
        document |= {"items": [row for one in document["items"] for row in _deeds(one)]}
    show(document, as_json=as_json)


def report(
    name: Annotated[str, typer.Argument(help="The report; without one, what there is.")] = "",
    pairs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CONDITION=VALUE]...", help="Such as as_of=2026-11-21 programme=tanxiaohui."),
    ] = None,
    *,
    key_file: KeyFile,
    api: Api = DEFAULT_API,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write all rows to this .csv, .xlsx or .pdf file.", dir_okay=False),
    ] = None,
    background: Annotated[
        bool,
        typer.Option(
            "--background",
            help="With --out: have a long report made as a job, with progress, and fetch its file.",
        ),
    ] = False,
    as_json: AsJson = False,
    zh: Chinese = False,
) -> None:
    """Show a report's first rows, or write all of them to a file."""
    client = ApiClient.of(api, key_file, zh=zh)
    if not name:
        known = client.get("/v1/reports")
        if not as_json:
            known = {"items": [_offered(one) for one in known["items"]]}
        show(known, as_json=as_json)
        return
    _must_be_offered(client, name)
    wish: dict[str, Any] = members(pairs or [])
    path = f"/v1/reports/{quote(name, safe='')}"
    if background and out is None:
        fail("--background belongs to --out", EXIT_USAGE)
    if out is not None and background:
        _export(client, path, wish, out)
        return
    if out is None:
        found = client.get(path, **wish)
        show(found, as_json=as_json, titles={} if as_json else _titles(client, name))
        return
    body = client.request(
        "GET", path, params={**wish, "format": out.suffix.removeprefix(".").lower()}
    ).content
    out.write_bytes(body)
    results.print(f"{out}: {len(body)} bytes")


def _export(client: ApiClient, path: str, wish: dict[str, Any], out: Path) -> None:
    """Have the file made, follow its job, and fetch it. Exit status 1 when it could not be made."""
    form = out.suffix.removeprefix(".").lower()
    key = {"Idempotency-Key": request_key("")}
    asked = client.request("POST", f"{path}/exports", json={**wish, "format": form}, headers=key).json()
    found = follow_job(client, asked["id"])
    if found["state"] != "done":
        fail((found["problem"] or {"detail": found["state"]})["detail"])
    with client.stream(found["file"]) as answer, out.open("wb") as file:
        for chunk in answer.iter_bytes():
            file.write(chunk)
    results.print(f"{out}: {out.stat().st_size} bytes")


def job(
    job_id: Annotated[str, typer.Argument(help="The job's id; without one, all of the organisation's.")] = "",
    *,
    key_file: KeyFile,
    api: Api = DEFAULT_API,
    as_json: AsJson = False,
    zh: Chinese = False,
) -> None:
    """Wait for a job with progress. Exit status 1 when items of it were refused."""
    client = ApiClient.of(api, key_file, zh=zh)
    if not job_id:
        show(client.get("/v1/jobs"), as_json=as_json)
        return
    found = follow_job(client, job_id)
    print_json(found)
    if found["failed"] or found["state"] != "done":
        raise typer.Exit(EXIT_FAILED)


def follow_job(client: ApiClient, job_id: str) -> dict[str, Any]:
    """Wait until a job is over, with progress; how it ended."""
    path = f"/v1/jobs/{quote(job_id, safe='')}"
    found: dict[str, Any] = client.get(path)
    columns = (TextColumn("items"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=messages) as progress:
        task = progress.add_task("items", total=found["total"], completed=found["done"])
        while found["state"] in {"waiting", "running"}:
            time.sleep(LOOK_S)
            found = client.get(path)
            progress.update(task, completed=found["done"], total=found["total"])
    return found


def _event(one: dict[str, Any]) -> dict[str, Any]:
    """One effect on a serial number, what it is before the rest of it."""
    effect = dict(one["effect"])
    return {
        "at": one["at"],
        "block": one["block"],
        "kind": effect.pop("kind"),
        "what": cell("effect", effect),
        "transaction": one["transaction"],
    }


def _deeds(one: dict[str, Any]) -> list[dict[str, Any]]:
    """One transaction as a row an effect; one that had none is told by its function."""
    nothing = {"effect": {"kind": "-", "function": one["function"]}}
    return [_event({**one, **effect}) for effect in one["effects"] or [nothing]]


NEAREST: Final = 3
NO_REPORT: Final = {
    "en": "no report {name}; the nearest: {nearest}. `tanhui report` lists all",
    "zh": "没有报表 {name};相近的有:{nearest}。`tanhui report` 列出全部报表",
}


def _must_be_offered(client: ApiClient, name: str) -> None:
    """A name that no report has ends the command with the names that are most like it."""
    known = [one["name"] for one in client.get("/v1/reports")["items"]]
    if name not in known:
        nearest = (
            get_close_matches(name, known, NEAREST, 0.5)
            or [one for one in known if name in one][:NEAREST]
            or get_close_matches(name, known, NEAREST, 0.0)
        )
        fail(NO_REPORT[client.language].format(name=name, nearest=", ".join(nearest)), EXIT_USAGE)


def _offered(one: dict[str, Any]) -> dict[str, Any]:
    """A report that may be asked for; its columns show when it is."""
    return {name: one[name] for name in ("name", "title", "conditions", "needs", "audience")}


def _titles(client: ApiClient, name: str) -> dict[str, str]:
    """A report's columns in the reader's language."""
    columns = next((one["columns"] for one in client.get("/v1/reports")["items"] if one["name"] == name), ())
    return {one["name"]: one["title"] for one in columns}
