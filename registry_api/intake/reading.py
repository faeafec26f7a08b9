"""The port through which an upload's lines are read into what the ledger wants of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol


class BadActivity(ValueError):  # noqa: N818  says what is wrong with one line
    """An activity that can be read as JSON but is none for its methodology; the text says why."""


class ActivityReader(Protocol):
    """Knows what one upload's activities must look like.

    Attributes:
        needed: members that every activity has, so that a CSV file without such a column is refused at its header.
    """

    needed: Sequence[str]

    async def reader_for(
        self, header: Mapping[str, str], identity: str, organisation: str
    ) -> Callable[[bytes], bytes]:
        """A function from one activity's JSON object to the JSON text that is queued for it.

        `identity` uploads, of `organisation`. The function raises BadActivity. Raises Problem or LedgerRefusal
        when the upload as a whole cannot be.
        """


class SourceKeeper(Protocol):
    """Keeps the keys of data sources that have no signer of their own."""

    def create(self, source: str) -> str:
        """The source's Ed25519 public key as hex; its key is made when there is none. Blocks on the disk.

        Raises:
            ValueError: more are kept than may be.
        """


class AsTheyCome:
    """Queues activities as they are, for contracts that take JSON."""

    needed: Sequence[str] = ()

    async def reader_for(
        self, header: Mapping[str, str], identity: str, organisation: str
    ) -> Callable[[bytes], bytes]:
        """The identity function."""
        del header, identity, organisation
        return lambda activity: activity
