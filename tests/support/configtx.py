"""The same network described for Fabric's own configtxgen, so that both results can be compared."""

import subprocess
from pathlib import Path
from typing import Any

import yaml

from tanhui.network.channel import policies
from tanhui.network.channel.durations import go_duration
from tanhui.network.channel.make_network import Network
from tanhui.network.channel.topology import Bft, Organisation, Policies, Raft
from tanhui.network.protocol.policy_dsl import is_implicit_meta


def _policies(texts: Policies) -> dict[str, dict[str, str]]:
    return {
        name: {"Type": "ImplicitMeta" if is_implicit_meta(text) else "Signature", "Rule": text}
        for name, text in texts.items()
    }


def _organisation(network: Network, each: Organisation, texts: Policies) -> dict[str, Any]:
    return {
        "Name": each.name,
        "ID": each.msp_id,
        "MSPDir": str(network.organisations[each.msp_id].folder / "msp"),
        "Policies": _policies(texts),
    }


def _consenter_files(network: Network) -> list[tuple[dict[str, Any], Path, str]]:
    found = []
    for each, orderer in network.topology.consenters:
        member = network.organisations[each.msp_id].member("orderer", orderer.name)
        tls = str(member.tls.certificate)
        entry = {"Host": orderer.host, "Port": orderer.port, "ClientTLSCert": tls, "ServerTLSCert": tls}
        signing = next((member.msp_folder / "signcerts").iterdir())
        found.append((entry, signing, each.msp_id))
    return found


def _consensus(network: Network) -> dict[str, Any]:
    consensus = network.topology.channel.consensus
    consenters = _consenter_files(network)
    if isinstance(consensus, Raft):
        options = {
            "TickInterval": go_duration(consensus.tick_interval_ms),
            "ElectionTick": consensus.election_ticks,
            "HeartbeatTick": consensus.heartbeat_ticks,
            "MaxInflightBlocks": consensus.inflight_blocks_max,
            "SnapshotIntervalSize": consensus.snapshot_interval_bytes,
        }
        raft = {"Consenters": [entry for entry, _, _ in consenters], "Options": options}
        return {"OrdererType": "etcdraft", "EtcdRaft": raft}
    mapping = [
        {**entry, "ID": number, "MSPID": msp_id, "Identity": str(signing)}
        for number, (entry, signing, msp_id) in enumerate(consenters, start=1)
    ]
    return {"OrdererType": "BFT", "ConsenterMapping": mapping, "SmartBFT": _bft(consensus)}


def _bft(bft: Bft) -> dict[str, Any]:
    return {
        "RequestBatchMaxCount": bft.request_batch_count_max,
        "RequestBatchMaxBytes": bft.request_batch_bytes_max,
        "RequestBatchMaxInterval": go_duration(bft.request_batch_interval_ms),
        "IncomingMessageBufferSize": bft.incoming_messages_max,
        "RequestPoolSize": bft.request_pool_size,
        "RequestForwardTimeout": go_duration(bft.request_forward_timeout_ms),
        "RequestComplainTimeout": go_duration(bft.request_complain_timeout_ms),
        "RequestAutoRemoveTimeout": go_duration(bft.request_auto_remove_timeout_ms),
        "ViewChangeResendInterval": go_duration(bft.view_change_resend_interval_ms),
        "ViewChangeTimeout": go_duration(bft.view_change_timeout_ms),
        "LeaderHeartbeatTimeout": go_duration(bft.leader_heartbeat_timeout_ms),
        "LeaderHeartbeatCount": bft.leader_heartbeat_count,
        "CollectTimeout": go_duration(bft.collect_timeout_ms),
        "SyncOnStart": bft.sync_on_start,
        "SpeedUpViewChange": bft.speed_up_view_change,
    }


def profile(network: Network) -> dict[str, Any]:
    """configtx.yaml's profile for a network."""
    channel = network.topology.channel
    members = []
    for each in network.topology.members:
        entry = _organisation(network, each, policies.member_policies(each))
        entry["AnchorPeers"] = [{"Host": p.host, "Port": p.port} for p in each.peers if p.anchor]
        members.append(entry)
    ordering = []
    for each in network.topology.ordering:
        entry = _organisation(network, each, policies.ordering_policies(each))
        entry["OrdererEndpoints"] = [f"{o.host}:{o.port}" for o in each.orderers]
        ordering.append(entry)
    batch = channel.batch
    return {
        "Policies": _policies(policies.CHANNEL_POLICIES | channel.policies.channel),
        "Capabilities": {channel.capabilities.channel: True},
        "Orderer": {
            **_consensus(network),
            "BatchTimeout": go_duration(batch.timeout_ms),
            "BatchSize": {
                "MaxMessageCount": batch.messages_max,
                "AbsoluteMaxBytes": batch.absolute_bytes_max,
                "PreferredMaxBytes": batch.preferred_bytes_max,
            },
            "MaxChannels": channel.channels_max,
            "Policies": _policies(policies.ORDERER_POLICIES | channel.policies.orderer),
            "Capabilities": {channel.capabilities.orderer: True},
            "Organizations": ordering,
        },
        "Application": {
            "Policies": _policies(policies.APPLICATION_POLICIES | channel.policies.application),
            "ACLs": channel.acls,
            "Capabilities": {channel.capabilities.application: True},
            "Organizations": members,
        },
    }


def run(program: Path, *arguments: str | Path, folder: Path) -> bytes:
    """Run one of Fabric's programs to its end; its output, or a failure with what it said."""
    done = subprocess.run(
        [program, *arguments],
        cwd=folder,
        env={"FABRIC_CFG_PATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{program.name}: {done.stderr.decode(errors='replace')[-2000:]}"
    return done.stdout


def configtxgen_block(configtxgen: Path, network: Network, folder: Path) -> bytes:
    """The genesis block that configtxgen makes for the network."""
    document = {"Profiles": {"Same": profile(network)}}
    (folder / "configtx.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    out = folder / "theirs.block"
    channel = network.topology.channel.name
    run(
        configtxgen, "-profile", "Same", "-channelID", channel, "-outputBlock", out, "-configPath", folder,
        folder=folder,
    )  # fmt: skip
    return out.read_bytes()
