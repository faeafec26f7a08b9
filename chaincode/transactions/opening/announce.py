"""opening:Announce, by two persons."""

from datetime import date
from typing import Annotated

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.days import day_text, from_date
from tanhui.chaincode.rules.errors import opening as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import HexHash, Slug, Text
from tanhui.chaincode.transactions.opening.record import Hashes, Manifest
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs import ed25519
from tanhui.proofs.effects.opening import ManifestAnnounced

SlugOrNone = Annotated[str, msgspec.Meta(pattern=r"^([a-z0-9][a-z0-9._-]*)?$(?!\n)", max_length=64)]


class AnnounceManifestOrder(Order, frozen=True, kw_only=True):
    """A former registry's manifest, signed by it over `signed_bytes`."""

    registry: Slug
    name: Text
    cut_off: date
    import_until: date
    document: HexHash
    key: HexHash
    signature: Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]
    programme: SlugOrNone
    balances: Hashes
    batches: Hashes
    points: Amount
    kilograms: Amount


def signed_bytes(manifest: Manifest) -> bytes:
    """What the former registry signs: a name, then canonical JSON of all that it hands over."""
    content = {
        "balances": manifest.balances,
        "batches": manifest.batches,
        "cut_off": manifest.cut_off.isoformat(),
        "document": manifest.document,
        "kilograms": manifest.kilograms,
        "points": manifest.points,
        "programme": manifest.programme,
        "registry": manifest.registry,
    }
    return b"tanhui opening v1\n" + canonical_json(content)


@transaction("opening:Announce", roles={Role.REGULATOR}, persons=2)
async def announce(tx: Tx, order: AnnounceManifestOrder) -> ManifestAnnounced:
    """Pin what a former registry hands over, once for a registry; its key is on the two persons' word."""
    if await tx.manifests.find(order.registry) is not None:
        raise codes.EXISTS.at("registry", order.registry)
    if from_date(order.cut_off) >= tx.day:
        raise codes.CUT_OFF.at("cut_off", order.cut_off.isoformat(), today=day_text(tx.day))
    if from_date(order.import_until) < tx.day:
        raise codes.IMPORT_OVER.at("import_until", day_text(tx.day), until=order.import_until.isoformat())
    if not order.balances and not order.batches:
        raise codes.EMPTY.at("registry", order.registry)
    if bool(order.programme) != bool(order.balances):
        raise codes.PROGRAMME.at("programme", order.programme, chunks=len(order.balances))
    if order.programme:
        await tx.programmes.get(order.programme)
    manifest = Manifest(
        registry=order.registry,
        name=order.name,
        cut_off=order.cut_off,
        import_until=order.import_until,
        document=order.document,
        key=order.key,
        signature=order.signature.hex(),
        programme=order.programme,
        balances=order.balances,
        batches=order.batches,
        points=order.points,
        kilograms=order.kilograms,
    )
    if not ed25519.verify(bytes.fromhex(order.key), signed_bytes(manifest), order.signature):
        raise codes.SIGNATURE.at("signature", order.registry)
    tx.manifests.put(manifest, manifest.registry)
    return ManifestAnnounced(
        registry=manifest.registry,
        cut_off=manifest.cut_off.isoformat(),
        import_until=manifest.import_until.isoformat(),
        document=bytes.fromhex(manifest.document),
        key=bytes.fromhex(manifest.key),
        balances=len(manifest.balances),
        batches=len(manifest.batches),
        points=int(manifest.points),
        kilograms=int(manifest.kilograms),
    )
