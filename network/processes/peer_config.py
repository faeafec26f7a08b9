"""core.yaml of a peer."""

from pathlib import Path
from typing import Any, Final

from tanhui.network.processes.places import BCCSP, MESSAGE_BYTES_MAX, PeerPlace

BUILDER: Final = Path(__file__).parent / "builder"
"""Our external builder for chaincode as a service; Fabric's own is found only in its images."""


def peer_config(place: PeerPlace, builder: Path = BUILDER) -> dict[str, Any]:
    """The document that core.yaml holds."""
    return {
        "peer": _peer(place),
        # Chaincode runs as a service that its operator starts: no Docker on a peer.
        "vm": {"endpoint": ""},
        "chaincode": _chaincode(builder),
        "ledger": _ledger(place.folder),
        "operations": _operations(place),
        "metrics": {"provider": "prometheus"},
    }


def _peer(place: PeerPlace) -> dict[str, Any]:
    address = f"{place.host}:{place.port}"
    chaincode_address = f"{place.host}:{place.chaincode_port}"
    # A link that is broken without a word is noticed within 15 s, and another orderer asked (Fabric: 60s, 20s).
    noticing = {"interval": "10s", "timeout": "5s"}
    return {
        "id": place.member.name,
        "networkId": place.network_id,
        "listenAddress": address,
        "address": address,
        "chaincodeListenAddress": chaincode_address,
        "chaincodeAddress": chaincode_address,
        "localMspId": place.member.msp_id,
        "mspConfigPath": str(place.member.msp_folder),
        "fileSystemPath": str(place.folder / "data"),
        "gateway": {
            "enabled": True,
            # A peer behind a broken link is given up for another well before clients give up (Fabric: 30s). The
            # largest batches take about a second.
            "endorsementTimeout": "6s",
            "broadcastTimeout": "30s",
            "dialTimeout": "2m",
        },
        "gossip": _gossip(place, address),
        "tls": _tls(place),
        "authentication": {"timewindow": f"{place.time_window_s}s"},
        "keepalive": {
            "interval": "7200s",
            "timeout": "20s",
            # Fabric's own gateway pings its peers every 10 s; a higher bound (60s) makes them hang up on it.
            "minInterval": "5s",
            "client": noticing,
            "deliveryClient": noticing,
        },
        "deliveryclient": _deliver_client(),
        "BCCSP": BCCSP,
        "handlers": {
            "authFilters": [
                {"name": "DefaultAuth"},
                {"name": "ExpirationCheck"},
                {"name": "TimeWindowCheck"},
            ],
            "decorators": [{"name": "DefaultDecorator"}],
            "endorsers": {"escc": {"name": "DefaultEndorsement"}},
            "validators": {"vscc": {"name": "DefaultValidation"}},
        },
        "discovery": {
            "enabled": True,
            "authCacheEnabled": True,
            "authCacheMaxSize": 1_000,
            "authCachePurgeRetentionRatio": 0.75,
        },
        "limits": {"concurrency": {"endorserService": 2_500, "deliverService": 2_500, "gatewayService": 500}},
        "maxRecvMsgSize": MESSAGE_BYTES_MAX,
        "maxSendMsgSize": MESSAGE_BYTES_MAX,
    }


def _gossip(place: PeerPlace, address: str) -> dict[str, Any]:
    return {
        "bootstrap": " ".join(place.bootstrap) or address,
        "externalEndpoint": address,
        "endpoint": address,
        # Each peer asks the orderers itself: no election, and a lost leader stops nobody.
        "useLeaderElection": False,
        # Peers that are gone are left out of endorsement after 10 s (Fabric: 5 s, 25 s, 25 s).
        "aliveTimeInterval": "2s",
        "aliveExpirationTimeout": "10s",
        "reconnectInterval": "10s",
        "orgLeader": True,
        "pvtData": {
            "pullRetryThreshold": "60s",
            "transientstoreMaxBlockRetention": 20_000,
            "pushAckTimeout": "3s",
            "btlPullMargin": 10,
            "reconcileBatchSize": 10,
            "reconcileSleepInterval": "1m",
            "reconciliationEnabled": True,
            "implicitCollectionDisseminationPolicy": {"requiredPeerCount": 0, "maxPeerCount": 1},
        },
        "state": {"enabled": False},
    }


def _tls(place: PeerPlace) -> dict[str, Any]:
    tls = place.member.tls
    return {
        "enabled": True,
        "clientAuthRequired": place.mutual_tls,
        "cert": {"file": str(tls.certificate)},
        "key": {"file": str(tls.key)},
        "rootcert": {"file": str(tls.root)},
        "clientRootCAs": {"files": [str(root) for root in place.client_roots]},
    }


def _deliver_client() -> dict[str, Any]:
    return {
        "blockGossipEnabled": False,
        "reconnectTotalTimeThreshold": "3600s",
        "connTimeout": "3s",
        # Writes are to resume soon after an orderer is lost; Fabric's default waits up to an hour.
        "reConnectBackoffThreshold": "10s",
        "blockCensorshipTimeoutKey": "10s",
        "minimalReconnectInterval": "100ms",
        "policy": "cluster",
    }


def _chaincode(builder: Path) -> dict[str, Any]:
    return {
        "mode": "net",
        "keepalive": 0,
        "executetimeout": "30s",
        "installTimeout": "60s",
        "startuptimeout": "60s",
        "externalBuilders": [{"name": "ccaas", "path": str(builder), "propagateEnvironment": ["PATH"]}],
        "system": {"_lifecycle": "enable", "cscc": "enable", "lscc": "enable", "qscc": "enable"},
        "logging": {"level": "warn", "shim": "warn"},
        "runtimeParams": {
            "useWriteBatch": True,
            # A registry's batch in one message (Fabric: 1000); the shim cuts by bytes as well.
            "maxSizeWriteBatch": 5_000,
            "useGetMultipleKeys": True,
            "maxSizeGetMultipleKeys": 1_000,
        },
    }


def _ledger(folder: Path) -> dict[str, Any]:
    return {
        "state": {"stateDatabase": "goleveldb", "totalQueryLimit": 100_000},
        "history": {"enableHistoryDatabase": True},
        "pvtdataStore": {
            "collElgProcMaxDbBatchSize": 5_000,
            "collElgProcDbBatchesInterval": 1_000,
            "deprioritizedDataReconcilerInterval": "60m",
            "purgeInterval": 100,
            "purgedKeyAuditLogging": True,
        },
        "snapshots": {"rootDir": str(folder / "snapshots")},
    }


def _operations(place: PeerPlace) -> dict[str, Any]:
    tls = place.member.tls
    return {
        "listenAddress": f"{place.host}:{place.operations_port}",
        "tls": {
            "enabled": True,
            "cert": {"file": str(tls.certificate)},
            "key": {"file": str(tls.key)},
            "clientAuthRequired": True,
            "clientRootCAs": {"files": [str(root) for root in place.client_roots]},
        },
    }
