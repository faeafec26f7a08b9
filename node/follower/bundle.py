"""Bundles from the auditor's own copy: ledger and log in his folder, no API and no network."""

from collections.abc import Mapping
from typing import Any

from tanhui.network.protocol.envelopes import parse_envelope
from tanhui.node.follower.audit_log import leaf_index
from tanhui.node.follower.leaves import effects_document
from tanhui.node.ledger import Ledger
from tanhui.proofs import effects, leaf
from tanhui.proofs.bundles import Bundle, Kind
from tanhui.proofs.effects.retirements import CreditsRetired
from tanhui.proofs.errors import FormatError, ProofError
from tanhui.proofs.log_reader import LogReader
from tanhui.proofs.notes import Note
from tanhui.proofs.tlog_proof import TlogProof
from tanhui.proofs.verify import TRANSFER_KINDS, TRANSFER_PREFIX


class NoSuchTransactionError(ProofError):
    """The auditor's copy does not hold the transaction, or his log does not cover it yet."""


def make_bundle(
    txid: str,
    *,
    ledger: Ledger,
    reader: LogReader,
    checkpoint: Note,
    chaincode: str,
    effect: int | None = None,
    certificate: Mapping[str, Any] | None = None,
) -> bytes:
    """The bundle about a transaction, against the newest published checkpoint.

    Args:
        txid: 64 hex digits.
        ledger: the auditor's.
        reader: his log at the checkpoint's size.
        checkpoint: published, with what cosignatures it has.
        chaincode: whose events are the ledger's effects.
        effect: about which of its effects; a transfer then makes a transfer bundle.
        certificate: the registry's, which makes it a retirement bundle; needs `effect`.

    Raises:
        NoSuchTransactionError: unknown, or not in the log yet.
        FormatError: no such effect, or a certificate without a retirement.
    """
    found = ledger.find_transaction(txid)
    if found is None:
        raise NoSuchTransactionError("bundle.txid", f"no transaction {txid[:70]} in this copy")
    try:
        index = leaf_index(reader, found.block, found.index)
    except FormatError as error:
        raise NoSuchTransactionError("bundle.log", error.detail) from None
    statement = leaf.parse(reader.entry(index))
    document = b""
    if statement.code == leaf.CODE_VALID:
        envelope = parse_envelope(ledger.block(found.block).data.data[found.index])
        document = effects_document(envelope, chaincode)
    return Bundle(
        kind=_kind(document, effect, certificate),
        leaf=statement,
        proof=TlogProof(index, tuple(reader.inclusion_proof(index)), checkpoint),
        effects=document or None,
        effect=effect,
        certificate=certificate,
    ).encode()


def _kind(document: bytes, effect: int | None, certificate: Mapping[str, Any] | None) -> Kind:
    if effect is None:
        if certificate is not None:
            raise FormatError("bundle.certificate", "a certificate is about one effect: name it")
        return "inclusion"
    listed = effects.parse(document) if document else ()
    if not 0 <= effect < len(listed):
        raise FormatError("bundle.effect", f"effect {effect} of {len(listed)}")
    about = listed[effect]
    if certificate is not None:
        if not isinstance(about, CreditsRetired):
            raise FormatError("bundle.certificate", f"effect {effect} is {about.kind}, no retirement")
        return "retirement"
    is_transfer = about.kind in TRANSFER_KINDS or about.kind.startswith(TRANSFER_PREFIX)
    return "transfer" if is_transfer else "inclusion"
