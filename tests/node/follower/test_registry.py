"""The registry's own ledger followed: its sample's transactions, their effects in the leaves, the same commit hash."""

import asyncio
from pathlib import Path

from tanhui.chaincode.transactions.registry import CHAINCODE_NAME
from tanhui.cli.registry_process import open_registry
from tanhui.cli.sample import load_sample
from tanhui.network.protocol.blocks import block_hash
from tanhui.network.protocol.envelopes import parse_envelope
from tanhui.node.follower import DeliverSource, Follower
from tanhui.node.follower.leaves import effects_document
from tanhui.proofs import effects, leaf
from tanhui.registry_api.settings import ApiSettings
from tests.support.auditor import QUICK, auditor


def test_the_sample_programme(tmp_path: Path) -> None:
    async def run() -> None:
        async with open_registry(tmp_path / "registry", ApiSettings()) as registry:
            assert await load_sample(registry, tmp_path / "registry")
            node = registry.node
            organisation = node.network.topology.members[0]
            signing = node.network.organisations[organisation.msp_id].signing_identity("admin", "Admin")
            source = DeliverSource(node.transport, "peer", node.channel.channel_id, signing)
            genesis = block_hash(node.channel.ledger.block(0).header)
            with auditor(tmp_path / "auditor", genesis, CHAINCODE_NAME) as (replay, log):
                await Follower(replay, log, source, evidence=tmp_path / "evidence", settings=QUICK).run(
                    once=True
                )
                assert replay.height == node.channel.ledger.height
                assert replay.commit_hash == node.channel.ledger.commit_hash
                stated = 0
                for entry in log.reader().entries():
                    one = leaf.parse(entry)
                    raw = replay.ledger.block(one.block).data.data[one.tx]
                    document = effects_document(parse_envelope(raw), CHAINCODE_NAME)
                    assert one.events == effects.events_hash(document)
                    stated += len(effects.parse(document)) if document else 0
                assert stated > 0, "the sample does something"

    asyncio.run(run())
