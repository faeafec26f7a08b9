"""A peer, a client of it, and the gateway between them."""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec

from tanhui.crypto_config.identity import Identity
from tanhui.crypto_config.keys import PrivateKeySigner
from tanhui.network.gateway import Contract, Gateway, Network, connect
from tests.support.gateway_peer import CHAINCODE, CHANNEL, FakePeer
from tests.support.organisations import Key, Organisation

ORGANISATION = Organisation("Org1MSP")
ENDORSER = ORGANISATION.member("peer", name="peer0")
CLIENT_KEY: Key = ec.generate_private_key(ec.SECP256R1())
CLIENT = ORGANISATION.member("client", name="user", key=CLIENT_KEY)
IDENTITY = Identity("Org1MSP", CLIENT.credentials)


def signer(key: Key = CLIENT_KEY) -> PrivateKeySigner:
    return PrivateKeySigner(key)


@dataclass
class World:
    """Made inside a test's event loop."""

    peer: FakePeer = field(default_factory=lambda: FakePeer(ENDORSER))
    share_commit_stream: bool = False
    gateway: Gateway = field(init=False)

    def __post_init__(self) -> None:
        self.gateway = connect(self.peer, IDENTITY, signer(), share_commit_stream=self.share_commit_stream)

    @property
    def network(self) -> Network:
        return self.gateway.network(CHANNEL)

    @property
    def contract(self) -> Contract:
        return self.network.contract(CHAINCODE)

    @property
    def unsigned(self) -> Gateway:
        """A gateway of the same identity whose key is elsewhere."""
        return connect(self.peer, IDENTITY)
