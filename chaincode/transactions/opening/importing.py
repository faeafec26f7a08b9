"""What both kinds of parts have in common: the manifest is open, and the part is listed, once."""

from tanhui.chaincode.rules.days import day_text, from_date
from tanhui.chaincode.rules.errors import opening as codes
from tanhui.chaincode.rules.opening import require_listed
from tanhui.chaincode.transactions.opening.record import ImportedPart, Manifest, PartKind, part_key
from tanhui.chaincode.transactions.tx import Tx


async def open_manifest(tx: Tx, registry: str, kind: PartKind, number: int, content: bytes) -> Manifest:
    """The manifest that lists this part, not imported yet.

    Raises:
        Refusal: contract.record_absent, opening.import_over, opening.part_unknown, opening.part_differs,
            opening.part_done.
    """
    manifest = await tx.manifests.get(registry)
    if tx.day > from_date(manifest.import_until):
        raise codes.IMPORT_OVER.at("registry", day_text(tx.day), until=manifest.import_until.isoformat())
    require_listed(number, manifest.balances if kind == "balances" else manifest.batches, content)
    if await tx.manifest_parts.find(registry, kind, part_key(number)) is not None:
        raise codes.PART_DONE.at("part", number)
    return manifest


def put_part(tx: Tx, registry: str, part: ImportedPart) -> None:
    """Mark a part as imported."""
    tx.manifest_parts.put(part, registry, part.kind, part_key(part.number))
