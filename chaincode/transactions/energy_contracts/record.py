"""An energy-management contract and its verified savings on the ledger."""

from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.transactions.budgets.record import METERS_MAX
from tanhui.chaincode.transactions.fields import Slug

ContractStatus: TypeAlias = Literal["proposed", "in_force", "ended"]
MeterIds = Annotated[tuple[Slug, ...], msgspec.Meta(min_length=1, max_length=METERS_MAX)]


class EnergyContract(msgspec.Struct, frozen=True, kw_only=True):
    """What an institution and its provider agreed on."""

    id: str
    institution: str
    provider: str
    document: str
    baseline_gce: Amount
    """Grams of coal equivalent that the meters counted in a year before."""
    meters: tuple[str, ...]
    provider_basis_points: int
    """The provider's share of the benefit; the institution has the rest."""
    first_year: int
    last_year: int
    status: ContractStatus
    lienholder: str
    """Under whose lien the provider's rights stand; empty for none."""


class EnergySaving(msgspec.Struct, frozen=True, kw_only=True):
    """A year's verified saving. Never changed."""

    contract: str
    year: int
    used_gce: Amount
    saved_gce: Amount
    saved_fen: Amount
    provider_fen: Amount
    institution_fen: Amount
    verifier: str
    report: str


ENERGY_CONTRACT: Final = KeyType("energy_contract", ("id",), JsonCodec(EnergyContract))
ENERGY_SAVING: Final = KeyType("energy_saving", ("contract", "year"), JsonCodec(EnergySaving))
