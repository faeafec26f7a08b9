"""orderer.yaml of an orderer."""

from typing import Any

from tanhui.crypto_config.member import Member
from tanhui.network.processes.places import BCCSP, MESSAGE_BYTES_MAX, OrdererPlace


def orderer_config(place: OrdererPlace) -> dict[str, Any]:
    """The document orderer.yaml holds."""
    tls = place.member.tls
    roots = [str(path) for path in place.client_roots]
    return {
        "General": {
            "ListenAddress": place.host,
            "ListenPort": place.port,
            "TLS": {
                "Enabled": True,
                "PrivateKey": str(tls.key),
                "Certificate": str(tls.certificate),
                "RootCAs": [str(tls.root)],
                "ClientAuthRequired": False,
            },
            # Peers ping every 10 s (peer_config.py).
            "Keepalive": {"ServerMinInterval": "5s", "ServerInterval": "7200s", "ServerTimeout": "20s"},
            "MaxRecvMsgSize": MESSAGE_BYTES_MAX,
            "MaxSendMsgSize": MESSAGE_BYTES_MAX,
            "Cluster": {
                "SendBufferSize": 100,
                # A view change that cannot decide what was in flight first asks every orderer for its height, one
                # behind a broken link included; after Fabric's 5 s the others are in the next view.
                "DialTimeout": "1s",
                "ClientCertificate": str(tls.certificate),
                "ClientPrivateKey": str(tls.key),
                "RootCAs": roots,
            },
            "LocalMSPDir": str(place.member.msp_folder),
            "LocalMSPID": place.member.msp_id,
            "BootstrapMethod": "none",
            "BCCSP": BCCSP,
            "Authentication": {"TimeWindow": "15m"},
        },
        "FileLedger": {"Location": str(place.folder / "data")},
        "Operations": {
            "ListenAddress": f"{place.host}:{place.operations_port}",
            "TLS": _mutual_tls(place.member, roots),
        },
        "Admin": {
            "ListenAddress": f"{place.host}:{place.admin_port}",
            "TLS": _mutual_tls(place.member, roots),
        },
        "ChannelParticipation": {"Enabled": True, "MaxRequestBodySize": "1 MB"},
        "Consensus": {
            "WALDir": str(place.folder / "etcdraft" / "wal"),
            "SnapDir": str(place.folder / "etcdraft" / "snapshot"),
        },
        "Metrics": {"Provider": "prometheus"},
    }


def _mutual_tls(member: Member, roots: list[str]) -> dict[str, Any]:
    return {
        "Enabled": True,
        "PrivateKey": str(member.tls.key),
        "Certificate": str(member.tls.certificate),
        "RootCAs": roots,
        "ClientAuthRequired": True,
        "ClientRootCAs": roots,
    }
