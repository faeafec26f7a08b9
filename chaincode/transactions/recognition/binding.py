"""The same-person rule for points: a statement that the agreement's identity keys signed."""

from typing import NamedTuple

from tanhui.chaincode.rules.days import Day, day_text
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recognition.terms import Terms
from tanhui.chaincode.transactions.recognition.agreeing import note_key
from tanhui.proofs import same_person
from tanhui.proofs.errors import ProofError


class Accounts(NamedTuple):
    """Between which accounts points move."""

    programme: str
    account: str
    target_programme: str
    target_account: str


def require_same_person(note: str, terms: Terms, terms_hash: bytes, accounts: Accounts, day: Day) -> bytes:
    """The person's pseudonym for this agreement, when the statement is about these accounts and not lapsed.

    Raises:
        Refusal: recognition.binding.
    """
    keys = [note_key(key, "terms.identity") for key in terms.identity]
    try:
        found = same_person.check(note.encode(), keys)
    except ProofError as error:
        raise codes.BINDING.at("binding", error.reason) from None
    said = (found.terms, *found.source, *found.target)
    if said != (terms_hash, *accounts):
        raise codes.BINDING.at("binding", "same_person.accounts")
    if found.until < day_text(day):
        raise codes.BINDING.at("binding", "same_person.lapsed")
    return found.person
