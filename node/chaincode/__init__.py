"""The peer's side of Fabric's chaincode stream: chaincodes in processes of their own, called as a service.

server = ServerAddress("127.0.0.1:9999", tls=..., ...)
async with ServedChaincode.opened(server) as chaincode: Node.open(..., chaincodes={"registry": chaincode})
"""

from tanhui.node.chaincode.connection_file import read_server, server_of_service
from tanhui.node.chaincode.served import ServedChaincode
from tanhui.node.chaincode.settings import ClientTls, ServerAddress, StreamSettings

__all__ = [
    "ClientTls",
    "ServedChaincode",
    "ServerAddress",
    "StreamSettings",
    "read_server",
    "server_of_service",
]
