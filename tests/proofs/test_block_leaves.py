"""A block's leaves, written out together, are the leaves one by one."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.proofs.block_leaves import BlockLeaves
from tanhui.proofs.effects import NO_EVENTS
from tanhui.proofs.errors import FormatError
from tanhui.proofs.leaf import Leaf

HASHES = st.binary(min_size=32, max_size=32)
VALID = st.tuples(st.one_of(st.just(""), HASHES.map(bytes.hex)), HASHES, st.just(0), HASHES)
INVALID = st.tuples(st.just(""), HASHES, st.integers(1, 255), st.just(NO_EVENTS))


@given(HASHES, st.integers(0, 2**63 - 1), st.lists(st.one_of(VALID, INVALID), max_size=5))
def test_together_and_one_by_one(
    some: bytes, block: int, transactions: list[tuple[str, bytes, int, bytes]]
) -> None:
    header, commit = sha256(some).digest(), sha256(b"commit" + some).digest()
    made = BlockLeaves(
        genesis=some, channel="省级", block=block, header=header, commit=commit, transactions=transactions
    )
    expected = tuple(
        Leaf(some, "省级", block, tx, header, txid, env, code, commit, events)
        for tx, (txid, env, code, events) in enumerate(transactions)
    )
    assert made.entries == tuple(one.encode() for one in expected)
    assert tuple(made) == expected
    assert made[:2] == expected[:2]
    assert len(made) == len(transactions)


@pytest.mark.parametrize(
    ("transaction", "reason"),
    [
        (("AB" * 32, bytes(32), 0, NO_EVENTS), "hex"),
        (("", bytes(31), 0, NO_EVENTS), "env is not 32 bytes"),
        (("", bytes(32), 0, b""), "events is not 32 bytes"),
        (("", bytes(32), 256, NO_EVENTS), "code 256"),
        (("", bytes(32), 10, bytes(32)), "has no effects"),
    ],
)
def test_what_no_leaf_may_be(transaction: tuple[str, bytes, int, bytes], reason: str) -> None:
    with pytest.raises(FormatError, match=reason):
        BlockLeaves(
            genesis=bytes(32), channel="c", block=1, header=bytes(32), commit=b"", transactions=[transaction]
        )
