"""Ten planted lies, and their kin: each is found, with evidence, and nothing of it enters the auditor's copy."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import transaction_pb2

from tanhui.crypto_config.organisation import Organisation
from tanhui.network.channel.config_changes import with_batch, with_msp
from tanhui.network.channel.config_update import ConfigChange
from tanhui.network.channel.topology import Batch
from tanhui.network.protocol.blocks import (
    COMMIT_HASH,
    SIGNATURES,
    TRANSACTIONS_FILTER,
    data_hash,
    set_commit,
)
from tanhui.network.protocol.envelopes import parse_envelope
from tanhui.network.protocol.identities import serialize_identity
from tanhui.network.protocol.policy_dsl import parse_signature_policy
from tanhui.network.protocol.rwset import Version
from tanhui.node.follower import evidence as evidences
from tanhui.node.follower.evidence import Evidence, LieFound
from tanhui.node.node import Node
from tests.support.auditor import following
from tests.support.kv_node import BOTH, gateway, kv_node, topology
from tests.support.lying_peer import Forger, LyingPeer, copied

Blocks = Sequence[common_pb2.Block]
Plant = Callable[[Node, Forger], Awaitable[Blocks]]
Code = transaction_pb2.TxValidationCode
Sets = kv_rwset_pb2.KVRWSet
ANY_OF_TWO = "OR('OneMSP.peer', 'TwoMSP.peer')"


def write(key: str = "k", value: bytes = b"forged") -> Sets:
    return Sets(writes=[kv_rwset_pb2.KVWrite(key=key, value=value)])


async def put(node: Node, *keys: str) -> None:
    async with gateway(node) as client:
        contract = client.network("credits").contract("kv")
        for key in keys:
            await contract.submit_transaction("put", key, "honest")


async def update(node: Node, wanted: object, msp_id: str) -> None:
    admin = node.network.organisations[msp_id].signing_identity("admin", "Admin")
    change = ConfigChange.between("credits", node.channel.config.config, wanted).signed_by(admin)  # type: ignore[arg-type]
    height = node.channel.ledger.height
    stream = node.transport.stream("/orderer.AtomicBroadcast/Broadcast", change.envelope(admin), 10)
    assert [one async for one in stream]
    await asyncio.wait_for(node.channel.blocks.block(height), 5)


def caught(
    folder: Path, plant: Plant, *, policy: str = BOTH, height: int | None = None, goes_on: bool = True
) -> Evidence:
    """What an auditor finds who followed the honest part, and then meets the lie.

    He `goes_on` with an honest peer afterwards, where his own identity still counts.
    """

    async def run() -> Evidence:
        async with kv_node(folder / "node", topology(policy=policy, timeout_ms=10)) as node:
            await put(node, "a", "b")
            async with following(node, folder / "auditor") as (replay, _, follower):
                await follower.run(once=True)
                accepted = replay.height
            forger = Forger(node, folder / "liar")
            forged = await plant(node, forger)
            first = min((block.header.number for block in forged), default=accepted)
            peer = LyingPeer(node, forged, height)
            async with following(node, folder / "auditor", peer) as (replay, log, follower):
                with pytest.raises(LieFound) as error:
                    await follower.run(once=True)
                (path,) = (folder / "auditor" / "evidence").iterdir()
                assert str(path) in error.value.__notes__[0]
                assert replay.height >= min(first, accepted)
                assert not log.pending
            found = evidences.parse(path.read_bytes())
            assert found == error.value.evidence
            forger.ledger.close()
            # The same auditor goes on with an honest peer, as if nothing had happened.
            async with following(node, folder / "auditor") as (replay, _, follower):
                if goes_on and found.kind != "fork" and replay.height <= node.channel.ledger.height:
                    await follower.run(once=True)
                    assert replay.commit_hash == node.channel.ledger.commit_hash
            return found

    return asyncio.run(run())


def found_out(found: Evidence) -> tuple[str, str, str, bool]:
    """Kind, the code that the peer claimed, the auditor's own, and whether the orderers signed every block."""
    return found.kind, found.claimed, found.own, all(found.orderers_signed())


def wrong_verdict(own: int, claimed: int = Code.VALID) -> tuple[str, str, str, bool]:
    """As `found_out`, of a block that the orderers signed: the forger holds their key."""
    return "verdict", str(claimed), str(own), True


