"""The node's own identities: one peer for each organisation, and an orderer, each with its own key.

ESCC's bytes (core/handlers/endorsement/builtin): the signature covers payload ‖ serialized identity.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tanhui.crypto_config.identity import SigningIdentity
from tanhui.network.protocol.endorsements import Endorsement, endorse
from tanhui.network.protocol.identities import serialize_identity


@dataclass(frozen=True, slots=True)
class LocalIdentity:
    """A peer or orderer that this process speaks for.

    Attributes:
        creator: its serialized identity.
        address: host:port by which the channel's members know it.
    """

    identity: SigningIdentity
    creator: bytes
    address: str

    @classmethod
    def of(cls, identity: SigningIdentity, address: str) -> "LocalIdentity":
        """From its signing identity."""
        return cls(identity, serialize_identity(identity.msp_id, identity.identity.credentials), address)

    @property
    def msp_id(self) -> str:
        """Its organisation."""
        return self.identity.msp_id

    def sign(self, message: bytes) -> bytes:
        """A signature over the whole message."""
        return self.identity.sign(message)

    def endorse(self, payload: bytes) -> Endorsement:
        """Sign a ProposalResponsePayload."""
        return endorse(payload, self.creator, self.sign)


def endorse_by(
    peers: Mapping[str, LocalIdentity], payload: bytes, msp_ids: Sequence[str]
) -> tuple[Endorsement, ...]:
    """One endorsement by each organisation's peer, in this order."""
    return tuple([peers[msp_id].endorse(payload) for msp_id in msp_ids])
