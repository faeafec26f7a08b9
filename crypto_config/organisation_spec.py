"""organisation.yaml: who an organisation is, so that its folder can be opened again."""

import re
from dataclasses import asdict, dataclass, field
from typing import Final

import yaml

from tanhui.crypto_config.certificates import Place
from tanhui.crypto_config.errors import CryptoConfigError
from tanhui.crypto_config.keys import KEY_ALGORITHMS, KeyAlgorithm

SPEC_FILE: Final = "organisation.yaml"
_MSP_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}")
_DOMAIN: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_DOMAIN_CHARACTERS_MAX: Final = 50  # a common name has 64, of which a node's own name needs some


@dataclass(frozen=True)
class OrganisationSpec:
    """Checked when it is made: CryptoConfigError names the field.

    Attributes:
        msp_id: letters, digits, dot and hyphen; it stands in policies as 'MSP.role'.
        domain: lower-case DNS name; its nodes are NAME.DOMAIN and its users NAME@DOMAIN.
        place: what its certificates' subjects share.
        algorithm: of its signing authority and its members' signing keys.
    """

    msp_id: str
    domain: str
    place: Place = field(default_factory=Place)
    algorithm: KeyAlgorithm = "p256"

    def __post_init__(self) -> None:
        """Refuse what could not stand in a policy, a path or a subject."""
        if not _MSP_ID.fullmatch(self.msp_id):
            raise CryptoConfigError("msp_id", self.msp_id, "must be 1 to 64 letters, digits, dots or hyphens")
        if not _DOMAIN.fullmatch(self.domain) or len(self.domain) > _DOMAIN_CHARACTERS_MAX:
            rule = f"must be a lower-case DNS name of at most {_DOMAIN_CHARACTERS_MAX} characters"
            raise CryptoConfigError("domain", self.domain, rule)
        if self.algorithm not in KEY_ALGORITHMS:
            raise CryptoConfigError(
                "algorithm", self.algorithm, f"must be one of {', '.join(KEY_ALGORITHMS)}"
            )


def spec_yaml(spec: OrganisationSpec) -> bytes:
    """The file's text."""
    return yaml.safe_dump(asdict(spec), sort_keys=False, allow_unicode=True).encode()


def parse_spec(text: bytes, *, source: str = SPEC_FILE) -> OrganisationSpec:
    """Back from the file. CryptoConfigError names the file or the field."""
    try:
        document = yaml.safe_load(text)
        return OrganisationSpec(**{**document, "place": Place(**document.get("place", {}))})
    except (yaml.YAMLError, TypeError, AttributeError) as cause:
        raise CryptoConfigError(
            source, f"{len(text)} bytes", f"must describe an organisation: {cause}"
        ) from cause
