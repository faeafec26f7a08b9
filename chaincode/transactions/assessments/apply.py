"""assessments:Apply."""

from typing import Annotated, Final

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.days import from_date, year_of
from tanhui.chaincode.rules.errors import events as codes
from tanhui.chaincode.rules.states import ASSESSMENT as MACHINE
from tanhui.chaincode.transactions.assessments.years import YearOrder, put_year
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES
from tanhui.chaincode.transactions.events.dossier import require_retired_for, rules_of, use_once
from tanhui.chaincode.transactions.events.record import OffsetUse, Version, rules_key
from tanhui.chaincode.transactions.retirements.record import RetirementId
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.events import AssessmentChanged
from tanhui.proofs.effects.retirements import Purpose

RETIREMENTS_MAX: Final = 100
OWN_PURPOSES: Final = frozenset(
    {
        Purpose.VOLUNTARY,
        Purpose.OFFICE,
        Purpose.PRODUCTION,
        Purpose.GREEN_FACTORY,
        Purpose.ZERO_CARBON_PARK,
        Purpose.NEAR_ZERO_ZONE,
    }
)
"""Purposes that neutralise an organisation's own year; an event's, a case's or a quota's do not."""


class ApplyAssessmentOrder(YearOrder, frozen=True, kw_only=True):
    """The retirements that neutralise the year, and the version of the rules with the threshold."""

    rules: Version
    retirements: Annotated[tuple[RetirementId, ...], msgspec.Meta(min_length=1, max_length=RETIREMENTS_MAX)]


@transaction("assessments:Apply", roles=HOLDING_ROLES)
async def apply(tx: Tx, order: ApplyAssessmentOrder) -> AssessmentChanged:
    """Earn a free assessment: the attested year is offset as a whole and the subscriptions pass the threshold.

    Retirements were made for the caller, in that year or the one after it, and count for nothing else.
    """
    tx.require_own(order.organisation, "organisation")
    year = await tx.neutral_years.get(order.organisation, str(order.year))
    MACHINE.require_move(year.status, "granted")
    rules = await rules_of(tx, order.rules)
    if await tx.event_rules.find(rules_key(order.rules + 1)) is not None:
        raise codes.RULES_ABSENT.at("rules", order.rules, expected="the newest")
    subscribed = 0
    for retirement in await tx.retirements.get_all(*order.retirements):
        require_retired_for(retirement, beneficiary=order.organisation)
        if retirement.purpose not in OWN_PURPOSES:
            raise codes.RETIREMENT.at("retirement", retirement.id, mismatch="purpose")
        if not order.year <= year_of(from_date(retirement.day)) <= order.year + 1:
            raise codes.RETIREMENT.at("retirement", retirement.id, mismatch="year")
        use = OffsetUse(used_for=f"year:{order.organisation}:{order.year}")
        await use_once(tx, "retirement", retirement.id, use)
        subscribed += retirement.quantity
    if subscribed < year.emissions_kg:
        raise codes.NOT_OFFSET.at("retirements", subscribed, emissions=year.emissions_kg)
    if subscribed < rules.assessment_threshold_kg:
        raise codes.THRESHOLD.at("retirements", subscribed, threshold=rules.assessment_threshold_kg)
    return put_year(
        tx,
        msgspec.structs.replace(
            year,
            status="granted",
            retirements=order.retirements,
            subscribed_kg=subscribed,
            rules=order.rules,
        ),
    )
