"""An organisation on the ledger."""

from typing import Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.records import JsonCodec, lacking_defaults
from tanhui.chaincode.contract.repository import KeyType

Status: TypeAlias = Literal["active", "suspended", "merging", "closed"]


class Organisation(msgspec.Struct, frozen=True):
    """Registered by the regulator, with the MSP whose certificates speak for it."""

    id: str
    """Unified social credit code (GB 32100)."""
    name: str
    region: str
    """GB/T 2260."""
    msp_id: str
    status: Status
    roles: tuple[str, ...]
    """Sorted."""
    successor: str = ""
    """Into which organisation it is or was merged; empty otherwise."""


ORGANISATION: Final = KeyType(
    "organisation", ("id",), JsonCodec(Organisation, 2, {1: lacking_defaults(Organisation)})
)


class Founding(msgspec.Struct, frozen=True):
    """That the registry was founded, and by whom; there is one."""

    organisation: str
    person: str
    transaction: str


FOUNDING: Final = KeyType("founding", (), JsonCodec(Founding))
