"""Certificates with attributes for tests of the contract: made once for each caller in a process."""

from functools import cache

from fabric_protos.msp import identities_pb2

from tanhui.crypto_config.authority import Authority, SigningRequest
from tanhui.crypto_config.certificates import Place, certificate_pem
from tanhui.crypto_config.keys import generate_private_key


@cache
def _authority(msp_id: str) -> Authority:
    return Authority.create(Place(organisation=msp_id), f"ca.{msp_id}")


@cache
def creator(msp_id: str, organisation: str, role: str, person: str) -> bytes:
    """A msp.SerializedIdentity; an empty attribute is left out of the certificate."""
    attributes = {"tanhui.org": organisation, "tanhui.role": role, "tanhui.person": person}
    request = SigningRequest(
        person or "nobody", "client", {name: value for name, value in attributes.items() if value}
    )
    certificate = _authority(msp_id).issue_signing(request, generate_private_key().public_key())
    return identities_pb2.SerializedIdentity(
        mspid=msp_id, id_bytes=certificate_pem(certificate)
    ).SerializeToString()
