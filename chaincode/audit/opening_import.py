"""Opening import: each part of a manifest once, and never more than the former registry handed over.

Σ points of imported chunks ≤ the manifest's points, equal when all chunks are in; kilograms alike
a chunk's points = Σ its lines; a batch's kilograms = its serials
"""

from collections import Counter

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.transactions.credits.record import BATCH
from tanhui.chaincode.transactions.opening.announce import signed_bytes
from tanhui.chaincode.transactions.opening.record import FORMER_SERIALS, MANIFEST, MANIFEST_PART, Manifest
from tanhui.proofs import ed25519
from tanhui.proofs.effects.opening import BalancesImported, BatchImported

Part = tuple[str, str, int]
"""Registry, kind and number."""


class OpeningImport(Check):
    """Counts what was imported by its effects, and checks each manifest's signature again."""

    name = "opening.import"

    def __init__(self) -> None:
        self._report = Report(self.name)
        self._parts: dict[Part, int] = {}

    def follow(self, transaction: Transaction) -> None:
        """Note each part."""
        for effect in transaction.effects:
            if isinstance(effect, BalancesImported):
                self._note(transaction, (effect.registry, "balances", effect.part), effect.points)
            elif isinstance(effect, BatchImported):
                self._note(transaction, (effect.registry, "batch", effect.part), effect.quantity_kg)

    def _note(self, transaction: Transaction, part: Part, quantity: int) -> None:
        if part in self._parts:
            self._report.find(f"transaction {transaction.id}", f"part {part} imported twice")
        self._parts[part] = quantity

    def judge(self, records: Records) -> Report:
        """Compare with manifests, parts and batches."""
        figures = {"manifests": 0, "parts": 0, "points": 0, "kilograms": 0}
        report = Report(self.name, figures, list(self._report.findings), self._report.broken)
        found: Counter[tuple[str, str]] = Counter()
        counted: Counter[tuple[str, str]] = Counter()
        for ids, part in records.all(MANIFEST_PART):
            report.count("parts")
            where = f"part {'/'.join(ids)}"
            report.equal(where, "quantity", part.quantity, self._parts.get((ids[0], part.kind, part.number)))
            found[ids[0], part.kind] += part.quantity
            counted[ids[0], part.kind] += 1
            if part.kind == "batch":
                batch, former = records.find(BATCH, part.batch), records.find(FORMER_SERIALS, part.batch)
                report.equal(where, "batch", None if batch is None else batch.quantity, part.quantity)
                report.equal(where, "came from", None if former is None else former.registry, ids[0])
        report.equal("manifest parts", "standing", report.figures["parts"], len(self._parts))
        for (registry,), manifest in records.all(MANIFEST):
            report.count("manifests")
            self._manifest(report, registry, manifest, found, counted)
        return report

    def _manifest(
        self,
        report: Report,
        registry: str,
        manifest: Manifest,
        found: Counter[tuple[str, str]],
        counted: Counter[tuple[str, str]],
    ) -> None:
        where = f"manifest {registry}"
        key, signature = bytes.fromhex(manifest.key), bytes.fromhex(manifest.signature)
        if not ed25519.verify(key, signed_bytes(manifest), signature):
            report.find(where, "its signature does not fit")
        listed = (
            ("balances", "points", len(manifest.balances), manifest.points),
            ("batch", "kilograms", len(manifest.batches), manifest.kilograms),
        )
        for kind, unit, parts, stated in listed:
            quantity = found[registry, kind]
            report.count(unit, quantity)
            if quantity > stated or (counted[registry, kind] == parts and quantity != stated):
                report.find(where, f"{quantity} {unit} imported, {stated} stated")
