"""One block's leaves: what they share is checked and written out once, since an auditor writes millions."""

from collections.abc import Iterable, Sequence
from typing import overload

from tanhui.proofs import merkle
from tanhui.proofs.effects import NO_EVENTS
from tanhui.proofs.leaf import CODE_VALID, VERSION, Leaf, is_txid, parse, quoted


class BlockLeaves(Sequence[Leaf]):
    """The leaves of one block, kept as entries: what they share is checked and written out once.

    Args:
        genesis, channel, block, header, commit: as in Leaf.
        transactions: (txid, env, code, events) of each transaction, in order, as in Leaf.

    Raises:
        FormatError: a part that no leaf may have.
    """

    __slots__ = ("entries",)

    def __init__(
        self,
        *,
        genesis: bytes,
        channel: str,
        block: int,
        header: bytes,
        commit: bytes,
        transactions: Iterable[tuple[str, bytes, int, bytes]],
    ) -> None:
        Leaf(genesis, channel, block, 0, header, "", header, CODE_VALID, commit)
        head = f'{{"block":"{block}","channel":{quoted(channel)},"code":"'
        after_code = f'","commit":"{commit.hex()}","env":"'
        after_events = f'","genesis":"{genesis.hex()}","header":"{header.hex()}","tx":"'
        tail = f'","v":"{VERSION}"}}'
        no_events = NO_EVENTS.hex()
        entries: list[bytes] = []
        for tx, (txid, env, code, events) in enumerate(transactions):
            if code != CODE_VALID or not _usual(txid, env, events):
                entries.append(
                    Leaf(genesis, channel, block, tx, header, txid, env, code, commit, events).encode()
                )
                continue
            said = no_events if events is NO_EVENTS else events.hex()
            entries.append(
                f'{head}0{after_code}{env.hex()}","events":"{said}{after_events}{tx}","txid":"{txid}{tail}'.encode()
            )
        self.entries: tuple[bytes, ...] = tuple(entries)
        """As they stand in the log."""

    @overload
    def __getitem__(self, index: int) -> Leaf: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Leaf, ...]: ...

    def __getitem__(self, index: int | slice) -> Leaf | tuple[Leaf, ...]:
        found = self.entries[index]
        return parse(found) if isinstance(found, bytes) else tuple(map(parse, found))

    def __len__(self) -> int:
        return len(self.entries)


def _usual(txid: str, env: bytes, events: bytes) -> bool:
    """Whether a valid transaction's own parts need no closer look."""
    return len(env) == merkle.HASH_BYTES == len(events) and is_txid(txid)
