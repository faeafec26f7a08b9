"""An arbiter's ruling, judged by the keys that the terms name."""

from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recognition.terms import Terms
from tanhui.chaincode.transactions.recognition.agreeing import concluded_terms, note_key
from tanhui.chaincode.transactions.recognition.record import Agreement
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs import rulings
from tanhui.proofs.errors import ProofError
from tanhui.proofs.policy import Quorum
from tanhui.proofs.rulings import NeverMinted


async def require_ruling(tx: Tx, agreement: Agreement, note: str, source: int) -> NeverMinted:
    """What the arbiter ruled of a transfer that left party `source`; the arbiter of its terms must have signed.

    Raises:
        Refusal: recognition.tombstone, recognition.terms_unknown.
    """
    claimed = _claimed_terms(note)
    terms = (await concluded_terms(tx, agreement.id, claimed)).terms
    try:
        ruled = rulings.check(note.encode(), arbiter_of(terms))
    except ProofError as error:
        raise codes.TOMBSTONE.at("ruling", error.reason) from None
    if ruled.source.hex() != terms.parties[source].genesis:
        raise codes.TOMBSTONE.at("ruling", "ruling.source")
    return ruled


def arbiter_of(terms: Terms) -> Quorum:
    """The keys of which so many must have signed a ruling."""
    arbiter = terms.arbiter
    return Quorum(arbiter.threshold, tuple(note_key(key, "terms.arbiter.keys") for key in arbiter.keys))


def _claimed_terms(note: str) -> str:
    """The terms that an unverified ruling names: by them it is found whose signatures to ask for."""
    lines = note.split("\n", 2)
    if len(lines) < 3:
        raise codes.TOMBSTONE.at("ruling", "ruling.form")
    return lines[1][:64]
