"""What the API needs of a ledger: the port that the Gateway client satisfies, and that tests replace."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Committed:
    """A write that took effect.

    Attributes:
        transaction_id: 64 hex digits.
        block: number of the block it stands in.
        answer: what the chaincode answered, canonical JSON.
    """

    transaction_id: str
    block: int
    answer: bytes


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """The effects of one valid transaction, as its chaincode event carried them."""

    block: int
    transaction_id: str
    name: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class LedgerTransaction:
    """One valid transaction of the chaincode, as its block has it.

    Attributes:
        function: `lane:Verb`.
        argument: the order as it was sent, canonical JSON.
        organisation, person, msp_id: whose certificate signed it.
        at: its timestamp, seconds since 1970.
        payload: its effects, b"" when it announced none.
    """

    id: str
    function: str
    argument: bytes
    organisation: str
    person: str
    msp_id: str
    at: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class LedgerBlock:
    """One block with the chaincode's valid transactions, in order; often none.

    Attributes:
        hash: its header's, hex; "" where the ledger tells none.
        previous: that of the block before it.
    """

    number: int
    transactions: tuple[LedgerTransaction, ...]
    hash: str = ""
    previous: str = ""


@dataclass(frozen=True, slots=True)
class PreparedMessage:
    """Something to be signed elsewhere: the message itself and what the signature is made over."""

    message: bytes
    digest: bytes
    transaction_id: str


@dataclass(frozen=True, slots=True)
class OfflineIdentity:
    """Who will sign: MSP id and certificate in PEM."""

    msp_id: str
    certificate: bytes


class OfflineSigning(Protocol):
    """A write in three steps, for keys that never come near the server."""

    async def prepare(self, function: str, argument: bytes, identity: OfflineIdentity) -> PreparedMessage:
        """The proposal to sign."""

    async def endorse(self, proposal: bytes, signature: bytes) -> PreparedMessage:
        """Endorse a signed proposal; the transaction to sign. Raises LedgerRefusal, Problem."""

    async def submit(self, transaction: bytes, signature: bytes) -> Committed:
        """Order a signed transaction and wait for its block. Raises LedgerRefusal, Problem."""


class Ledger(Protocol):
    """Calls of one chaincode on one channel. `identity` names a signing identity in the server's custody."""

    @property
    def writes(self) -> int:
        """How many writes this process has made: it has changed when one may have taken effect."""

    async def submit(self, function: str, argument: bytes, identity: str) -> Committed:
        """Write and wait for the block. Raises LedgerRefusal, Problem."""

    async def evaluate(self, function: str, argument: bytes, identity: str) -> bytes:
        """Read. Raises LedgerRefusal, Problem."""

    async def metadata(self) -> bytes:
        """The contract's functions, in Fabric's metadata schema."""

    async def processed_transaction(self, transaction_id: str) -> bytes:
        """peer.ProcessedTransaction of a committed transaction. Raises Problem (404)."""

    async def block_of(self, transaction_id: str) -> bytes:
        """The common.Block that holds a transaction. Raises Problem (404)."""

    async def height(self) -> int:
        """Blocks on the channel."""

    def events(self, start_block: int | None, after_transaction: str | None) -> AsyncIterator[LedgerEvent]:
        """Events from a block on, after a transaction in it; from the next commit when both are None."""

    def blocks(self, start_block: int) -> AsyncIterator[LedgerBlock]:
        """Every block from `start_block` on, without a gap, and then each new one."""

    @property
    def offline(self) -> OfflineSigning:
        """Signing by the client."""
