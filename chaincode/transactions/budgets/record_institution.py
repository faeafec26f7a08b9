"""budgets:RecordInstitution."""

from tanhui.chaincode.contract.amounts import Amount, PositiveAmount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.budgets.record import InstitutionYear, Year, year_key
from tanhui.chaincode.transactions.fields import HexHash, Slug
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.budgets import InstitutionYearRecorded


class RecordInstitutionOrder(Order, frozen=True, kw_only=True):
    """Floor area and headcount of a year, and the class and grade to compare within."""

    year: Year
    sort: Slug
    grade: Slug
    floor_m2: PositiveAmount
    headcount: PositiveAmount
    document: HexHash


@transaction("budgets:RecordInstitution", roles={Role.PUBLIC_INSTITUTION})
async def record_institution(tx: Tx, order: RecordInstitutionOrder) -> InstitutionYearRecorded:
    """Record the caller's own year. A later record replaces it; the ledger's history keeps both."""
    institution = tx.caller.organisation
    before = await tx.institution_years.find(institution, year_key(order.year))
    if before is not None and (before.sort, before.grade) != (order.sort, order.grade):
        at = (year_key(order.year), before.sort, before.grade, institution)
        if await tx.standings.find(*at) is not None:
            tx.standings.delete(*at)
    record = InstitutionYear(
        institution=institution,
        year=order.year,
        sort=order.sort,
        grade=order.grade,
        floor_m2=Amount(order.floor_m2),
        headcount=Amount(order.headcount),
        document=order.document,
    )
    tx.institution_years.put(record, institution, year_key(record.year))
    return InstitutionYearRecorded(
        institution=institution,
        year=year_key(record.year),
        floor_m2=int(record.floor_m2),
        headcount=int(record.headcount),
    )
