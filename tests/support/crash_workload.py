"""Blocks that depend on a seed and their number alone, and a model of the ledger that they make."""

import random
from dataclasses import dataclass, field

from fabric_protos.common import common_pb2

from tanhui.network.protocol import commit_hash as commit_hashes
from tanhui.network.protocol.blocks import block_hash
from tanhui.network.protocol.commit_hash import NamespaceUpdates, Update
from tanhui.node.ledger import LedgerOptions, StateValue, Version
from tests.support.chain import WriteTx, genesis_block, txid, write_block

OPTIONS = LedgerOptions(file_bytes_max=16 * 1024, write_buffer_bytes=64 * 1024, cache_bytes=1 << 20)
KEYS = [f"account-{n:02d}" for n in range(40)]
INVALID = 11


def transactions_of(seed: int, number: int) -> list[WriteTx]:
    rng = random.Random(f"{seed}/{number}")
    found = []
    for index in range(rng.randint(1, 4)):
        writes: dict[str, bytes | None] = {}
        for key in rng.sample(KEYS, rng.randint(1, 5)):
            writes[key] = None if rng.random() < 0.2 else rng.randbytes(rng.randint(1, 800))
        code = INVALID if rng.random() < 0.2 else 0
        found.append(WriteTx(txid(seed, number, index), writes, code))
    return found


def block_of(seed: int, number: int, previous: bytes) -> common_pb2.Block:
    if number == 0:
        return genesis_block()
    return write_block(number, previous, transactions_of(seed, number))


@dataclass
class Model:
    """What the ledger must hold after each block: computed without the ledger."""

    seed: int
    header_hashes: list[bytes] = field(default_factory=list)
    commit_hashes: list[bytes] = field(default_factory=list)
    states: list[dict[str, StateValue]] = field(default_factory=list)

    def extend_to(self, height: int) -> None:
        while len(self.header_hashes) < height:
            self._add(len(self.header_hashes))

    def _add(self, number: int) -> None:
        previous = self.header_hashes[-1] if number else b""
        self.header_hashes.append(block_hash(block_of(self.seed, number, previous).header))
        if number == 0:
            self.commit_hashes.append(b"")
            self.states.append({})
            return
        state = dict(self.states[-1])
        updates: dict[str, Update] = {}
        transactions = transactions_of(self.seed, number)
        for index, tx in enumerate(transactions):
            for key, value in tx.writes.items() if tx.code == 0 else ():
                updates[key] = Update(value, number, index)
                state.pop(key, None)
                if value is not None:
                    state[key] = StateValue(value, Version(number, index))
        self.states.append(state)
        changes = commit_hashes.update_bytes({"registry": NamespaceUpdates(updates, {})} if updates else {})
        flags = bytes(tx.code for tx in transactions)
        self.commit_hashes.append(commit_hashes.next_commit_hash(flags, changes, self.commit_hashes[-1]))
