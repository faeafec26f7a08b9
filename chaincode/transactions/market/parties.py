"""Who may do what to an intent or a trade."""

from tanhui.chaincode.rules.errors import market as codes
from tanhui.chaincode.transactions.tx import Tx


def require_party(tx: Tx, field: str, *allowed: str) -> None:
    """Refuse a caller of none of these organisations.

    Raises:
        Refusal: market.party.
    """
    if tx.caller.organisation not in allowed:
        raise codes.PARTY.at(field, tx.caller.organisation, allowed=",".join(allowed))


def require_other(tx: Tx, field: str, organisation: str) -> None:
    """Refuse the caller as its own counterparty.

    Raises:
        Refusal: market.same_party.
    """
    if organisation == tx.caller.organisation:
        raise codes.SAME_PARTY.at(field, organisation)
