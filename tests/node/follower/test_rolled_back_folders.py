"""Folders put back to an older copy, as whoever holds the disk can: the node's, and the auditor's own in parts."""

import asyncio
import shutil
from pathlib import Path

import pytest

from tanhui.node.follower import evidence as evidences
from tanhui.node.follower.audit_log import LogDiffersError
from tanhui.node.follower.evidence import Evidence, LieFound
from tanhui.node.ledger import Ledger, LedgerCorruptError
from tanhui.proofs import checkpoints, merkle
from tanhui.proofs.errors import MerkleError
from tests.support.auditor import SMALL, following, genesis_hash
from tests.support.kv_node import gateway, kv_node, topology

QUICK = topology(timeout_ms=10)


async def put(folder: Path, *values: str, auditor: Path | None = None) -> None:
    """Run the node for some transactions; the auditor follows to the end."""
    async with kv_node(folder, QUICK) as node:
        async with gateway(node) as client:
            contract = client.network("credits").contract("kv")
            for value in values:
                await contract.submit_transaction("put", "k", value)
        if auditor is not None:
            async with following(node, auditor) as (_, _, follower):
                await follower.run(once=True)


def found_by(auditor: Path, node_folder: Path) -> Evidence:
    async def run() -> Evidence:
        async with kv_node(node_folder, QUICK) as node, following(node, auditor) as (_, _, follower):
            with pytest.raises(LieFound) as error:
                await follower.run(once=True)
            return error.value.evidence

    found = asyncio.run(run())
    (path,) = (auditor / "evidence").iterdir()
    assert evidences.parse(path.read_bytes()) == found
    return found


def rolled_back(tmp_path: Path) -> tuple[Path, Path]:
    """A node put back behind what an auditor saw of it."""
    node, auditor = tmp_path / "node", tmp_path / "auditor"
    asyncio.run(put(node, "1", "2"))
    shutil.copytree(node, tmp_path / "older")
    asyncio.run(put(node, "3", "4", auditor=auditor))
    shutil.rmtree(node)
    (tmp_path / "older").rename(node)
    return node, auditor


def test_a_node_put_back_to_an_older_copy_is_found(tmp_path: Path) -> None:
    node, auditor = rolled_back(tmp_path)
    assert found_by(auditor, node).kind == "rollback"


def test_a_node_put_back_that_went_on_is_a_fork_with_both_signed_blocks(tmp_path: Path) -> None:
    node, auditor = rolled_back(tmp_path)
    asyncio.run(put(node, "another 3", "another 4", "5"))
    found = found_by(auditor, node)
    assert (found.kind, found.orderers_signed()) == ("fork", [True, True])


@pytest.mark.parametrize("part", ["blocks", "state"])
def test_a_ledger_of_which_one_half_is_put_back_does_not_open_as_if_nothing_were(
    tmp_path: Path, part: str
) -> None:
    node = tmp_path / "node"
    asyncio.run(put(node, "1"))
    (ledger,) = (node / "ledger").iterdir()
    shutil.copytree(ledger / part, tmp_path / "older")
    asyncio.run(put(node, "2", "3"))
    shutil.rmtree(ledger / part)
    (tmp_path / "older").rename(ledger / part)
    if part == "blocks":
        with pytest.raises(LedgerCorruptError, match=r"000000\.blk"):
            Ledger.open(ledger, SMALL)
    else:  # what the blocks say is what the state becomes again
        with Ledger.open(ledger, SMALL) as opened:
            found = opened.get_state("kv", "k")
            assert found is not None
            assert found.value == b"3"


def reached(auditor: Path, node_folder: Path) -> tuple[int, bytes]:
    async def run() -> tuple[int, bytes]:
        async with kv_node(node_folder, QUICK) as node, following(node, auditor) as (_, log, follower):
            await follower.run(once=True)
            return log.size, log.root()

    return asyncio.run(run())


@pytest.mark.parametrize("parts", [("ledger", "log"), ("log",)])
def test_an_auditor_put_back_comes_to_the_same_root_again(tmp_path: Path, parts: tuple[str, ...]) -> None:
    node, auditor = tmp_path / "node", tmp_path / "auditor"
    asyncio.run(put(node, "1", auditor=auditor))
    for part in parts:
        shutil.copytree(auditor / part, tmp_path / "older" / part)
    asyncio.run(put(node, "2", "3", auditor=auditor))
    before = reached(auditor, node)
    for part in parts:
        shutil.rmtree(auditor / part)
        (tmp_path / "older" / part).rename(auditor / part)
    assert reached(auditor, node) == before


def test_an_auditor_whose_ledger_alone_is_put_back_signs_nothing(tmp_path: Path) -> None:
    """His log says more than he can derive: which of the two is wrong, he cannot know."""
    node, auditor = tmp_path / "node", tmp_path / "auditor"
    asyncio.run(put(node, "1", auditor=auditor))
    shutil.copytree(auditor / "ledger", tmp_path / "older")
    asyncio.run(put(node, "2", auditor=auditor))
    published = (auditor / "log" / "checkpoint").read_bytes()
    shutil.rmtree(auditor / "ledger")
    (tmp_path / "older").rename(auditor / "ledger")
    with pytest.raises(LogDiffersError, match="not of this ledger"):
        reached(auditor, node)
    assert (auditor / "log" / "checkpoint").read_bytes() == published


def test_a_log_put_back_under_a_forged_history_does_not_continue_its_checkpoint(tmp_path: Path) -> None:
    """Node and auditor both put back, and another history followed: whoever saved a checkpoint sees it."""
    node, auditor = tmp_path / "node", tmp_path / "auditor"
    asyncio.run(put(node, "1", auditor=auditor))
    for name in ("node", "auditor"):
        shutil.copytree(tmp_path / name, tmp_path / "older" / name)
    asyncio.run(put(node, "2", auditor=auditor))
    saved = checkpoints.parse((auditor / "log" / "checkpoint").read_bytes().split(b"\n\n")[0] + b"\n")
    for name in ("node", "auditor"):
        shutil.rmtree(tmp_path / name)
        (tmp_path / "older" / name).rename(tmp_path / name)
    asyncio.run(put(node, "another 2", "3", auditor=auditor))

    async def proof() -> tuple[int, list[bytes], bytes]:
        async with kv_node(node, QUICK) as running, following(running, auditor) as (_, log, follower):
            assert genesis_hash(running)
            await follower.run(once=True)
            reader = log.reader()
            return reader.size, reader.consistency_proof(saved.size), reader.root()

    size, hashes, root = asyncio.run(proof())
    assert size > saved.size
    with pytest.raises(MerkleError):
        merkle.verify_consistency(saved.size, size, hashes, saved.root, root)