def test_the_forgers_blocks_are_right_unless_told_otherwise(tmp_path: Path) -> None:
    """Otherwise the lies below might be found for another reason than the one they are about."""

    async def run() -> None:
        async with kv_node(tmp_path / "node") as node:
            await put(node, "a")
            forger = Forger(node, tmp_path / "liar")
            forged = [forger.block([forger.transaction(write())]) for _ in range(2)]
            async with following(node, tmp_path / "auditor", LyingPeer(node, forged)) as (
                replay,
                _,
                follower,
            ):
                await follower.run(once=True)
                assert replay.height == node.channel.ledger.height + 2
                assert replay.commit_hash == forger.ledger.commit_hash
            forger.ledger.close()

    asyncio.run(run())


def test_lie_1_an_edited_filter(tmp_path: Path) -> None:
    """A transaction without enough endorsements, ordered, and the peer's byte set to VALID."""

    async def plant(_: Node, forger: Forger) -> Blocks:
        honest = forger.block([forger.transaction(write(), [forger.peer("OneMSP")])], bytes([Code.VALID]))
        return [honest]

    assert found_out(caught(tmp_path, plant)) == wrong_verdict(Code.ENDORSEMENT_POLICY_FAILURE)


def test_lie_1b_a_valid_transaction_shown_as_invalid(tmp_path: Path) -> None:
    async def plant(_: Node, forger: Forger) -> Blocks:
        return [forger.block([forger.transaction(write())], bytes([Code.MVCC_READ_CONFLICT]))]

    assert found_out(caught(tmp_path, plant)) == wrong_verdict(Code.VALID, Code.MVCC_READ_CONFLICT)


def test_lie_2_a_swapped_endorsement(tmp_path: Path) -> None:
    """The second organisation's endorsement of another transaction stands in the place of its own."""

    async def plant(_: Node, forger: Forger) -> Blocks:
        first = common_pb2.Envelope.FromString(forger.transaction(write("x")))
        second = common_pb2.Envelope.FromString(forger.transaction(write("y")))
        payload = common_pb2.Payload.FromString(first.payload)
        mine, other = (
            transaction_pb2.Transaction.FromString(parse_envelope(one.SerializeToString()).data)
            for one in (first, second)
        )
        action, donor = (
            transaction_pb2.ChaincodeActionPayload.FromString(one.actions[0].payload) for one in (mine, other)
        )
        action.action.endorsements[1].CopyFrom(donor.action.endorsements[1])
        mine.actions[0].payload = action.SerializeToString()
        payload.data = mine.SerializeToString()
        return [forger.block([forger.sign(payload.SerializeToString())])]

    assert found_out(caught(tmp_path, plant)) == wrong_verdict(Code.ENDORSEMENT_POLICY_FAILURE)


def test_lie_3_rewritten_key_metadata(tmp_path: Path) -> None:
    """A key's own policy asks for both; the peer forgot it in its state, which the commit hash leaves out."""

    async def plant(_: Node, forger: Forger) -> Blocks:
        entry = kv_rwset_pb2.KVMetadataEntry(
            name="VALIDATION_PARAMETER", value=parse_signature_policy(BOTH).SerializeToString()
        )
        guarded = write("guarded")
        guarded.metadata_writes.add(key="guarded", entries=[entry])
        one = [forger.peer("OneMSP")]
        return [
            forger.block([forger.transaction(guarded, one)]),
            forger.block([forger.transaction(write("guarded", b"stolen"), one)]),
        ]

    found = caught(tmp_path, plant, policy=ANY_OF_TWO)
    assert found_out(found) == wrong_verdict(Code.ENDORSEMENT_POLICY_FAILURE)
    assert found.block == found.height


def test_lie_4_a_forged_orderer_signature(tmp_path: Path) -> None:
    """The orderer's name, and a signature that is not its own."""

    async def plant(_: Node, forger: Forger) -> Blocks:
        creator = serialize_identity(forger.orderer.msp_id, forger.orderer.identity.credentials)
        return [forger.block([forger.transaction(write())], signer=forger.alice.signing, creator=creator)]

    found = caught(tmp_path, plant)
    assert found.kind == "orderer_signatures"
    assert found.orderers_signed() == [False]


def test_lie_4b_a_block_signed_by_no_orderer(tmp_path: Path) -> None:
    async def plant(_: Node, forger: Forger) -> Blocks:
        return [forger.block([forger.transaction(write())], signer=forger.peer("OneMSP"))]

    assert caught(tmp_path, plant).kind == "orderer_signatures"


def test_lie_4c_an_orderer_signature_over_another_header(tmp_path: Path) -> None:
    async def plant(node: Node, forger: Forger) -> Blocks:
        block = forger.block([forger.transaction(write())])
        before = node.channel.ledger.block(block.header.number - 1)
        block.metadata.metadata[SIGNATURES] = before.metadata.metadata[SIGNATURES]
        return [block]

    assert caught(tmp_path, plant).kind == "orderer_signatures"


