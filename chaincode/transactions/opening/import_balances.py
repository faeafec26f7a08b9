"""opening:ImportBalances."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.accounts import State
from tanhui.chaincode.rules.days import from_date, year_of
from tanhui.chaincode.rules.errors import opening as codes
from tanhui.chaincode.rules.issues import Issue
from tanhui.chaincode.rules.lots import receive, total
from tanhui.chaincode.rules.opening import LINE_BYTES, LINES_MAX, PartNumber, balances
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.opening.importing import open_manifest, put_part
from tanhui.chaincode.transactions.opening.record import ImportedPart
from tanhui.chaincode.transactions.points.operating import operated
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs import merkle
from tanhui.proofs.effects.opening import BalancesImported


class ImportBalancesOrder(Order, frozen=True, kw_only=True):
    """One chunk of balance lines, exactly as the manifest's hash has them."""

    registry: Slug
    part: PartNumber
    lines: Annotated[bytes, msgspec.Meta(min_length=1, max_length=LINES_MAX * LINE_BYTES)]
    """Base64, packed, see rules/opening.py."""


@transaction("opening:ImportBalances", roles={Role.PLATFORM_OPERATOR})
async def import_balances(tx: Tx, order: ImportBalancesOrder) -> BalancesImported:
    """Put a chunk of a former registry's balances into accounts of the caller's programme, once.

    The points are one issue, of the version in force, with the cut-off's year as vintage, and keep their last
    days. They draw no budget: they were issued before.
    """
    manifest = await open_manifest(tx, order.registry, "balances", order.part, order.lines)
    programme = await operated(tx, manifest.programme)
    cut_off = from_date(manifest.cut_off)
    issue = Issue(
        manifest.programme, programme.programme.in_force, f"opening:{manifest.registry}", year_of(cut_off)
    )
    arriving = balances(order.lines, issue.id, cut_off)
    found = await tx.accounts.get_all(*[one.hex() for one in arriving], under=(manifest.programme,))
    points = repaid = 0
    for (account_id, lots), account in zip(arriving.items(), found, strict=True):
        if account.state is State.CLOSED:
            raise codes.ACCOUNT_CLOSED.at("lines", account_id.hex())
        received = receive(account.lots, lots, account.debt)
        points += total(lots)
        repaid += received.repaid
        changed = msgspec.structs.replace(account, lots=received.lots, debt=received.debt)
        tx.accounts.put(changed, manifest.programme, account_id.hex())
    tx.issues.put(issue, manifest.programme, issue.id.hex())
    count = len(order.lines) // LINE_BYTES
    part = ImportedPart(kind="balances", number=order.part, count=count, quantity=Amount(points), batch="")
    put_part(tx, order.registry, part)
    return BalancesImported(
        registry=order.registry,
        part=order.part,
        programme=manifest.programme,
        programme_version=programme.programme.in_force,
        issue=issue.id.hex(),
        count=count,
        lines_root=merkle.packed_root(order.lines, LINE_BYTES),
        points=points,
        debt_repaid=repaid,
    )
