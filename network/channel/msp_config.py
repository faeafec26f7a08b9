"""An organisation's MSP as the channel's configuration carries it (msp/configbuilder.go, getMspConfig)."""

from typing import Final

from fabric_protos.msp import msp_config_pb2

from tanhui.crypto_config.authority import NodeRole
from tanhui.crypto_config.msp_folder import MspMaterial

FABRIC_MSP: Final = 0  # msp/msp.go, ProviderType FABRIC


def msp_config(material: MspMaterial) -> msp_config_pb2.MSPConfig:
    """The MSPConfig that configtxgen makes from the same folder."""
    config = msp_config_pb2.FabricMSPConfig(
        name=material.msp_id,
        root_certs=material.root_certificates,
        intermediate_certs=material.intermediate_certificates,
        admins=material.admin_certificates,
        revocation_list=material.revocation_lists,
        crypto_config=msp_config_pb2.FabricCryptoConfig(
            signature_hash_family="SHA2", identity_identifier_hash_function="SHA256"
        ),
        tls_root_certs=material.tls_root_certificates,
        tls_intermediate_certs=material.tls_intermediate_certificates,
    )
    if material.node_ous:
        ous = config.fabric_node_ous
        ous.enable = True
        identifiers: tuple[tuple[NodeRole, msp_config_pb2.FabricOUIdentifier], ...] = (
            ("client", ous.client_ou_identifier),
            ("peer", ous.peer_ou_identifier),
            ("admin", ous.admin_ou_identifier),
            ("orderer", ous.orderer_ou_identifier),
        )
        for role, identifier in identifiers:
            unit = material.node_ous.get(role)
            if unit is not None:
                identifier.organizational_unit_identifier = unit.identifier
                if unit.certificate:
                    identifier.certificate = material.node_ou_certificates[unit.certificate]
    return msp_config_pb2.MSPConfig(type=FABRIC_MSP, config=config.SerializeToString())
