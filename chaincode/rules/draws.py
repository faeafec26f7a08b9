r"""Draws (抽奖): who wins follows from entrants and seeds that were fixed before anybody knew either.

    commitment  = SHA256("tanhui draw seed v1\n" ‖ seed[32])
    entrants    = SHA256("tanhui draw entrants v1\n" ‖ the accounts' 16 bytes, sorted)
    seed        = SHA256("tanhui draw v1\n" ‖ operator's seed ‖ funder's seed ‖ entrants)
    pick i      = SHA256(seed ‖ i as 4 bytes) mod (entrants that are left)

The operator and the funder commit to a seed each before the first entry, so that neither of them can choose
entrants or seed to suit an outcome. Whoever has the entrants and the two seeds computes the winners again.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from tanhui.chaincode.rules.errors import rewards as codes

ENTRANTS_MAX: Final = 10_000
"""Accounts in one draw: what one transaction reads to decide it."""
WINNERS_MAX: Final = 1_000
REVEAL_DAYS: Final = 30
"""So many days after the last day of entry, a draw whose seeds are not both known can be declared void."""

_SEED = b"tanhui draw seed v1\n"
_ENTRANTS = b"tanhui draw entrants v1\n"
_DRAW = b"tanhui draw v1\n"


def seed_commitment(seed: bytes) -> bytes:
    """What is shown of a seed before the draw, 32 bytes."""
    return sha256(_SEED + seed).digest()


def require_seed(seed: bytes, commitment: bytes) -> None:
    """Refuse a seed other than the one that was committed to.

    Raises:
        Refusal: rewards.commitment_mismatch.
    """
    if seed_commitment(seed) != commitment:
        raise codes.COMMITMENT.at("seed", seed.hex(), commitment=commitment.hex())


def require_entrants(count: int, winners: int) -> None:
    """Refuse a draw with fewer entrants than prizes, or with more than one transaction can read.

    Raises:
        Refusal: rewards.draw_entrants.
    """
    if not winners <= count <= ENTRANTS_MAX:
        raise codes.DRAW_ENTRANTS.at("draw", count, low=winners, high=ENTRANTS_MAX)


def entrants_hash(accounts: Sequence[bytes]) -> bytes:
    """What fixes who entered, whatever the order in which they are listed; 32 bytes."""
    return sha256(_ENTRANTS + b"".join(sorted(accounts))).digest()


def joint_seed(operator: bytes, funder: bytes, entrants: bytes) -> bytes:
    """The seed that decides, 32 bytes: of both sides' seeds and of the entrants."""
    return sha256(_DRAW + operator + funder + entrants).digest()


def winners(accounts: Sequence[bytes], seed: bytes, count: int) -> list[bytes]:
    """`count` different accounts in the order in which they are drawn; each is equally likely."""
    left = sorted(accounts)
    drawn = []
    for at in range(count):
        pick = int.from_bytes(sha256(seed + at.to_bytes(4, "big")).digest()) % len(left)
        left[pick], left[-1] = left[-1], left[pick]
        drawn.append(left.pop())
    return drawn
