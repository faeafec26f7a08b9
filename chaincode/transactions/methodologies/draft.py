"""methodologies:Draft."""

from hashlib import sha256
from typing import Annotated

import msgspec

from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import methodologies as codes
from tanhui.chaincode.rules.formula import limits, load
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.slots import Crediting
from tanhui.chaincode.transactions.fields import HexHash, Slug, Text
from tanhui.chaincode.transactions.methodologies.record import (
    Lane,
    Methodology,
    MethodologyVersion,
    Version,
    version_key,
)
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.governance import MethodologyStatusChanged

FormulaText = Annotated[str, msgspec.Meta(min_length=2, max_length=limits.TEXT_BYTES_MAX)]


class DraftOrder(Order, frozen=True, kw_only=True):
    """A new version as its developer wrote it."""

    methodology: Slug
    version: Version
    title: Text
    lane: Lane
    crediting: Crediting | None
    """Claim rules of a methodology for activities; null for projects."""
    formula: FormulaText
    """JSON text, see chaincode/rules/formula."""
    document: HexHash


@transaction("methodologies:Draft", roles={Role.METHODOLOGY_DEVELOPER})
async def draft(tx: Tx, order: DraftOrder) -> MethodologyStatusChanged:
    """Write down the next version of a methodology; the first one makes the caller its developer.

    The formula is parsed, proven to stay in its bounds, and its test vectors run here already, so that
    nobody assesses what could not be filed.
    """
    if (order.crediting is None) != (order.lane == "projects"):
        raise codes.CREDITING_MISSING.at("crediting", order.lane)
    head = await tx.methodologies.find(order.methodology)
    if head is None:
        head = Methodology(id=order.methodology, developer=tx.caller.organisation, versions=0, filed=0)
    if head.developer != tx.caller.organisation:
        raise codes.NOT_DEVELOPER.at("methodology", head.id, developer=head.developer)
    if order.version != head.versions + 1:
        raise codes.VERSION_ORDER.at(
            "version", order.version, methodology=head.id, expected=head.versions + 1
        )
    formula = load(order.formula)
    content = {
        "methodology": order.methodology,
        "version": order.version,
        "title": order.title,
        "lane": order.lane,
        "crediting": order.crediting,
        "formula": formula.identity,
        "document": order.document,
    }
    made = MethodologyVersion(
        methodology=order.methodology,
        version=order.version,
        title=order.title,
        lane=order.lane,
        crediting=order.crediting,
        formula=formula.identity,
        document=order.document,
        pin=sha256(canonical_json(content)).hexdigest(),
        status="draft",
        report="",
        note="",
    )
    tx.methodologies.put(msgspec.structs.replace(head, versions=order.version), head.id)
    tx.methodology_versions.put(made, head.id, version_key(order.version))
    tx.formulas.put(formula, formula.identity)
    return MethodologyStatusChanged(
        methodology=head.id,
        version=order.version,
        status="draft",
        formula=bytes.fromhex(formula.identity),
    )
