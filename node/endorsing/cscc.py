"""cscc: the node's channels and their configuration (core/scc/cscc/configure.go)."""

from fabric_protos.peer import query_pb2

from tanhui.chaincode.contract.stub import Response
from tanhui.node.endorsing.access import AccessDenied
from tanhui.node.endorsing.system import SystemCall, error, success, text

_JOINING = frozenset({"JoinChain", "JoinChainBySnapshot", "JoinBySnapshotStatus"})


def configure(call: SystemCall) -> Response:
    """GetChannels, GetConfigBlock, GetChannelConfig; joining is refused."""
    arguments = call.arguments
    if not arguments:
        return error("Incorrect number of arguments, 0")
    function = text(arguments[0])
    if function in _JOINING:
        return error(f'"{function}" is refused: this node serves the channels it was started with')
    if function == "GetChannels":
        return _channels(call)
    if len(arguments) < 2:
        return error(f"Incorrect number of arguments, {len(arguments)}")
    if function in {"GetConfigBlock", "GetChannelConfig"}:
        return _of_channel(call, function)
    return error(f"Requested function {function} not found.")


def _channels(call: SystemCall) -> Response:
    denied: AccessDenied | None = None
    for channel in call.channels.values():
        try:
            channel.check_local(call.signed.identity, admin=False)
        except AccessDenied as reason:
            denied = reason
        else:
            return success(
                query_pb2.ChannelQueryResponse(
                    channels=[query_pb2.ChannelInfo(channel_id=channel_id) for channel_id in call.channels]
                ).SerializeToString()
            )
    return error(f"access denied for [GetChannels]: {denied}")


def _of_channel(call: SystemCall, function: str) -> Response:
    channel_id = text(call.arguments[1])
    channel = call.channels.get(channel_id)
    if channel is None:
        return error(
            f"access denied for [{function}][{channel_id}]: "
            f"Failed to get policy manager for channel [{channel_id}]"
        )
    try:
        channel.check_access(f"cscc/{function}", call.signed)
    except AccessDenied as denied:
        return error(f"access denied for [{function}][{channel_id}]: {denied}")
    if function == "GetConfigBlock":
        return success(channel.ledger.block_bytes(channel.config_block_number))
    return success(channel.config_proto)
