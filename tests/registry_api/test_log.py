"""The log over HTTP: a reader proves from it what the folder proves, and no other file is served."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tanhui.proofs import checkpoints, merkle, notes
from tanhui.proofs.log_reader import LogReader
from tanhui.proofs.log_writer import LogWriter
from tanhui.registry_api.problems import install_problem_handlers
from tanhui.registry_api.routes.log import log_routes
from tests.support.proof_world import LOG, ORIGIN

SIZE = 300


def client_of(folder: Path) -> TestClient:
    app = FastAPI()
    install_problem_handlers(app)
    app.include_router(log_routes(folder))
    return TestClient(app)


def test_proofs_from_what_the_api_serves(tmp_path: Path) -> None:
    with LogWriter(tmp_path, ORIGIN, [LOG.key]) as log:
        for number in range(SIZE):
            log.append(b"entry %d" % number)
        log.publish([LOG])
    client = client_of(tmp_path)

    def read(path: str) -> bytes | None:
        answer = client.get(f"/v1/log/{path}")
        return answer.content if answer.status_code == 200 else None

    published = client.get("/v1/log/checkpoint")
    assert published.headers["Cache-Control"] == "no-cache"
    note, _ = notes.open_note(published.content, [LOG.key])
    checkpoint = checkpoints.parse(note.text)
    reader = LogReader(read, checkpoint.size)
    for index in (0, 255, 256, SIZE - 1):
        leaf = merkle.leaf_hash(reader.entry(index))
        merkle.verify_inclusion(leaf, index, SIZE, reader.inclusion_proof(index), checkpoint.root)
    assert "immutable" in client.get("/v1/log/tile/0/000").headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/007",
        "tile/0/../../.lock",
        "tile/0/%2e%2e/%2e%2e/.lock",
        "tile/0/0",
        "tile/",
        ".lock",
        "tile/99/000",
    ],
)
def test_nothing_else_is_served(tmp_path: Path, path: str) -> None:
    (tmp_path / ".lock").write_bytes(b"")
    answer = client_of(tmp_path).get(f"/v1/log/{path}")
    assert answer.status_code == 404


def test_no_checkpoint_yet(tmp_path: Path) -> None:
    for name in ("checkpoint", "cosigned"):
        answer = client_of(tmp_path).get(f"/v1/log/{name}")
        assert (answer.status_code, answer.json()["code"]) == (404, "api.not_found")
