"""What the peer's own chaincodes are given: who asks, and what they may see (core/scc).

They answer about the node, so they see more than a stub; they change nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from fabric_protos.common import common_pb2

from tanhui.chaincode.contract.stub import Response
from tanhui.network.protocol.policies import SignedData
from tanhui.network.protocol.proposals import ProposalView
from tanhui.node.ledger import TransactionLocation

SYSTEM_CHAINCODE_VERSION = "syscc"
"""The version that endorsements of system chaincodes carry (core/scc/scc.go)."""


class LedgerView(Protocol):
    """What may be asked of a channel's ledger from any thread; `node.ledger.Ledger` is one."""

    @property
    def height(self) -> int:
        """Number of committed blocks."""

    @property
    def header_hash(self) -> bytes:
        """Header hash of the last block."""

    def block(self, number: int) -> common_pb2.Block:
        """Raises BlockNotFoundError."""

    def block_bytes(self, number: int) -> bytes:
        """Raises BlockNotFoundError."""

    def block_number_by_hash(self, header_hash: bytes) -> int:
        """Raises BlockNotFoundError."""

    def find_transaction(self, txid: str) -> TransactionLocation | None:
        """Where a transaction id first appeared."""


class SystemChannel(Protocol):
    """A channel as the system chaincodes see it."""

    @property
    def channel_id(self) -> str:
        """Its name."""

    @property
    def member_msp_ids(self) -> tuple[str, ...]:
        """MSP ids of the application's organisations, sorted."""

    @property
    def ledger(self) -> LedgerView:
        """Its blocks."""

    @property
    def config_block_number(self) -> int:
        """Of the newest config block."""

    @property
    def config_proto(self) -> bytes:
        """common.Config bytes in force."""

    def check_access(self, resource: str, signed: SignedData) -> None:
        """Raise AccessDenied unless the channel's policy for `resource` is satisfied."""

    def check_local(self, identity: bytes, *, admin: bool) -> None:
        """Raise AccessDenied unless the identity is of an MSP with a peer here, or its administrator."""


@dataclass(frozen=True, slots=True)
class SystemCall:
    """One authenticated proposal to a system chaincode."""

    proposal: ProposalView
    signed: SignedData
    channels: Mapping[str, SystemChannel]

    @property
    def arguments(self) -> tuple[bytes, ...]:
        """Function name first."""
        return self.proposal.arguments


def success(payload: bytes) -> Response:
    """shim.Success."""
    return Response(200, "", payload)


def error(message: str) -> Response:
    """shim.Error."""
    return Response(500, message, b"")


def text(argument: bytes) -> str:
    """An argument as Go would print it."""
    return argument.decode("utf-8", "replace")
