"""What every function about an agreement asks: its state, its terms, and the partner's anchors."""

from functools import lru_cache

from tanhui.chaincode.rules.days import parse_day
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recognition.terms import Party, Terms
from tanhui.chaincode.transactions.recognition.record import Agreement, AgreementTerms, PartnerAnchors
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs import anchors, keys
from tanhui.proofs.anchors import Anchors
from tanhui.proofs.errors import ProofError
from tanhui.proofs.keys import KeyType, VerifierKey

ANCHORS_CACHED_MAX = 256


@lru_cache(maxsize=ANCHORS_CACHED_MAX)
def parsed_anchors(file: str) -> Anchors:
    """The anchors in a file; the same text gives the same on every endorser. Raises ProofError."""
    return anchors.parse(file.encode())


def note_key(text: str, field: str) -> VerifierKey:
    """A plain Ed25519 key of signed notes.

    Raises:
        Refusal: recognition.key.
    """
    try:
        key = keys.parse_vkey(text)
    except ProofError as error:
        raise codes.KEY.at(field, text, reason=error.reason) from None
    if key.key_type is not KeyType.ED25519:
        raise codes.KEY.at(field, text, reason="key.type")
    return key


def require_terms(terms: Terms) -> None:
    """Refuse terms that contradict themselves, or name a day or key that is none.

    Raises:
        Refusal: recognition.terms, recognition.key, value.not_a_day.
    """
    parse_day(terms.first_day, "terms.first_day")
    parse_day(terms.last_day, "terms.last_day")
    terms.require_consistent()
    for field, listed in (("terms.identity", terms.identity), ("terms.arbiter.keys", terms.arbiter.keys)):
        if len({note_key(key, field).public_key for key in listed}) != len(listed):
            raise codes.KEY.at(field, listed[0], reason="quorum.duplicate")


def require_anchors(file: str, partner: Party) -> Anchors:
    """The anchors in a file, when they are of the partner's ledger and ask for what the terms ask for.

    Raises:
        Refusal: recognition.anchors_unreadable, recognition.anchors.
    """
    try:
        found = parsed_anchors(file)
    except ProofError as error:
        raise codes.ANCHORS_UNREADABLE.at("anchors", error.reason) from None
    compared = (
        ("genesis", found.genesis.hex(), partner.genesis),
        ("channel", found.channel, partner.channel),
        ("origin", found.origin, partner.origin),
    )
    for field, value, expected in compared:
        if value != expected:
            raise codes.ANCHORS.at(field, value, expected=expected)
    for field, quorum, needed in (
        ("witnesses", found.witnesses, partner.witnesses),
        ("auditors", found.auditors, partner.auditors),
    ):
        if quorum.threshold < needed:
            raise codes.ANCHORS.at(field, quorum.threshold, expected=f">= {needed}")
    return found


def put_anchors(tx: Tx, agreement: str, found: Anchors, file: str) -> None:
    """Write by what the partner's proofs are judged from now on."""
    record = PartnerAnchors(
        agreement=agreement, number=found.number, fingerprint=found.fingerprint().hex(), file=file
    )
    tx.partner_anchors.put(record, agreement)


def require_status(agreement: Agreement, *allowed: str) -> None:
    """Refuse an agreement in another state.

    Raises:
        Refusal: recognition.status.
    """
    if agreement.status not in allowed:
        raise codes.STATUS.at("agreement", agreement.id, status=agreement.status, allowed=",".join(allowed))


async def concluded_terms(tx: Tx, agreement: str, terms_hash: str) -> AgreementTerms:
    """Terms that both sides agreed to, in force or before.

    Raises:
        Refusal: recognition.terms_unknown.
    """
    found = await tx.agreement_terms.find(agreement, terms_hash)
    if found is None or not found.concluded:
        raise codes.TERMS_UNKNOWN.at("terms", terms_hash, agreement=agreement)
    return found


async def terms_in_force(tx: Tx, agreement: Agreement) -> Terms:
    """The terms under which units may be locked now.

    Raises:
        Refusal: recognition.status.
    """
    require_status(agreement, "in_force")
    return (await concluded_terms(tx, agreement.id, agreement.terms)).terms


def require_regulator(tx: Tx, terms: Terms, own: int) -> None:
    """Refuse a regulator that is not this side's of the agreement.

    Raises:
        Refusal: recognition.not_party.
    """
    regulator = terms.parties[own].regulator
    if tx.caller.organisation != regulator:
        raise codes.NOT_PARTY.at("regulator", tx.caller.organisation, regulator=regulator)