def test_lie_5_a_stale_read_shown_as_valid(tmp_path: Path) -> None:
    async def plant(node: Node, forger: Forger) -> Blocks:
        version = forger.ledger.get_state("kv", "a").version  # type: ignore[union-attr]
        await put(node, "a")
        forger.take(node.channel.ledger.block(node.channel.ledger.height - 1))
        stale = write("a")
        stale.reads.add(
            key="a", version=kv_rwset_pb2.Version(block_num=version.block, tx_num=version.transaction)
        )
        assert isinstance(version, Version)
        return [forger.block([forger.transaction(stale)])]

    assert found_out(caught(tmp_path, plant)) == wrong_verdict(Code.MVCC_READ_CONFLICT)


def test_lie_5b_a_phantom_shown_as_valid(tmp_path: Path) -> None:
    async def plant(_: Node, forger: Forger) -> Blocks:
        blind = write("c")
        query = blind.range_queries_info.add(start_key="a", end_key="z", itr_exhausted=True)
        query.raw_reads.SetInParent()
        return [forger.block([forger.transaction(blind)])]

    assert found_out(caught(tmp_path, plant)) == wrong_verdict(Code.PHANTOM_READ_CONFLICT)


def test_lie_6_a_truncated_block(tmp_path: Path) -> None:
    async def plant(_: Node, forger: Forger) -> Blocks:
        block = forger.block([forger.transaction(write("x")), forger.transaction(write("y"))])
        del block.data.data[1]
        block.metadata.metadata[TRANSACTIONS_FILTER] = b"\x00"
        return [block]

    assert caught(tmp_path, plant).kind == "header.data_hash"


def test_lie_6b_a_truncated_filter(tmp_path: Path) -> None:
    async def plant(_: Node, forger: Forger) -> Blocks:
        block = forger.block([forger.transaction(write("x")), forger.transaction(write("y"))])
        block.metadata.metadata[TRANSACTIONS_FILTER] = b"\x00"
        return [block]

    assert caught(tmp_path, plant).kind == "filter"


def test_lie_7_glued_envelopes(tmp_path: Path) -> None:
    """The data hash is flat: gluing leaves header and orderer signature right."""

    async def plant(_: Node, forger: Forger) -> Blocks:
        block = forger.block([forger.transaction(write("x")), forger.transaction(write("y"))])
        glued = b"".join(block.data.data)
        assert data_hash([glued]) == block.header.data_hash
        del block.data.data[:]
        block.data.data.append(glued)
        block.metadata.metadata[TRANSACTIONS_FILTER] = b"\x00"
        return [block]

    found = caught(tmp_path, plant)
    assert found.kind == "envelopes"
    assert found.orderers_signed() == [True]


def test_lie_8_a_replayed_txid(tmp_path: Path) -> None:
    async def plant(node: Node, forger: Forger) -> Blocks:
        again = node.channel.ledger.block(node.channel.ledger.height - 1).data.data[0]
        return [forger.block([again])]

    assert found_out(caught(tmp_path, plant)) == wrong_verdict(Code.DUPLICATE_TXID)


def test_lie_8b_one_txid_twice_in_a_block(tmp_path: Path) -> None:
    async def plant(_: Node, forger: Forger) -> Blocks:
        once = forger.transaction(write())
        return [forger.block([once, once])]

    found = caught(tmp_path, plant)
    assert found_out(found) == wrong_verdict(Code.DUPLICATE_TXID)
    assert found.tx == 1


def test_lie_9_a_revoked_endorser(tmp_path: Path) -> None:
    async def plant(node: Node, forger: Forger) -> Blocks:
        organisation = node.network.organisations["TwoMSP"]
        organisation.revoke(forger.peer("TwoMSP").identity.certificate)
        await update(node, with_msp(node.channel.config.config, organisation.msp), "TwoMSP")
        forger.take(node.channel.ledger.block(node.channel.ledger.height - 1))
        return [forger.block([forger.transaction(write())])]

    assert found_out(caught(tmp_path, plant)) == wrong_verdict(Code.ENDORSEMENT_POLICY_FAILURE)


