"""Following an honest node: the same commit hash, the same root for every auditor, and going on after any end."""

import asyncio
import threading
import time
from pathlib import Path

import pytest

from tanhui.network.channel.config_changes import with_batch
from tanhui.network.channel.config_update import ConfigChange
from tanhui.network.channel.topology import Batch
from tanhui.network.protocol.blocks import commit_hash_of
from tanhui.node.follower.block_checks import BlockRefused
from tanhui.node.follower.evidence import LieFound
from tanhui.node.ledger.fsck import fsck
from tanhui.node.node import Node
from tanhui.proofs import leaf
from tanhui.proofs.making import leaf_index
from tanhui.proofs.notes import Note
from tests.support.auditor import auditor, following, genesis_hash
from tests.support.kv_node import gateway, kv_node


async def some_history(node: Node) -> None:
    """Writes, an MVCC conflict within a block, a delete, events, and a config block."""
    async with gateway(node) as client:
        contract = client.network("credits").contract("kv")
        for number in range(5):
            await contract.submit_transaction("put", f"k{number}", "v", "tanhui.v1")
        tasks = [contract.submit_transaction("put", "hot", str(number)) for number in range(8)]
        await asyncio.gather(*tasks, return_exceptions=True)
        await contract.submit_transaction("delete", "k1")
    config = node.channel.config.config
    admin = node.network.organisations["OrderingMSP"].signing_identity("admin", "Admin")
    change = ConfigChange.between("credits", config, with_batch(config, Batch(messages_max=7))).signed_by(
        admin
    )
    stream = node.transport.stream("/orderer.AtomicBroadcast/Broadcast", change.envelope(admin), 10)
    assert [one async for one in stream]
    async with gateway(node) as client:
        await client.network("credits").contract("kv").submit_transaction("put", "after", "config")


def test_a_follower_reaches_the_nodes_commit_hash(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path / "node") as node:
            await some_history(node)
            async with following(node, tmp_path / "a") as (replay, log, follower):
                await follower.run(once=True)
                ledger = node.channel.ledger
                assert replay.height == ledger.height
                assert replay.commit_hash == ledger.commit_hash
                last = leaf.parse(log.reader().entry(log.size - 1))
                assert (last.block, last.commit) == (ledger.height - 1, ledger.commit_hash)
                entries = [leaf.parse(one) for one in log.reader().entries()]
                assert {one.code for one in entries} == {0, 11}
                assert [leaf_index(log.reader(), one.block, one.tx) for one in entries] == list(
                    range(log.size)
                )
                assert log.reader().check() == log.root()
        assert fsck(tmp_path / "a" / "ledger").is_clean

    asyncio.run(run())


def test_two_auditors_derive_the_same_root_however_often_one_of_them_stopped(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path / "node") as node:
            async with following(node, tmp_path / "a") as (_, _, follower):
                await follower.run(once=True)
            await some_history(node)
            async with following(node, tmp_path / "a") as (replay, _, follower):
                # As after a kill: blocks are committed and their leaves were never published.
                async for block in follower._source.blocks(replay.height, replay.height + 2):
                    replay.accept(block, "peer")
            async with following(node, tmp_path / "a") as (_, first, follower):
                await follower.run(once=True)
                async with following(node, tmp_path / "b") as (_, second, other):
                    await other.run(once=True)
                    assert (first.size, first.root()) == (second.size, second.root())
                    assert list(first.reader().entries()) == list(second.reader().entries())

    asyncio.run(run())


def test_it_follows_live_and_publishes_when_the_source_is_quiet(tmp_path: Path) -> None:
    async def run() -> None:
        async with (
            kv_node(tmp_path / "node") as node,
            following(node, tmp_path / "a") as (replay, log, follower),
        ):
            task = asyncio.create_task(follower.run())
            async with gateway(node) as client:
                await client.network("credits").contract("kv").submit_transaction("put", "a", "1")
            height = node.channel.ledger.height
            for _ in range(200):
                if log.checkpoint is not None and replay.height == height and not log.pending:
                    break
                await asyncio.sleep(0.02)
            assert (replay.height, log.pending) == (height, 0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(run())


def test_nothing_is_at_work_any_more_once_it_has_ended_however_often_it_was_told_to(tmp_path: Path) -> None:
    """Ledger and log are closed next: a thread that goes on would read memory that LevelDB has freed."""
    begun, done = threading.Event(), threading.Event()

    async def run() -> None:
        async with kv_node(tmp_path / "node") as node, following(node, tmp_path / "a") as (_, log, follower):
            publish = log.publish

            def slow() -> Note:
                begun.set()
                time.sleep(0.3)
                note = publish()
                done.set()
                return note

            log.publish = slow  # type: ignore[method-assign]
            task = asyncio.create_task(follower.run())
            for _ in range(2_000):
                if log.pending:
                    break
                await asyncio.sleep(0.005)
            task.cancel()
            await asyncio.to_thread(begun.wait, 10)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert done.is_set()

    asyncio.run(run())


def test_another_channels_first_block_is_refused(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path / "node") as node:
            with auditor(tmp_path / "a", bytes(32)) as (replay, _):
                with pytest.raises(LieFound, match="another channel") as error:
                    replay.accept(node.channel.ledger.block(0), "peer")
                assert error.value.evidence.kind == "genesis"
                assert replay.height == 0
            async with following(node, tmp_path / "b") as (_, _, follower):
                await follower.run(once=True)
        with pytest.raises(BlockRefused, match="genesis"), auditor(tmp_path / "b", bytes(32)):
            pass

    asyncio.run(run())


def test_every_commit_hash_of_the_copy_is_the_nodes(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path / "node") as node:
            await some_history(node)
            async with following(node, tmp_path / "a") as (replay, _, follower):
                await follower.run(once=True)
                for number in range(1, replay.height):
                    own, theirs = replay.ledger.block(number), node.channel.ledger.block(number)
                    assert commit_hash_of(own) == commit_hash_of(theirs)
            assert genesis_hash(node) == replay.genesis

    asyncio.run(run())
