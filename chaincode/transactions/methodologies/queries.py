"""methodologies:Get, Version, List, Versions and DryRun."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.rules.formula import limits
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.methodologies.record import (
    Methodology,
    MethodologyVersion,
    Version,
    version_key,
)
from tanhui.chaincode.transactions.tx import Tx

InputValue = Annotated[int, msgspec.Meta(ge=-limits.INPUT_ABS_MAX, le=limits.INPUT_ABS_MAX)]


class MethodologyQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One methodology by its id."""

    methodology: Slug


class VersionQuery(MethodologyQuery, frozen=True, kw_only=True):
    """One version of it."""

    version: Version


class VersionsQuery(PageOrder, frozen=True, kw_only=True):
    """All versions of one methodology."""

    methodology: Slug


class DryRunQuery(VersionQuery, frozen=True, kw_only=True):
    """What would these inputs give? Integers in declared order and unit."""

    inputs: Annotated[tuple[InputValue, ...], msgspec.Meta(max_length=limits.INPUTS_MAX)]


class VersionAnswer(msgspec.Struct, frozen=True):
    """A version with its formula's canonical text."""

    version: MethodologyVersion
    formula: str


class DryRunAnswer(msgspec.Struct, frozen=True):
    """Grams CO2e, and the formula that gave them."""

    grams: Amount
    formula: str


@query("methodologies:Get")
async def get(tx: Tx, order: MethodologyQuery) -> Methodology:
    """One methodology's head."""
    return await tx.methodologies.get(order.methodology)


@query("methodologies:Version")
async def version(tx: Tx, order: VersionQuery) -> VersionAnswer:
    """One version with its formula."""
    found = await tx.methodology_versions.get(order.methodology, version_key(order.version))
    formula = await tx.formulas.get(found.formula)
    return VersionAnswer(found, formula.canonical.decode())


@query("methodologies:List")
async def list_all(tx: Tx, order: PageOrder) -> Page[Methodology]:
    """All methodologies, in the order of their ids."""
    return await tx.methodologies.page(order)


@query("methodologies:Versions")
async def versions(tx: Tx, order: VersionsQuery) -> Page[MethodologyVersion]:
    """The versions of one methodology, oldest first."""
    return await tx.methodology_versions.page(order, order.methodology)


@query("methodologies:DryRun")
async def dry_run(tx: Tx, order: DryRunQuery) -> DryRunAnswer:
    """Compute what issuance would, by the same compiled formula, whatever the version's status."""
    found = await tx.methodology_versions.get(order.methodology, version_key(order.version))
    formula = await tx.formulas.get(found.formula)
    return DryRunAnswer(Amount(formula.grams(order.inputs)), formula.identity)