def test_lie_9c_an_endorser_of_a_superseded_config(tmp_path: Path) -> None:
    """The organisation has new authorities; a peer whose certificate is the old ones' endorses once more."""

    async def plant(node: Node, forger: Forger) -> Blocks:
        before = node.network.organisations["TwoMSP"]
        renewed = Organisation.create(tmp_path / "renewed", before.spec)
        await update(node, with_msp(node.channel.config.config, renewed.msp), "TwoMSP")
        forger.take(node.channel.ledger.block(node.channel.ledger.height - 1))
        return [forger.block([forger.transaction(write())])]

    assert found_out(caught(tmp_path, plant, goes_on=False)) == wrong_verdict(Code.ENDORSEMENT_POLICY_FAILURE)


def test_lie_9b_one_endorser_twice(tmp_path: Path) -> None:
    async def plant(_: Node, forger: Forger) -> Blocks:
        return [forger.block([forger.transaction(write(), [forger.peer("OneMSP")] * 2)])]

    assert found_out(caught(tmp_path, plant)) == wrong_verdict(Code.ENDORSEMENT_POLICY_FAILURE)


def test_lie_10_a_config_rollback(tmp_path: Path) -> None:
    """An old config transaction, true in its time, ordered again after a newer one."""

    async def plant(node: Node, forger: Forger) -> Blocks:
        for messages in (7, 9):
            config = node.channel.config.config
            await update(node, with_batch(config, Batch(messages_max=messages)), "OrderingMSP")
            forger.take(node.channel.ledger.block(node.channel.ledger.height - 1))
        old = node.channel.ledger.block(node.channel.ledger.height - 2).data.data[0]
        return [forger.block([old])]

    found = caught(tmp_path, plant)
    assert found.kind == "config"
    assert "sequence" in found.detail


def test_lie_10b_the_signed_metadata_names_an_older_config_block(tmp_path: Path) -> None:
    async def plant(node: Node, forger: Forger) -> Blocks:
        await update(node, with_batch(node.channel.config.config, Batch(messages_max=7)), "OrderingMSP")
        forger.take(node.channel.ledger.block(node.channel.ledger.height - 1))
        return [forger.block([forger.transaction(write())], last_config=0)]

    assert caught(tmp_path, plant).kind == "last_config"


def test_a_state_that_is_not_the_replayed_one(tmp_path: Path) -> None:
    async def plant(_: Node, forger: Forger) -> Blocks:
        block = forger.block([forger.transaction(write())])
        set_commit(block, b"\x00", bytes(32))
        return [block]

    found = caught(tmp_path, plant)
    assert (found.kind, found.claimed) == ("commit_hash", bytes(32).hex())


def test_a_peer_that_shows_no_commit_hash(tmp_path: Path) -> None:
    async def plant(_: Node, forger: Forger) -> Blocks:
        block = forger.block([forger.transaction(write())])
        block.metadata.metadata[COMMIT_HASH] = b""
        return [block]

    assert caught(tmp_path, plant).kind == "commit_hash"


def test_a_transaction_of_another_channel(tmp_path: Path) -> None:
    async def plant(_: Node, forger: Forger) -> Blocks:
        return [forger.block([forger.transaction(write(), channel="other")])]

    assert found_out(caught(tmp_path, plant)) == wrong_verdict(Code.BAD_CREATOR_SIGNATURE)


def test_a_gap_in_the_chain(tmp_path: Path) -> None:
    async def plant(node: Node, forger: Forger) -> Blocks:
        skipped = forger.block([forger.transaction(write())])
        later = forger.block([forger.transaction(write())])
        later.header.number = skipped.header.number
        return [later]

    assert caught(tmp_path, plant).kind == "header.previous_hash"


def test_a_fork_leaves_both_signed_blocks(tmp_path: Path) -> None:
    """Another block stands where the auditor has one, and the orderers signed both."""

    async def plant(node: Node, forger: Forger) -> Blocks:
        number = node.channel.ledger.height - 1
        other = copied(node.channel.ledger.block(number))
        forger.ledger.close()
        again = Forger.__new__(Forger)
        again.__dict__.update(forger.__dict__)
        again.ledger = type(forger.ledger).open(Path(forger.ledger._folder).with_name("fork"))
        for block in node.channel.ledger.blocks(0, number):
            again.ledger.commit_block(copied(block))
        forged = again.block([again.transaction(write())])
        again.ledger.close()
        assert forged.header.number == other.header.number
        return [forged]

    found = caught(tmp_path, plant)
    assert found.kind == "fork"
    assert found.orderers_signed() == [True, True]
    assert len(set(found.blocks)) == 2


def test_a_rollback_of_the_source(tmp_path: Path) -> None:
    """A peer restored from an old snapshot lacks what it delivered before; what stands is kept."""

    async def plant(_: Node, __: Forger) -> Blocks:
        return []

    assert caught(tmp_path, plant, height=2).kind == "rollback"
