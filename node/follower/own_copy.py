"""Proofs from an auditor's own copy: his ledger's block files and his log, no API, no network, no lock.

A follower may be writing both at the time: what the checkpoint covers is complete in the files.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tanhui.network.protocol.envelopes import parse_envelope
from tanhui.network.protocol.stated import event_payload, written_values
from tanhui.node.follower.folder import Audited, AuditFolder
from tanhui.node.follower.snapshot import write_snapshot
from tanhui.node.ledger.block_files import BlockFiles
from tanhui.proofs import checkpoints, leaf, making, notes
from tanhui.proofs.bundles import NamedOpening
from tanhui.proofs.effects import EVENT_NAME
from tanhui.proofs.errors import FormatError
from tanhui.proofs.log_reader import CHECKPOINT_PATH, LogReader, folder
from tanhui.proofs.making import Found, NotInLogError, Stated


class OwnCopy:
    """An auditor's folder as of its published checkpoint.

    Raises:
        FormatError: nothing is published there, or a file is malformed.
        SignatureError: the checkpoint is not signed by the folder's key.
    """

    def __init__(self, data: AuditFolder) -> None:
        read = folder(data.log)
        published, audited = read(CHECKPOINT_PATH), data.read()
        if published is None or audited is None:
            raise FormatError("audit.checkpoint", f"{data.root}: no checkpoint is published here")
        self.audited: Audited = audited
        self.checkpoint, _ = notes.open_note(published, [data.log_key()])
        self.reader = LogReader(read, checkpoints.parse(self.checkpoint.text).size)
        self._blocks = BlockFiles(data.ledger)

    def find(self, txid: str) -> Found:
        """The transaction with its leaf: where its id stands first.

        Raises:
            NotInLogError: the published log does not hold it.
            LedgerError, ProofError: ledger and log do not agree.
        """
        index = self.reader.first_with(b'"txid":"%b"' % txid.encode()) if leaf.is_txid(txid) else None
        if index is None:
            raise NotInLogError("bundle.txid", f"no transaction {txid[:70]} in a log of {self.reader.size}")
        at = leaf.parse(self.reader.entry(index))
        raw = self._blocks.block(at.block).data.data[at.tx]
        envelope = parse_envelope(raw)
        stated = Stated(
            txid=txid,
            block=at.block,
            tx=at.tx,
            envelope=raw,
            document=event_payload(envelope, EVENT_NAME, self.audited.chaincode),
            values=written_values(envelope),
            seconds=envelope.channel_header.timestamp.seconds,
        )
        return making.find(stated, self.reader)

    def bundle(
        self,
        txid: str,
        *,
        effect: int | None = None,
        certificate: Mapping[str, Any] | None = None,
        record: int | None = None,
        openings: Sequence[NamedOpening] = (),
    ) -> bytes:
        """The bundle about a transaction, see making.make_bundle. Raises ProofError, LedgerError."""
        return making.make_bundle(
            self.find(txid),
            self.reader,
            self.checkpoint,
            effect=effect,
            certificate=certificate,
            record=record,
            openings=openings,
        )

    def snapshot(self, path: Path) -> int:
        """Write what the checkpoint covers, for others to begin from; returns the height. Raises FormatError."""
        return write_snapshot(path, self._blocks, self.reader, self.checkpoint, self.audited.genesis)
