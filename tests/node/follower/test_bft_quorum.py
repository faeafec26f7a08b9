"""Four consenters of which one may lie: three signatures make a block, and nothing that counts as fewer does."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from fabric_protos.common import common_pb2

from tanhui.crypto_config.identity import SigningIdentity
from tanhui.network.channel.make_network import Network, make_network
from tanhui.network.protocol.block_signatures import (
    identifier_header,
    set_bft_signatures,
    sign_block,
    signatures_value,
    signed_block_bytes,
)
from tanhui.network.protocol.blocks import block_hash, build_block, set_commit
from tanhui.network.protocol.identities import serialize_identity
from tanhui.node.follower import Replay
from tanhui.node.follower.evidence import LieFound
from tanhui.node.ledger import Ledger
from tests.support.auditor import SMALL
from tests.support.topologies import on_free_ports, shipped_topology

BAD_PAYLOAD = 2
Signed = tuple[bytes, bytes]


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    topology = on_free_ports(shipped_topology("province"))
    return make_network(tmp_path_factory.mktemp("bft") / "network", topology)


class Consenters:
    """All four keys in one hand, and the block that they are to sign."""

    def __init__(self, network: Network, folder: Path) -> None:
        genesis = common_pb2.Block.FromString(network.genesis)
        self.signers: list[SigningIdentity] = [
            network.organisations[each.msp_id].signing_identity("orderer", orderer.name)
            for each in network.topology.organisations
            for orderer in each.orderers
        ]
        self.genesis = block_hash(genesis.header)
        with Ledger.open(folder / "peer", SMALL) as peer:
            set_commit(genesis, bytes(1), b"")
            peer.commit_block(genesis)
            junk = common_pb2.Envelope(payload=b"\xff", signature=b"s").SerializeToString()
            self.block = build_block(1, self.genesis, [junk])
            self.value = signatures_value(0, b"")
            set_bft_signatures(self.block, last_config=0, value=self.value, signatures=[])
            set_commit(self.block, [BAD_PAYLOAD], b"")
            peer.commit_block(self.block)
        self._folder = folder
        self._network = network

    def sign(self, number: int, *, claimed: int | None = None, header: bytes | None = None) -> Signed:
        """Consenter `number`'s signature, from 1; `claimed` names another, `header` is another block's."""
        named = identifier_header(claimed or number, b"nonce")
        signed = signed_block_bytes(self.value, named, self.block.header)
        if header is not None:
            signed = self.value + named + header
        return named, self.signers[number - 1].sign(signed)

    def judge(self, signatures: Sequence[Signed]) -> str:
        """What a fresh follower says of the block: "" where he accepts it."""
        set_bft_signatures(self.block, last_config=0, value=self.value, signatures=signatures)
        return self.judged()

    def judged(self) -> str:
        name = f"auditor-{len(list(self._folder.iterdir()))}"
        with Replay.open(self._folder / name, self.genesis, "registry", options=SMALL) as replay:
            replay.accept(common_pb2.Block.FromString(self._network.genesis), "peer")
            before, found = (replay.height, replay.commit_hash), None
            try:
                replay.accept(common_pb2.Block.FromString(self.block.SerializeToString()), "peer")
            except LieFound as lie:
                found = lie.evidence
            if found is None:
                return ""
            assert (replay.height, replay.commit_hash) == before, "nothing of it is kept"
            assert found.orderers_signed() == [False]
            return found.kind


@pytest.fixture
def consenters(network: Network, tmp_path: Path) -> Consenters:
    return Consenters(network, tmp_path)


def test_a_quorum_of_consenters_makes_a_block(consenters: Consenters) -> None:
    assert consenters.judge([consenters.sign(number) for number in (1, 2, 4)]) == ""
    assert consenters.judge([consenters.sign(number) for number in (1, 2, 3, 4)]) == ""


Signatures = Callable[[Consenters], list[Signed]]


@pytest.mark.parametrize(
    "signatures",
    [
        pytest.param(lambda c: [c.sign(1), c.sign(2)], id="a_quorum_minus_one"),
        pytest.param(lambda c: [c.sign(1), c.sign(2), c.sign(2)], id="one_consenter_twice"),
        pytest.param(lambda c: [c.sign(1), c.sign(2), c.sign(2, claimed=3)], id="one_in_anothers_name"),
        pytest.param(lambda c: [c.sign(1), c.sign(2), c.sign(3, claimed=9)], id="nobodys_number"),
        pytest.param(
            lambda c: [c.sign(1), c.sign(2), c.sign(3, header=b"another header")], id="another_header"
        ),
        pytest.param(lambda c: [], id="nobody"),
    ],
)
def test_anything_that_counts_as_fewer_is_refused(consenters: Consenters, signatures: Signatures) -> None:
    assert consenters.judge(signatures(consenters)) == "orderer_signatures"


def test_one_stolen_orderer_key_signs_no_block_of_a_bft_channel(consenters: Consenters) -> None:
    """As a Raft orderer signs: under ANY Writers that would do."""
    thief = consenters.signers[0]
    sign_block(
        consenters.block,
        creator=serialize_identity(thief.msp_id, thief.identity.credentials),
        sign=thief.sign,
        last_config=0,
    )
    assert consenters.judged() == "orderer_signatures"
