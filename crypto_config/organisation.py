"""An organisation's whole crypto folder, in the layout that Fabric's users know.

    organisation.yaml              who it is
    ca/ tlsca/                     the two authorities, each a certificate and a key
    msp/                           what others verify its members with
    peers/NAME.DOMAIN/{msp,tls}    orderers/NAME.DOMAIN/{msp,tls}    users/NAME@DOMAIN/{msp,tls}

TLS keys are P-256 whatever the organisation signs with: gRPC's TLS libraries agree on that curve.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from cryptography import x509

from tanhui.crypto_config.attributes import certificate_attributes
from tanhui.crypto_config.authority import (
    SIGNING_DAYS,
    TLS_DAYS,
    Authority,
    Clock,
    NodeRole,
    SigningRequest,
    system_clock,
)
from tanhui.crypto_config.certificates import certificate_pem, load_certificate, organizational_units
from tanhui.crypto_config.errors import CryptoConfigError
from tanhui.crypto_config.folders import read_file, write_public
from tanhui.crypto_config.identity import SigningIdentity
from tanhui.crypto_config.keys import generate_private_key
from tanhui.crypto_config.member import Member
from tanhui.crypto_config.msp_folder import (
    CA_CERTS,
    KEY_FILE,
    REVOCATION_LISTS,
    TLS_CA_CERTS,
    MspMaterial,
    read_msp,
    write_msp,
    write_signer,
)
from tanhui.crypto_config.node_ous import STANDARD_NODE_OUS
from tanhui.crypto_config.organisation_spec import SPEC_FILE, OrganisationSpec, parse_spec, spec_yaml
from tanhui.crypto_config.revocation import NOTHING_REVOKED, Revocations, load_revocations, revocation_list

_FOLDERS: Final[dict[NodeRole, str]] = {
    "peer": "peers",
    "orderer": "orderers",
    "client": "users",
    "admin": "users",
}
_CRL: Final = "crl.pem"


class Organisation:
    """One organisation with its authorities, and with every node and user that it has let in."""

    def __init__(self, folder: Path, spec: OrganisationSpec, *, clock: Clock = system_clock) -> None:
        """Use `create` or `open`."""
        self.folder = folder
        self.spec = spec
        self.clock = clock

    @classmethod
    def create(cls, folder: Path, spec: OrganisationSpec, *, clock: Clock = system_clock) -> "Organisation":
        """Make both authorities and the MSP folder. CryptoConfigError when one stands there already."""
        if (folder / SPEC_FILE).exists():
            raise CryptoConfigError("folder", str(folder), "holds an organisation already")
        organisation = cls(folder, spec, clock=clock)
        for kind, algorithm in (("ca", spec.algorithm), ("tlsca", "p256")):
            authority = Authority.create(
                spec.place, f"{kind}.{spec.domain}", algorithm=algorithm, clock=clock
            )
            authority.save(*organisation._authority_files(kind))
        write_msp(folder / "msp", organisation._msp_files(), STANDARD_NODE_OUS)
        write_public(folder / SPEC_FILE, spec_yaml(spec))
        return organisation

    @classmethod
    def open(cls, folder: Path, *, clock: Clock = system_clock) -> "Organisation":
        """Back from its folder. CryptoConfigError when there is none."""
        path = folder / SPEC_FILE
        return cls(folder, parse_spec(read_file(path), source=str(path)), clock=clock)

    @property
    def msp_id(self) -> str:
        """Its name in the channel."""
        return self.spec.msp_id

    @property
    def msp(self) -> MspMaterial:
        """What others verify its members with, as it stands in msp/ now."""
        return read_msp(self.folder / "msp", self.msp_id)

    @property
    def tls_root_pem(self) -> bytes:
        """The root of its TLS certificates."""
        return read_file(self._authority_files("tlsca")[0])

    def authority(self, kind: Literal["ca", "tlsca"] = "ca") -> Authority:
        """The authority that signs identities ("ca") or TLS certificates ("tlsca")."""
        return Authority.load(self.spec.place, *self._authority_files(kind), clock=self.clock)

    def add_node(
        self,
        role: Literal["peer", "orderer"],
        name: str,
        hosts: Sequence[str],
        *,
        validity_days: int = SIGNING_DAYS,
    ) -> Member:
        """Let in a node NAME.DOMAIN whose TLS certificate answers for `hosts` and for its own name."""
        full_name = f"{name}.{self.spec.domain}"
        return self._add(role, full_name, (full_name, name, *hosts), {}, validity_days)

    def add_user(
        self,
        name: str,
        role: Literal["client", "admin"] = "client",
        attributes: Mapping[str, str] | None = None,
        *,
        validity_days: int = SIGNING_DAYS,
    ) -> Member:
        """Let in a person or program NAME@DOMAIN with the attributes that chaincode reads."""
        return self._add(role, f"{name}@{self.spec.domain}", (), attributes or {}, validity_days)

    def member(self, role: NodeRole, name: str) -> Member:
        """One that was let in before. CryptoConfigError when it was not."""
        found = self._named(role, name)
        if not found.msp_folder.is_dir():
            raise CryptoConfigError(role, name, f"is not a member of {self.msp_id}")
        return found

    def has_member(self, role: NodeRole, name: str) -> bool:
        """Whether `add_node` or `add_user` let it in before."""
        return self._named(role, name).msp_folder.is_dir()

    def members(self) -> Iterator[Member]:
        """Everybody who was let in, by kind and name."""
        for kind in ("orderers", "peers", "users"):
            parent = self.folder / kind
            for path in sorted(parent.iterdir()) if parent.is_dir() else ():
                yield Member(path, self.msp_id, "client" if kind == "users" else "server")

    def signing_identity(self, role: NodeRole, name: str) -> SigningIdentity:
        """The identity of a member, ready to sign."""
        return self.member(role, name).signing_identity()

    def renew(self, member: Member, *, validity_days: int = SIGNING_DAYS) -> None:
        """New keys and certificates with the same subject, role, attributes and hosts.

        The old ones stay valid until they expire or are revoked: nodes can be restarted one by one.
        """
        old = member.identity().certificate
        role = next((unit for unit in organizational_units(old) if unit in _FOLDERS), None)
        if role is None:
            raise CryptoConfigError("subject", old.subject.rfc4514_string(), "must name a node OU")
        self._certify(member, role, tls_hosts(member), certificate_attributes(old), validity_days)

    def revoke(self, *certificates: x509.Certificate) -> bytes:
        """Put certificates on the signing authority's list, and the list into every MSP folder here.

        Returns the list in PEM. Peers obey once the channel's configuration carries it.
        CryptoConfigError for a certificate that this organisation did not issue.
        """
        authority = self.authority("ca")
        for certificate in certificates:
            if certificate.issuer != authority.certificate.subject:
                raise CryptoConfigError(
                    "certificate", certificate.subject.rfc4514_string(), "was issued by another"
                )
        path = self.folder / "ca" / _CRL
        content = revocation_list(authority, self.revocations().adding(certificates, self.clock()))
        write_public(path, content)
        for msp in (self.folder / "msp", *(member.msp_folder for member in self.members())):
            write_public(msp / REVOCATION_LISTS / _CRL, content)
        return content

    def revocations(self) -> Revocations:
        """What has been revoked so far."""
        path = self.folder / "ca" / _CRL
        return load_revocations(read_file(path), source=str(path)) if path.exists() else NOTHING_REVOKED

    def _add(
        self, role: NodeRole, full_name: str, hosts: Sequence[str], attributes: Mapping[str, str], days: int
    ) -> Member:
        member = self._member(role, full_name)
        if member.folder.exists():
            raise CryptoConfigError(role, full_name, f"is a member of {self.msp_id} already")
        write_msp(member.msp_folder, self._msp_files(), STANDARD_NODE_OUS)
        self._certify(member, role, hosts, attributes, days)
        return member

    def _certify(
        self, member: Member, role: NodeRole, hosts: Sequence[str], attributes: Mapping[str, str], days: int
    ) -> None:
        key = generate_private_key(self.spec.algorithm)
        request = SigningRequest(member.name, role, attributes, days)
        certificate = self.authority("ca").issue_signing(request, key.public_key())
        write_signer(member.msp_folder, member.name, certificate_pem(certificate), key)
        tls_key = generate_private_key("p256")
        tls_authority = self.authority("tlsca")
        tls_days = min(days, TLS_DAYS)
        tls = tls_authority.issue_tls(member.name, hosts, tls_key.public_key(), validity_days=tls_days)
        member.tls.write(root=tls_authority.pem, certificate=certificate_pem(tls), key=tls_key)

    def _member(self, role: NodeRole, full_name: str) -> Member:
        kind = _FOLDERS[role]
        return Member(self.folder / kind / full_name, self.msp_id, "client" if kind == "users" else "server")

    def _named(self, role: NodeRole, name: str) -> Member:
        separator = "@" if _FOLDERS[role] == "users" else "."
        return self._member(role, f"{name}{separator}{self.spec.domain}")

    def _authority_files(self, kind: str) -> tuple[Path, Path]:
        parent = self.folder / kind
        return parent / f"{kind}.{self.spec.domain}-cert.pem", parent / KEY_FILE

    def _msp_files(self) -> dict[str, bytes]:
        files = {}
        for kind, inside in (("ca", CA_CERTS), ("tlsca", TLS_CA_CERTS)):
            path, _ = self._authority_files(kind)
            files[f"{inside}/{path.name}"] = read_file(path)
        crl = self.folder / "ca" / _CRL
        if crl.exists():
            files[f"{REVOCATION_LISTS}/{_CRL}"] = read_file(crl)
        return files


def tls_hosts(member: Member) -> tuple[str, ...]:
    """The names and addresses that a member's TLS certificate answers for."""
    certificate = load_certificate(read_file(member.tls.certificate), source=str(member.tls.certificate))
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(str(name.value) for name in names)
