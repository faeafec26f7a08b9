"""Fabric's chaincode protocol: serves any contract to a real peer.

settings = settings_from_environment(os.environ)
async with serving(my_chaincode, settings) as port: ...
"""

from tanhui.chaincode.shim.errors import (
    MalformedProposalError,
    PeerError,
    ProtocolError,
    SettingsError,
    ShimError,
    StreamClosedError,
)
from tanhui.chaincode.shim.service import ChaincodeService, serving
from tanhui.chaincode.shim.settings import ServiceSettings, settings_from_environment
from tanhui.chaincode.shim.stub import ChaincodeStub
from tanhui.network.http2.tls import ServerTls

__all__ = [
    "ChaincodeService",
    "ChaincodeStub",
    "MalformedProposalError",
    "PeerError",
    "ProtocolError",
    "ServerTls",
    "ServiceSettings",
    "SettingsError",
    "ShimError",
    "StreamClosedError",
    "serving",
    "settings_from_environment",
]
