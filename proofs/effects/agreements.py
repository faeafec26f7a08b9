"""Effects of agreements between regions: terms and anchors."""

from typing import Literal

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Digest, Id, Note, Version


@effect("recognition.agreement_proposed")
class AgreementProposed(Effect):
    """Two persons of this region's regulator agreed to terms: one half of a co-signed agreement."""

    agreement: Id
    version: Version
    terms: Digest
    genesis: Digest
    """Of the ledger that says so."""
    partner: Digest
    """Genesis hash of the ledger with which it is agreed."""
    anchors: Digest
    """Fingerprint of the anchors by which the partner's proofs are judged here."""


@effect("recognition.agreement_concluded")
class AgreementConcluded(Effect):
    """Both regulators agreed to the same terms; they are in force here."""

    agreement: Id
    version: Version
    terms: Digest


@effect("recognition.agreement_changed")
class AgreementChanged(Effect):
    """The agreement was suspended, resumed or ended by this region."""

    agreement: Id
    status: Literal["in_force", "suspended", "ended"]
    reason: Note


@effect("recognition.anchors_rotated")
class AnchorsRotated(Effect):
    """The partner's keepers replaced its anchors, and this region's regulator took them over."""

    agreement: Id
    number: Version
    anchors: Digest
