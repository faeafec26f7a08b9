"""Which policy guards a resource: Fabric's defaults, which a channel may override.

Sources: core/aclmgmt/defaultaclprovider.go, core/aclmgmt/resources/resources.go. Resources of the peer itself
are guarded by its own organisation's administrators or members, whatever the channel says.
"""

from typing import Final

READERS: Final = "/Channel/Application/Readers"
WRITERS: Final = "/Channel/Application/Writers"

PEER_RESOURCES: Final = {
    **dict.fromkeys(
        (
            "_lifecycle/InstallChaincode",
            "_lifecycle/QueryInstalledChaincode",
            "_lifecycle/GetInstalledChaincodePackage",
            "_lifecycle/QueryInstalledChaincodes",
            "_lifecycle/ApproveChaincodeDefinitionForMyOrg",
            "_lifecycle/QueryApprovedChaincodeDefinition",
            "_lifecycle/QueryApprovedChaincodeDefinitions",
            "snapshot/submitrequest",
            "snapshot/cancelrequest",
            "snapshot/listpending",
            "lscc/Install",
            "lscc/GetInstalledChaincodes",
            "cscc/JoinChain",
            "cscc/JoinChainBySnapshot",
            "cscc/JoinBySnapshotStatus",
        ),
        "Admins",
    ),
    "cscc/GetChannels": "Members",
}
"""Resource → role in the peer's own organisation."""

CHANNEL_RESOURCES: Final = {
    **dict.fromkeys(
        (
            "_lifecycle/CommitChaincodeDefinition",
            "_lifecycle/QueryChaincodeDefinition",
            "_lifecycle/QueryChaincodeDefinitions",
            "_lifecycle/CheckCommitReadiness",
            "peer/Propose",
            "peer/ChaincodeToChaincode",
        ),
        WRITERS,
    ),
    **dict.fromkeys(
        (
            "lscc/ChaincodeExists",
            "lscc/GetDeploymentSpec",
            "lscc/GetChaincodeData",
            "lscc/GetInstantiatedChaincodes",
            "lscc/GetCollectionsConfig",
            "qscc/GetChainInfo",
            "qscc/GetBlockByNumber",
            "qscc/GetBlockByHash",
            "qscc/GetTransactionByID",
            "qscc/GetBlockByTxID",
            "cscc/GetConfigBlock",
            "cscc/GetChannelConfig",
            "event/Block",
            "event/FilteredBlock",
            "gateway/CommitStatus",
            "gateway/ChaincodeEvents",
        ),
        READERS,
    ),
}
"""Resource → path of the policy that guards it unless the channel's ACLs say otherwise."""
