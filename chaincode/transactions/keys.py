"""Every type of key on the ledger: nothing else is ever written (state.md, State)."""

from typing import Any, Final

from tanhui.chaincode.contract.repository import KeyType, stored_types
from tanhui.chaincode.transactions.tx import Tx

KEY_TYPES: Final[tuple[KeyType[Any], ...]] = tuple(
    sorted(stored_types(Tx), key=lambda key_type: key_type.name)
)
"""Those that a transaction has a repository for, in the order of their names, which are unique."""
