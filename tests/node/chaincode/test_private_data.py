"""Private data on the embedded node, through the stream: clear values for members, hashes for everybody, purge."""

import hashlib
import json
from pathlib import Path

import pytest
from fabric_protos.ledger.rwset import rwset_pb2

from tanhui.network.gateway import GatewayError, ProposalOptions
from tanhui.network.protocol.envelopes import parse_envelope, parse_transaction
from tanhui.node.chaincode import StreamSettings
from tests.support.asynchronous import asynchronous
from tests.support.member_client import Client
from tests.support.stream_node import stream_node

SECRET = b"nobody else's business"


@asynchronous
async def test_members_read_in_clear_and_the_ledger_holds_hashes(tmp_path: Path) -> None:
    async with stream_node(tmp_path) as node:
        client, other = Client(node), Client(node, "kit", "TwoMSP", "carol")
        await client.submit("hide", "shared", "k", transient={"value": SECRET})
        for one in (client, other):
            assert await one.evaluate("reveal", "shared", "k") == SECRET
            assert (await one.evaluate("digest", "shared", "k")).decode() == hashlib.sha256(
                SECRET
            ).hexdigest()
        assert json.loads(await client.evaluate("hidden_range", "shared", "a", "z")) == ["k"]
        assert await client.evaluate("get", "k") == b""
        assert on_disk(tmp_path / "ledger", SECRET) == []
        assert on_disk(tmp_path / "private", SECRET) != []
        await client.submit("hide", "shared", "k", transient={"value": b"second"})
        assert await client.evaluate("reveal", "shared", "k") == b"second"


def on_disk(folder: Path, value: bytes) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and value in path.read_bytes()]


@asynchronous
async def test_who_is_no_member_neither_reads_nor_writes(tmp_path: Path) -> None:
    async with stream_node(tmp_path) as node:
        member, stranger = Client(node), Client(node, "kit", "TwoMSP", "carol")
        await member.submit("hide", "one", "k", transient={"value": SECRET})
        with pytest.raises(GatewayError, match="does not have read access permission"):
            await stranger.evaluate("reveal", "one", "k")
        with pytest.raises(GatewayError, match="does not have write access permission"):
            await stranger.submit("hide", "one", "k", transient={"value": b"x"})
        assert (await stranger.evaluate("digest", "one", "k")).decode() == hashlib.sha256(SECRET).hexdigest()
        with pytest.raises(GatewayError, match="kit/nowhere could not be found"):
            await member.evaluate("reveal", "nowhere", "k")


@asynchronous
async def test_a_purge_leaves_nothing_behind(tmp_path: Path) -> None:
    async with stream_node(tmp_path) as node:
        client = Client(node)
        await client.submit("hide", "shared", "k", transient={"value": SECRET})
        await client.submit("hide", "shared", "kept", transient={"value": b"another"})
        await client.submit("purge", "shared", "k")
        assert await client.evaluate("reveal", "shared", "k") == b""
        assert await client.evaluate("digest", "shared", "k") == b""
        assert await client.evaluate("reveal", "shared", "kept") == b"another"
        block = node.channel.ledger.block(node.channel.ledger.height - 1)
        results = parse_transaction(parse_envelope(block.data.data[0]).data).results
        (part,) = [
            one for one in rwset_pb2.TxReadWriteSet.FromString(results).ns_rwset if one.namespace == "kit"
        ]
        assert part.collection_hashed_rwset[0].pvt_rwset_hash
    assert on_disk(tmp_path, SECRET) == []


@asynchronous
async def test_what_was_endorsed_and_never_ordered_is_not_seen(tmp_path: Path) -> None:
    async with stream_node(tmp_path) as node:
        client = Client(node)
        options = ProposalOptions(("shared", "k"), transient={"value": SECRET})
        transaction = await client.contract.new_proposal("hide", options).endorse()
        assert await client.evaluate("reveal", "shared", "k") == b""
        await (await transaction.submit()).status()
        assert await client.evaluate("reveal", "shared", "k") == SECRET


@asynchronous
async def test_a_chaincode_that_reads_alone_through_single_calls_sees_the_same(tmp_path: Path) -> None:
    async with stream_node(tmp_path, stream=StreamSettings(batches=False)) as node:
        client = Client(node)
        await client.submit("hide", "shared", "k", transient={"value": SECRET})
        assert await client.evaluate("reveal", "shared", "k") == SECRET
        await client.submit("purge", "shared", "k")
        assert await client.evaluate("digest", "shared", "k") == b""


@asynchronous
async def test_the_store_takes_a_block_again_after_a_crash(tmp_path: Path) -> None:
    async with stream_node(tmp_path) as node:
        client = Client(node)
        options = ProposalOptions(("shared", "k"), transient={"value": SECRET})
        transaction = await client.contract.new_proposal("hide", options).endorse()
        store = node._parts.private
        assert store is not None
        kept = store._database.get(b"t" + transaction.transaction_id.encode())
        before = store.height
        await (await transaction.submit()).status()
        # What a crash between the ledger's commit and the store's leaves: the endorsed values, and an older height.
        with store._database.write_batch(sync=True) as batch:
            batch.put(b"h", before.to_bytes(8, "big"))
            batch.put(b"t" + transaction.transaction_id.encode(), kept)
            batch.delete(b"vkit\x00shared\x00k")
    async with stream_node(tmp_path) as node:
        assert await Client(node).evaluate("reveal", "shared", "k") == SECRET
