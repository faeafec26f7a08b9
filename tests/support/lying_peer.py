"""A peer that lies: it passes on an honest node's Deliver, except for the blocks that a forger made.

The forger holds every key of the network, the orderer's among them, and keeps a ledger of his own, so that
his blocks are right in every respect but the one that a test wants wrong: headers follow, orderers signed,
and filter and commit hash are what a peer would show that believed the lie.
"""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.orderer import ab_pb2
from fabric_protos.peer import events_pb2

from tanhui.crypto_config.identity import SigningIdentity
from tanhui.network.protocol.block_signatures import sign_block
from tanhui.network.protocol.blocks import build_block, is_config_block, set_commit
from tanhui.network.protocol.endorsements import endorse, response_payload
from tanhui.network.protocol.identities import serialize_identity
from tanhui.network.protocol.proposals import parse_proposal
from tanhui.network.protocol.requests import parse_seek
from tanhui.network.protocol.transactions import envelope, transaction_payload
from tanhui.node.ledger import Ledger
from tanhui.node.node import Node
from tests.support.auditor import SMALL
from tests.support.chain import read_write_set
from tests.support.raw_calls import RawClient


def copied(block: common_pb2.Block) -> common_pb2.Block:
    return common_pb2.Block.FromString(block.SerializeToString())


class LyingPeer:
    """A Transport for Deliver alone. `forged` blocks, by number, take the honest ones' places."""

    def __init__(self, node: Node, forged: Sequence[common_pb2.Block], height: int | None = None) -> None:
        """`height`: claim to have no more blocks than these."""
        self._honest = RawClient(
            node.transport, node.network.organisations["OneMSP"].signing_identity("client", "bob")
        )
        self._forged = {block.header.number: block for block in forged}
        self._height = max(node.channel.ledger.height, *(n + 1 for n in (0, *self._forged)))
        if height is not None:
            self._height = height

    async def unary(self, method: str, request: bytes, timeout_s: float | None) -> bytes:
        raise NotImplementedError(method)

    async def stream(self, method: str, request: bytes, timeout_s: float | None) -> AsyncIterator[bytes]:
        _, seek = parse_seek(request)
        newest = self._height - 1
        start = newest if seek.start.HasField("newest") else seek.start.specified.number
        stop = newest if seek.stop.HasField("newest") else seek.stop.specified.number
        for number in range(start, stop + 1):
            if number > newest:
                yield events_pb2.DeliverResponse(status=common_pb2.NOT_FOUND).SerializeToString()
                return
            if number in self._forged:
                yield events_pb2.DeliverResponse(block=self._forged[number]).SerializeToString()
                continue
            request = self._honest.seek(start=number, stop=number)
            async for answer in self._honest.transport.stream(method, request, 10):
                if events_pb2.DeliverResponse.FromString(answer).HasField("block"):
                    yield answer
        yield events_pb2.DeliverResponse(status=common_pb2.SUCCESS).SerializeToString()
        assert seek.behavior in (ab_pb2.SeekInfo.FAIL_IF_NOT_READY, ab_pb2.SeekInfo.BLOCK_UNTIL_READY)


class Forger:
    """Makes blocks and transactions with anybody's key. `ledger` is the lying peer's own copy."""

    def __init__(self, node: Node, folder: Path) -> None:
        self._organisations = node.network.organisations
        self.orderer = self._organisations["OrderingMSP"].signing_identity("orderer", "orderer0")
        self.alice = RawClient(
            node.transport, self._organisations["OneMSP"].signing_identity("client", "alice")
        )
        self.ledger = Ledger.open(folder, SMALL)
        self.last_config = 0
        for block in node.channel.ledger.blocks():
            self.take(block)

    def take(self, block: common_pb2.Block) -> None:
        """Believe an honest block."""
        self.ledger.commit_block(copied(block))
        if is_config_block(block):
            self.last_config = block.header.number

    def peer(self, msp_id: str) -> SigningIdentity:
        return self._organisations[msp_id].signing_identity("peer", "peer0")

    def transaction(
        self,
        rwset: kv_rwset_pb2.KVRWSet,
        endorsers: Sequence[SigningIdentity] | None = None,
        *,
        channel: str = "credits",
    ) -> bytes:
        """A transaction of the kv chaincode, endorsed by a peer of each organisation unless told otherwise."""
        if endorsers is None:
            endorsers = [self.peer("OneMSP"), self.peer("TwoMSP")]
        proposal = parse_proposal(self.alice.proposal("put", "k", "v", channel=channel).raw)
        payload = response_payload(
            proposal_hash=proposal.hash,
            results=read_write_set({"kv": rwset}),
            events=b"",
            status=200,
            message="",
            payload=b"",
            chaincode="kv",
            chaincode_version="1.0",
        )
        made = [
            endorse(payload, serialize_identity(one.msp_id, one.identity.credentials), one.sign)
            for one in endorsers
        ]
        return self.sign(transaction_payload(proposal, payload, made))

    def sign(self, payload: bytes) -> bytes:
        """The client colludes."""
        return envelope(payload, self.alice.signing.sign(payload))

    def block(
        self,
        envelopes: Sequence[bytes],
        codes: bytes | None = None,
        *,
        signer: SigningIdentity | None = None,
        creator: bytes | None = None,
        last_config: int | None = None,
    ) -> common_pb2.Block:
        """The next block, with every transaction said to be valid unless `codes` say otherwise."""
        previous = self.ledger.header_hash if self.ledger.height else b""
        block = build_block(self.ledger.height, previous, envelopes)
        signer = signer or self.orderer
        if last_config is None:
            last_config = self.ledger.height if is_config_block(block) else self.last_config
        sign_block(
            block,
            creator=creator or serialize_identity(signer.msp_id, signer.identity.credentials),
            sign=signer.sign,
            last_config=last_config,
        )
        set_commit(block, bytes(len(envelopes)) if codes is None else codes, b"")
        self.ledger.commit_block(block)
        return block
