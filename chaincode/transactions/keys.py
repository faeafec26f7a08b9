"""Every type of key on the ledger, in one place: nothing else is ever written (state.md, State).

A lane defines its records beside its functions and lists its key types here.
"""

from typing import Any, Final

from tanhui.chaincode.contract.proposals import PROPOSAL
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.contract.requests import REQUEST
from tanhui.chaincode.transactions.methodologies.record import (
    EXCLUSION_GROUP,
    FORMULA,
    METHODOLOGY,
    METHODOLOGY_VERSION,
)
from tanhui.chaincode.transactions.organisations.record import FOUNDING, ORGANISATION

KEY_TYPES: Final[tuple[KeyType[Any], ...]] = (
    EXCLUSION_GROUP,
    FORMULA,
    FOUNDING,
    METHODOLOGY,
    METHODOLOGY_VERSION,
    ORGANISATION,
    PROPOSAL,
    REQUEST,
)
"""In the order of their names, which are unique."""
