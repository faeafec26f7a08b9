"""Which peers can endorse a chaincode, as one peer sees it (Fabric's discovery service, discovery/api.go)."""

from typing import Final

from fabric_protos.discovery import protocol_pb2

from tanhui.network.channel.peer_admin import CALL_TIMEOUT_S, PeerAdmin
from tanhui.network.protocol.identities import creator_of
from tanhui.network.protocol.messages import parse

DISCOVER: Final = "/discovery.Discovery/Discover"


async def endorsers_known(peer: PeerAdmin, channel: str, chaincode: str) -> str:
    """An empty text when the peer knows enough endorsers for the chaincode's policy, else its reason why not."""
    request = protocol_pb2.Request()
    request.authentication.client_identity = creator_of(peer.admin.identity)
    query = request.queries.add(channel=channel)
    interest = query.cc_query.interests.add()
    interest.chaincodes.add(name=chaincode)
    payload = request.SerializeToString()
    signed = protocol_pb2.SignedRequest(payload=payload, signature=peer.admin.sign(payload))
    raw = await peer.transport.unary(DISCOVER, signed.SerializeToString(), CALL_TIMEOUT_S)
    (result,) = parse(protocol_pb2.Response, raw, "discovery_response").results
    return result.error.content if result.WhichOneof("result") == "error" else ""
