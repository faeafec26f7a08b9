"""Effects of the energy-management contracts lane."""

from typing import Literal

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Amount, Digest, Id, Quantity


@effect("energy_contracts.status_changed")
class EnergyContractChanged(Effect):
    """A contract between an institution and its provider reached a state."""

    contract: Id
    institution: Id
    provider: Id
    status: Literal["proposed", "in_force", "ended"]
    lienholder: Id | None = None
    """Under whose lien the provider's rights stand."""


@effect("energy_contracts.saving_verified")
class SavingVerified(Effect):
    """A year's saving against the baseline, and how the benefit is shared."""

    contract: Id
    year: Id
    saved_gce: Quantity
    provider_fen: Amount
    institution_fen: Amount
    verifier: Id
    report: Digest
