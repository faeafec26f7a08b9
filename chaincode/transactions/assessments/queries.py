"""assessments:Get."""

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.transactions.assessments.record import NeutralYear, Year
from tanhui.chaincode.transactions.fields import OrganisationId
from tanhui.chaincode.transactions.tx import Tx


class NeutralYearQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One organisation's year."""

    organisation: OrganisationId
    year: Year


@query("assessments:Get")
async def get(tx: Tx, order: NeutralYearQuery) -> NeutralYear:
    """One organisation's year."""
    return await tx.neutral_years.get(order.organisation, str(order.year))
