"""Peers that hold the same ledger, and the first block at which one does not."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import cast

import pytest
from fabric_protos.common import common_pb2
from hypothesis import given
from hypothesis import strategies as st

from tanhui.network.channel.agreement import compare
from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.peer_admin import PeerAdmin
from tanhui.network.protocol import blocks
from tests.support.asynchronous import asynchronous


@dataclass
class Peer:
    """What `compare` asks of a peer; from block `lies_from` on its commit hashes are others."""

    name: str
    height_: int
    lies_from: int | None = None
    away: bool = False
    asked: list[int] = field(default_factory=list)

    async def height(self, _channel: str) -> int:
        if self.away:
            raise ChannelError("peer", self.name, "is away")
        return self.height_

    async def block(self, _channel: str, number: int) -> common_pb2.Block:
        assert 0 <= number < self.height_
        self.asked.append(number)
        block = blocks.build_block(number, b"before", [b"same"])
        lies = self.lies_from is not None and number >= self.lies_from
        word = sha256(f"{number} {self.name if lies else ''}".encode()).digest()
        blocks.set_commit(block, [0], word if number else b"")
        return block


def those(*peers: Peer) -> list[PeerAdmin]:
    return cast("list[PeerAdmin]", list(peers))


@asynchronous
async def test_peers_agree_at_the_newest_block_that_all_have() -> None:
    found = await compare(those(Peer("a", 9), Peer("b", 7), Peer("c", 8, away=True)), "credits")
    assert (found.agrees, found.compared) == (True, 6)
    assert (found.heights, list(found.absent)) == ({"a": 9, "b": 7}, ["c"])
    assert len(found.words) == 2


@given(height=st.integers(2, 400), data=st.data())
def test_the_first_block_at_which_they_part_is_found(height: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, height - 1))

    @asynchronous
    async def body() -> None:
        liar = Peer("liar", height, lies_from=first)
        found = await compare(those(Peer("a", height), liar, Peer("b", height + 3)), "credits")
        assert found.differs_from == first
        assert not found.agrees
        assert len(liar.asked) <= 2 + height.bit_length(), "by halving"

    body()


@pytest.mark.parametrize("away", [0, 2])
def test_a_difference_in_the_last_block_alone_is_seen(away: int) -> None:
    @asynchronous
    async def body() -> None:
        peers = [Peer("a", 5), Peer("b", 5, lies_from=4)] + [Peer(f"c{n}", 5, away=True) for n in range(away)]
        assert (await compare(those(*peers), "credits")).differs_from == 4

    body()


@asynchronous
async def test_nobody_there_is_no_agreement_to_speak_of() -> None:
    found = await compare(those(Peer("a", 5, away=True)), "credits")
    assert (found.compared, found.words) == (-1, {})
