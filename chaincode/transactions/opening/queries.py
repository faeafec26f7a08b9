"""opening:Manifest, Parts and FormerSerials: read by any member of the channel."""

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.transactions.credits.queries import BatchQuery
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.opening.record import FormerSerials, ImportedPart, Manifest
from tanhui.chaincode.transactions.tx import Tx


class ManifestQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One former registry."""

    registry: Slug


class ManifestPartsQuery(PageOrder, frozen=True, kw_only=True):
    """The imported parts of one former registry's manifest."""

    registry: Slug


@query("opening:Manifest")
async def manifest(tx: Tx, order: ManifestQuery) -> Manifest:
    """What a former registry hands over."""
    return await tx.manifests.get(order.registry)


@query("opening:Parts")
async def parts(tx: Tx, order: ManifestPartsQuery) -> Page[ImportedPart]:
    """What is imported of it so far, balances before batches."""
    return await tx.manifest_parts.page(order, order.registry)


@query("opening:FormerSerials")
async def former_serials(tx: Tx, order: BatchQuery) -> FormerSerials:
    """Which serials of which registry a batch's serials were."""
    return await tx.former_serials.get(order.batch)
