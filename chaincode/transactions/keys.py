"""Every type of key on the ledger, in one place: nothing else is ever written (state.md, State).

A lane defines its records beside its functions and lists its key types here.
"""

from typing import Any, Final

from tanhui.chaincode.contract.proposals import PROPOSAL
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.contract.requests import REQUEST
from tanhui.chaincode.transactions.accounts.record import ACCOUNT
from tanhui.chaincode.transactions.activities.record import (
    ACTIVITY_APPEAL,
    ACTIVITY_ATTESTATION,
    ACTIVITY_BATCH,
    ACTIVITY_RECORDS,
    DATA_SOURCE,
)
from tanhui.chaincode.transactions.assessments.record import NEUTRAL_YEAR
from tanhui.chaincode.transactions.budgets.record import (
    ENERGY_BUDGET,
    ENERGY_FACTOR,
    INSTITUTION_YEAR,
    METER_LIST,
    METER_MONTH,
    RED_CARD,
    STANDING,
)
from tanhui.chaincode.transactions.bundles.record import BUNDLE
from tanhui.chaincode.transactions.conflicts.record import AREA_CLAIM, PROJECT_SITES, SITE_CLAIM
from tanhui.chaincode.transactions.credits.record import BATCH, HOLDING, OFFER, RANGE
from tanhui.chaincode.transactions.energy_contracts.record import ENERGY_CONTRACT, ENERGY_SAVING
from tanhui.chaincode.transactions.events.record import EVENT, EVENT_RULES, OFFSET_USE
from tanhui.chaincode.transactions.identity.record import BINDING, BUCKET
from tanhui.chaincode.transactions.market.record import (
    GRADE,
    INTENT,
    LABEL,
    LABEL_KIND,
    LISTING,
    PAYMENT,
    PRICE_HEAD,
    REFERENCE_PRICE,
    TRADE,
)
from tanhui.chaincode.transactions.methodologies.record import (
    EXCLUSION_GROUP,
    FORMULA,
    METHODOLOGY,
    METHODOLOGY_VERSION,
)
from tanhui.chaincode.transactions.notices.record import NOTICE, NOTICE_COMMENT, NOTICE_RULES
from tanhui.chaincode.transactions.organisations.record import FOUNDING, ORGANISATION
from tanhui.chaincode.transactions.pledges.record import PLEDGE
from tanhui.chaincode.transactions.points.record import AWARD
from tanhui.chaincode.transactions.programmes.record import (
    BUDGET,
    CONVERSION,
    ISSUE,
    PROGRAMME,
    PROGRAMME_VERSION,
)
from tanhui.chaincode.transactions.projects.record import PERIOD, PROJECT
from tanhui.chaincode.transactions.retirements.record import RETIREMENT
from tanhui.chaincode.transactions.rewards.record import (
    ATTRIBUTE,
    DRAW,
    DRAW_ENTRY,
    REWARD,
    REWARD_SHARE,
    REWARD_TAKING,
    VOUCHER,
)
from tanhui.chaincode.transactions.targets.record import TARGET

KEY_TYPES: Final[tuple[KeyType[Any], ...]] = (
    ACCOUNT,
    ACTIVITY_APPEAL,
    ACTIVITY_ATTESTATION,
    ACTIVITY_BATCH,
    ACTIVITY_RECORDS,
    AREA_CLAIM,
    ATTRIBUTE,
    AWARD,
    BATCH,
    BINDING,
    BUCKET,
    BUDGET,
    BUNDLE,
    CONVERSION,
    DATA_SOURCE,
    DRAW,
    DRAW_ENTRY,
    ENERGY_BUDGET,
    ENERGY_CONTRACT,
    ENERGY_FACTOR,
    ENERGY_SAVING,
    EVENT,
    EVENT_RULES,
    EXCLUSION_GROUP,
    FORMULA,
    FOUNDING,
    GRADE,
    HOLDING,
    INSTITUTION_YEAR,
    INTENT,
    ISSUE,
    LABEL,
    LABEL_KIND,
    LISTING,
    METER_LIST,
    METER_MONTH,
    METHODOLOGY,
    METHODOLOGY_VERSION,
    NEUTRAL_YEAR,
    NOTICE,
    NOTICE_COMMENT,
    NOTICE_RULES,
    OFFER,
    OFFSET_USE,
    ORGANISATION,
    PAYMENT,
    PERIOD,
    PLEDGE,
    PRICE_HEAD,
    PROGRAMME,
    PROGRAMME_VERSION,
    PROJECT,
    PROJECT_SITES,
    PROPOSAL,
    RANGE,
    RED_CARD,
    REFERENCE_PRICE,
    REQUEST,
    RETIREMENT,
    REWARD,
    REWARD_SHARE,
    REWARD_TAKING,
    SITE_CLAIM,
    STANDING,
    TARGET,
    TRADE,
    VOUCHER,
)
"""In the order of their names, which are unique."""
