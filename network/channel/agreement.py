"""Do a channel's peers hold the same ledger? Their commit hashes at a block that all of them have say so.

A peer's verdicts and its commit hash are its own and nobody signs them; each commit hash covers the one before, so
that one comparison speaks for every block up to it. Where two differ, the first block at which they do is found by
halving.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.peer_admin import PeerAdmin
from tanhui.network.protocol.blocks import block_hash, commit_hash_of
from tanhui.network.protocol.transport import TransportError


@dataclass(frozen=True, slots=True)
class Word:
    """What one peer says of one block: the hash of its header, and its own commit hash."""

    block_hash: bytes
    commit_hash: bytes


@dataclass(frozen=True, slots=True)
class Agreement:
    """One comparison.

    Attributes:
        heights: blocks of each peer that answered, by name.
        absent: why a peer did not answer, by name.
        compared: number of the block that was compared, -1 when there was none.
        words: by peer, what it says of that block.
        differs_from: the first block at which two peers differ, None when they agree.
    """

    heights: dict[str, int]
    absent: dict[str, str]
    compared: int = -1
    words: dict[str, Word] = field(default_factory=dict)
    differs_from: int | None = None

    @property
    def agrees(self) -> bool:
        """Whether nobody who answered differs."""
        return self.differs_from is None


async def compare(peers: Sequence[PeerAdmin], channel: str) -> Agreement:
    """Ask every peer for the newest block that all who answer have."""
    asked = await asyncio.gather(*(_height(peer, channel) for peer in peers))
    heights = {peer.name: found for peer, found in zip(peers, asked, strict=True) if isinstance(found, int)}
    absent = {peer.name: found for peer, found in zip(peers, asked, strict=True) if isinstance(found, str)}
    there = [peer for peer in peers if peer.name in heights]
    if not there:
        return Agreement(heights, absent)
    newest = min(heights.values()) - 1
    words = await _words(there, channel, newest)
    if len(set(words.values())) == 1:
        return Agreement(heights, absent, newest, words)
    return Agreement(heights, absent, newest, words, await _first_difference(there, channel, newest))


async def _first_difference(peers: Sequence[PeerAdmin], channel: str, known: int) -> int:
    """The first block at which not all agree; they do not at `known`."""
    low, high = 0, known
    while low < high:
        middle = (low + high) // 2
        if len(set((await _words(peers, channel, middle)).values())) == 1:
            low = middle + 1
        else:
            high = middle
    return low


async def _words(peers: Sequence[PeerAdmin], channel: str, number: int) -> dict[str, Word]:
    blocks = await asyncio.gather(*(peer.block(channel, number) for peer in peers))
    return {
        peer.name: Word(block_hash(block.header), commit_hash_of(block))
        for peer, block in zip(peers, blocks, strict=True)
    }


async def _height(peer: PeerAdmin, channel: str) -> int | str:
    try:
        return await peer.height(channel)
    except (ChannelError, TransportError) as reason:
        return str(reason)
