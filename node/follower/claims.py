"""What a source says of a block besides its content: the peer's own, unsigned verdicts, taken off before the replay."""

from dataclasses import dataclass

from fabric_protos.common import common_pb2
from fabric_protos.peer import transaction_pb2

from tanhui.network.protocol.blocks import (
    COMMIT_HASH,
    TRANSACTIONS_FILTER,
    commit_hash_of,
    ensure_slots,
    transactions_filter,
)
from tanhui.network.protocol.errors import MessageError
from tanhui.node.follower.block_checks import BlockRefused

Code = transaction_pb2.TxValidationCode


class VerdictDiffers(BlockRefused):
    """One transaction's code is not the peer's."""

    def __init__(self, tx: int, claimed: int, own: int) -> None:
        super().__init__(
            "verdict", f"the peer says {_name(claimed)}, the replay {_name(own)}", str(claimed), str(own)
        )
        self.tx = tx


@dataclass(frozen=True, slots=True)
class Claim:
    """One block's filter and commit hash by its source, and its metadata as they came."""

    source: str
    codes: bytes
    commit_hash: bytes
    metadata: tuple[bytes, ...]

    @classmethod
    def taken_from(cls, block: common_pb2.Block, source: str) -> "Claim":
        """Note what the block says, and empty both slots: nothing of it may reach the auditor's own verdict."""
        came = tuple(block.metadata.metadata)
        try:
            claimed = commit_hash_of(block)
        except MessageError:
            claimed = b"unreadable"
        claim = cls(source, transactions_filter(block), claimed, came)
        ensure_slots(block)
        block.metadata.metadata[TRANSACTIONS_FILTER] = block.metadata.metadata[COMMIT_HASH] = b""
        return claim

    def as_it_came(self, block: common_pb2.Block) -> bytes:
        """The delivered block's bytes, for the evidence."""
        found = common_pb2.Block()
        found.CopyFrom(block)
        found.ClearField("metadata")
        if self.metadata:
            found.metadata.metadata.extend(self.metadata)
        return found.SerializeToString()

    def compare_codes(self, own: bytes) -> None:
        """Raise BlockRefused unless the peer's verdicts are the auditor's."""
        if self.codes == own:
            return
        if len(self.codes) != len(own):
            raise BlockRefused("filter", "does not cover every transaction", self.codes.hex(), own.hex())
        tx = next(at for at, code in enumerate(own) if code != self.codes[at])
        raise VerdictDiffers(tx, self.codes[tx], own[tx])

    def compare_commit_hash(self, own: bytes) -> None:
        """Raise BlockRefused unless the peer's commit hash is the auditor's."""
        if own != self.commit_hash:
            raise BlockRefused(
                "commit_hash", "the peer's state is not the replayed one", self.commit_hash.hex(), own.hex()
            )


def _name(code: int) -> str:
    try:
        return Code.Name(Code.ValueType(code))
    except ValueError:
        return str(code)
