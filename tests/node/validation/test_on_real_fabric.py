"""A real peer's ledger, replayed: the same verdict on every transaction and the same commit hash at every block."""

import asyncio
from pathlib import Path

import pytest

from tanhui.network.channel.make_network import make_network
from tanhui.network.protocol.blocks import (
    COMMIT_HASH,
    TRANSACTIONS_FILTER,
    commit_hash_of,
    transactions_filter,
)
from tanhui.network.protocol.channel_config import ChannelConfig
from tanhui.node.ledger import Ledger
from tanhui.node.ledger.fsck import fsck
from tanhui.node.validation import ChannelRules, ConfigRules, ValidationLimits, Validator
from tests.support.fabric_blockfile import read_blocks
from tests.support.lived_network import join_orderers, live
from tests.support.running_nodes import running_nodes
from tests.support.topologies import on_free_ports, shipped_topology


@pytest.mark.fabric
def test_a_replay_agrees_with_the_peer(tmp_path: Path) -> None:
    """Lifecycle approvals with private data, a definition's commit and a config update among them."""
    topology = on_free_ports(shipped_topology("small"))
    network = make_network(tmp_path / "network", topology)
    with running_nodes(network, tmp_path / "nodes"):
        join_orderers(network)
        asyncio.run(live(network))
    file = next((tmp_path / "nodes").glob("peer*/data/ledgersData/chains/chains/credits/blockfile_000000"))
    genesis, *blocks = read_blocks(file)
    assert len(blocks) >= 4
    rules: ChannelRules = ConfigRules(ChannelConfig.from_block(genesis))
    validator = Validator(ValidationLimits(threads=2))
    with Ledger.open(tmp_path / "ledger") as ledger:
        ledger.commit_block(genesis)
        for block in blocks:
            codes, commit_hash = transactions_filter(block), commit_hash_of(block)
            block.metadata.metadata[TRANSACTIONS_FILTER] = block.metadata.metadata[COMMIT_HASH] = b""
            verdict = validator.validate(block, rules, ledger.state)
            rules = verdict.rules
            ledger.commit_block(verdict.block, verdict.updates)
            assert (bytes(verdict.codes), ledger.commit_hash) == (codes, commit_hash)
    validator.close()
    assert fsck(tmp_path / "ledger").is_clean
