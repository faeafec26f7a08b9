"""The ordering service's own metadata: who consents, and with which timings."""

from dataclasses import dataclass

from fabric_protos.common import configuration_pb2
from fabric_protos.orderer import configuration_pb2 as orderer_pb2
from fabric_protos.orderer.etcdraft import configuration_pb2 as etcdraft_pb2
from fabric_protos.orderer.smartbft import configuration_pb2 as smartbft_pb2

from tanhui.network.channel.durations import go_duration
from tanhui.network.channel.topology import Bft, Raft


@dataclass(frozen=True)
class Consenter:
    """An ordering node as the channel knows it; certificates in PEM.

    Attributes:
        identity: its signing certificate.
        tls: its TLS certificate, for both ends of a connection.
    """

    number: int
    host: str
    port: int
    msp_id: str
    identity: bytes
    tls: bytes


def consensus_type(consensus: Raft | Bft, consenters: list[Consenter]) -> orderer_pb2.ConsensusType:
    """Type and metadata as configtxgen writes them."""
    if isinstance(consensus, Raft):
        metadata = _raft(consensus, consenters).SerializeToString()
        return orderer_pb2.ConsensusType(type="etcdraft", metadata=metadata)
    return orderer_pb2.ConsensusType(type="BFT", metadata=_bft(consensus).SerializeToString())


def consenter_mapping(consenters: list[Consenter]) -> list[configuration_pb2.Consenter]:
    """The BFT consenters with their ids, addresses and certificates."""
    return [
        configuration_pb2.Consenter(
            id=each.number,
            host=each.host,
            port=each.port,
            msp_id=each.msp_id,
            identity=each.identity,
            client_tls_cert=each.tls,
            server_tls_cert=each.tls,
        )
        for each in consenters
    ]


def _raft(raft: Raft, consenters: list[Consenter]) -> etcdraft_pb2.ConfigMetadata:
    return etcdraft_pb2.ConfigMetadata(
        consenters=[
            etcdraft_pb2.Consenter(
                host=each.host, port=each.port, client_tls_cert=each.tls, server_tls_cert=each.tls
            )
            for each in consenters
        ],
        options=etcdraft_pb2.Options(
            tick_interval=go_duration(raft.tick_interval_ms),
            election_tick=raft.election_ticks,
            heartbeat_tick=raft.heartbeat_ticks,
            max_inflight_blocks=raft.inflight_blocks_max,
            snapshot_interval_size=raft.snapshot_interval_bytes,
        ),
    )


def _bft(bft: Bft) -> smartbft_pb2.Options:
    return smartbft_pb2.Options(
        request_batch_max_count=bft.request_batch_count_max,
        request_batch_max_bytes=bft.request_batch_bytes_max,
        request_batch_max_interval=go_duration(bft.request_batch_interval_ms),
        incoming_message_buffer_size=bft.incoming_messages_max,
        request_pool_size=bft.request_pool_size,
        request_forward_timeout=go_duration(bft.request_forward_timeout_ms),
        request_complain_timeout=go_duration(bft.request_complain_timeout_ms),
        request_auto_remove_timeout=go_duration(bft.request_auto_remove_timeout_ms),
        view_change_resend_interval=go_duration(bft.view_change_resend_interval_ms),
        view_change_timeout=go_duration(bft.view_change_timeout_ms),
        leader_heartbeat_timeout=go_duration(bft.leader_heartbeat_timeout_ms),
        leader_heartbeat_count=bft.leader_heartbeat_count,
        collect_timeout=go_duration(bft.collect_timeout_ms),
        sync_on_start=bft.sync_on_start,
        speed_up_view_change=bft.speed_up_view_change,
    )
