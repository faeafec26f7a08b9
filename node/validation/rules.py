"""What validation asks of the channel and of the ledger: ports, so that a follower validates alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tanhui.network.protocol.policies import Policy, PolicyIdentity
from tanhui.node.ledger import StateReader


class InvalidChaincodeError(Exception):
    """A namespace without a usable definition on the ledger: code 25."""


class ConfigRefusedError(Exception):
    """A config transaction that the channel's current configuration does not allow.

    No honest orderer orders one; a node that meets one stops, as Fabric does (txvalidator/v20/validator.go).
    """


class Identity(PolicyIdentity, Protocol):
    """An identity of the channel; `tanhui.network.protocol.msp_identity.MspIdentity` is one."""

    def validate(self) -> None:
        """Raise ProtocolError unless the certificate is valid."""


class ChainReader(StateReader, Protocol):
    """Committed state and the index of transaction ids: `Ledger.state`, or a snapshot."""

    def has_transaction(self, txid: str) -> bool:
        """Whether the id appeared in any committed block, valid or not."""


class ChannelRules(Protocol):
    """The channel as its last config block made it. Immutable."""

    @property
    def channel_id(self) -> str:
        """The channel's name."""

    def deserialize_identity(self, serialized: bytes) -> Identity:
        """An identity of one of the channel's MSPs, not validated. Raises ProtocolError."""

    def chaincode_policy(self, namespace: str, state: StateReader) -> Policy:
        """The endorsement policy in the namespace's committed definition. Raises InvalidChaincodeError."""

    def collection_policy(self, namespace: str, collection: str, state: StateReader) -> Policy | None:
        """A collection's own endorsement policy, None where it has none.

        Raises:
            InvalidChaincodeError: the definition knows no such collection.
        """

    def after(self, config_envelope: bytes) -> "ChannelRules":
        """The channel after a config transaction: common.ConfigEnvelope bytes. Raises ConfigRefusedError."""


@dataclass(frozen=True, slots=True)
class ValidationLimits:
    """How much of the machine validation takes.

    Attributes:
        threads: that verify signatures; they run side by side because verification releases the GIL.
        verified_signatures_max: digests of right signatures kept between blocks, 32 bytes each; 0 for
            who sees each signature once, as a follower does.
    """

    threads: int
    verified_signatures_max: int = 100_000


Deserialize = Callable[[bytes], Identity]
"""`ChannelRules.deserialize_identity`."""
