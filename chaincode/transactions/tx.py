"""What a transaction function sees: who calls, when, and the ledger as typed records."""

from collections.abc import Sequence

from tanhui.chaincode.contract.caller import Caller
from tanhui.chaincode.contract.context import Context
from tanhui.chaincode.contract.function import Function
from tanhui.chaincode.contract.proposals import Proposal
from tanhui.chaincode.contract.repository import Stored
from tanhui.chaincode.contract.stub import Stub
from tanhui.chaincode.rules.accounting import Entry, Moved
from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.errors import organisations as codes
from tanhui.chaincode.rules.errors import programmes as programme_codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.accounting.record import BOOKED_MONTH, MOVEMENT
from tanhui.chaincode.transactions.accounts.record import ACCOUNT
from tanhui.chaincode.transactions.activities.record import (
    ACTIVITY_APPEAL,
    ACTIVITY_ATTESTATION,
    ACTIVITY_BATCH,
    ACTIVITY_RECORDS,
    DATA_SOURCE,
)
from tanhui.chaincode.transactions.aggregates.record import AGGREGATE, ASSIGNMENT, BACKING, CONSENT
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
from tanhui.chaincode.transactions.disclosures.record import DISCLOSURE
from tanhui.chaincode.transactions.energy_contracts.record import ENERGY_CONTRACT, ENERGY_SAVING
from tanhui.chaincode.transactions.events.record import EVENT, EVENT_RULES, OFFSET_USE
from tanhui.chaincode.transactions.identity.record import BINDING, BUCKET, NULLIFIER, NULLIFIER_BINDING
from tanhui.chaincode.transactions.insurance.record import POLICY
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
from tanhui.chaincode.transactions.mergers.record import MERGER
from tanhui.chaincode.transactions.methodologies.record import (
    EXCLUSION_GROUP,
    FORMULA,
    METHODOLOGY,
    METHODOLOGY_VERSION,
)
from tanhui.chaincode.transactions.notices.record import NOTICE, NOTICE_COMMENT, NOTICE_RULES
from tanhui.chaincode.transactions.opening.record import FORMER_SERIALS, MANIFEST, MANIFEST_PART
from tanhui.chaincode.transactions.organisations import ties as ties_of
from tanhui.chaincode.transactions.organisations.record import FOUNDING, ORGANISATION
from tanhui.chaincode.transactions.pledges.record import PLEDGE
from tanhui.chaincode.transactions.points.record import AWARD
from tanhui.chaincode.transactions.programmes.record import (
    BUDGET,
    CONVERSION,
    CONVERTED_DAY,
    ISSUE,
    PROGRAMME,
    PROGRAMME_VERSION,
)
from tanhui.chaincode.transactions.projects.record import PERIOD, PROJECT
from tanhui.chaincode.transactions.recalls.record import RECALL, RECALL_DUE
from tanhui.chaincode.transactions.recognition.record import (
    AGREEMENT,
    AGREEMENT_TERMS,
    DISPUTE,
    MIRROR,
    PARTNER_ANCHORS,
    RECOGNITION_COUNTER,
    RECOGNITION_STATEMENT,
    TRANSFER_IN,
    TRANSFER_OPEN,
    TRANSFER_OUT,
)
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
from tanhui.chaincode.transactions.trusts.record import TRUST
from tanhui.proofs.effects.proposals import ProposalApproved, ProposalMade


class Tx(Context):
    """One transaction on the registry.

    Repositories cost nothing until they are used; each lane adds its own here, in the order of their names.
    """

    accounts = Stored(ACCOUNT)
    activity_appeals = Stored(ACTIVITY_APPEAL)
    activity_attestations = Stored(ACTIVITY_ATTESTATION)
    activity_batches = Stored(ACTIVITY_BATCH)
    activity_records = Stored(ACTIVITY_RECORDS)
    aggregates = Stored(AGGREGATE)
    area_claims = Stored(AREA_CLAIM)
    assignments = Stored(ASSIGNMENT)
    agreement_terms = Stored(AGREEMENT_TERMS)
    agreements = Stored(AGREEMENT)
    attributes = Stored(ATTRIBUTE)
    awards = Stored(AWARD)
    backings = Stored(BACKING)
    batches = Stored(BATCH)
    bindings = Stored(BINDING)
    booked_months = Stored(BOOKED_MONTH)
    buckets = Stored(BUCKET)
    budgets = Stored(BUDGET)
    bundles = Stored(BUNDLE)
    consents = Stored(CONSENT)
    conversions = Stored(CONVERSION)
    converted_days = Stored(CONVERTED_DAY)
    data_sources = Stored(DATA_SOURCE)
    disclosures = Stored(DISCLOSURE)
    disputes = Stored(DISPUTE)
    draw_entries = Stored(DRAW_ENTRY)
    draws = Stored(DRAW)
    energy_budgets = Stored(ENERGY_BUDGET)
    energy_contracts = ties_of.Tied(ENERGY_CONTRACT, ties_of.of_energy_contract)
    energy_factors = Stored(ENERGY_FACTOR)
    energy_savings = Stored(ENERGY_SAVING)
    event_rules = Stored(EVENT_RULES)
    events = Stored(EVENT)
    exclusion_groups = Stored(EXCLUSION_GROUP)
    former_serials = Stored(FORMER_SERIALS)
    formulas = Stored(FORMULA)
    founding = Stored(FOUNDING)
    grades = Stored(GRADE)
    holdings = Stored(HOLDING)
    institution_years = Stored(INSTITUTION_YEAR)
    intents = ties_of.Tied(INTENT, ties_of.of_intent)
    issues = Stored(ISSUE)
    label_kinds = Stored(LABEL_KIND)
    labels = Stored(LABEL)
    listings = ties_of.Tied(LISTING, ties_of.of_listing)
    manifest_parts = Stored(MANIFEST_PART)
    manifests = Stored(MANIFEST)
    mergers = Stored(MERGER)
    meter_lists = Stored(METER_LIST)
    meter_months = Stored(METER_MONTH)
    methodologies = Stored(METHODOLOGY)
    methodology_versions = Stored(METHODOLOGY_VERSION)
    movements = Stored(MOVEMENT)
    neutral_years = Stored(NEUTRAL_YEAR)
    mirrors = Stored(MIRROR)
    notice_comments = Stored(NOTICE_COMMENT)
    notice_rules = Stored(NOTICE_RULES)
    notices = Stored(NOTICE)
    nullifier_bindings = Stored(NULLIFIER_BINDING)
    nullifiers = Stored(NULLIFIER)
    offers = ties_of.Tied(OFFER, ties_of.of_offer)
    offset_uses = Stored(OFFSET_USE)
    organisations = Stored(ORGANISATION)
    partner_anchors = Stored(PARTNER_ANCHORS)
    payments = Stored(PAYMENT)
    periods = Stored(PERIOD)
    pledges = ties_of.Tied(PLEDGE, ties_of.of_pledge)
    policies = ties_of.Tied(POLICY, ties_of.of_policy)
    price_heads = Stored(PRICE_HEAD)
    programme_versions = Stored(PROGRAMME_VERSION)
    programmes = ties_of.Tied(PROGRAMME, ties_of.of_programme)
    project_sites = Stored(PROJECT_SITES)
    projects = ties_of.Tied(PROJECT, ties_of.of_project)
    ranges = Stored(RANGE)
    recall_dues = Stored(RECALL_DUE)
    recalls = Stored(RECALL)
    recognition_counters = Stored(RECOGNITION_COUNTER)
    recognition_statements = Stored(RECOGNITION_STATEMENT)
    red_cards = Stored(RED_CARD)
    reference_prices = Stored(REFERENCE_PRICE)
    retirements = Stored(RETIREMENT)
    reward_shares = Stored(REWARD_SHARE)
    reward_takings = Stored(REWARD_TAKING)
    rewards = Stored(REWARD)
    site_claims = Stored(SITE_CLAIM)
    standings = Stored(STANDING)
    targets = Stored(TARGET)
    ties = Stored(ties_of.TIE)
    trades = ties_of.Tied(TRADE, ties_of.of_trade)
    trusts = ties_of.Tied(TRUST, ties_of.of_trust)
    transfers_in = Stored(TRANSFER_IN)
    transfers_open = Stored(TRANSFER_OPEN)
    transfers_out = Stored(TRANSFER_OUT)
    vouchers = Stored(VOUCHER)

    def __init__(self, stub: Stub, caller: Caller, read_only: bool) -> None:
        super().__init__(stub, caller, read_only)
        self.roles: frozenset[str] = frozenset()
        """Roles that the certificate names and the ledger grants; empty where nobody is admitted by role."""
        self.booked: dict[tuple[str, Entry], Moved] = {}
        """What this transaction did to active credits, by organisation and entry (accounting)."""

    @property
    def day(self) -> Day:
        """The day of the proposal's timestamp, in UTC+8."""
        return Day(self.days)

    def admission_keys(self) -> Sequence[str]:
        """The caller's organisation."""
        return (self.organisations.at(self.caller.organisation),)

    async def admit(self, function: Function) -> None:
        """Refuse a caller whose certificate or organisation may not call `function`.

        Attributes are vouched for by the organisation's own authority, so they count only for the
        organisation that the regulator has registered with that MSP, and for roles that it was granted.

        Raises:
            Refusal: contract.caller_attribute, contract.caller_role, organisations.unknown,
                organisations.msp_mismatch, organisations.not_active, organisations.role_not_granted.
        """
        await super().admit(function)
        if function.roles is None:
            return
        caller = self.caller
        organisation = await self.organisations.find(caller.organisation)
        if organisation is None:
            raise codes.UNKNOWN.at("tanhui.org", caller.organisation)
        if organisation.msp_id != caller.msp_id:
            raise codes.MSP_MISMATCH.at(
                "tanhui.org", caller.msp_id, organisation=organisation.id, registered=organisation.msp_id
            )
        if organisation.status != "active":
            raise codes.NOT_ACTIVE.at("tanhui.org", organisation.id, status=organisation.status)
        self.roles = caller.roles & frozenset(organisation.roles)
        asked = caller.roles & function.roles
        if asked.isdisjoint(self.roles):
            raise codes.ROLE_NOT_GRANTED.at(
                "tanhui.role",
                ",".join(sorted(asked)),
                organisation=organisation.id,
                allowed=",".join(sorted(function.roles)),
            )

    def proposed(self, proposal: Proposal) -> ProposalMade:
        """The effect of a proposal made under the two-person rule."""
        return ProposalMade(
            proposal=bytes.fromhex(proposal.id),
            function=proposal.function,
            organisation=proposal.proposed_by_organisation,
            person=proposal.proposed_by_person,
        )

    def approved(self, proposal: Proposal) -> ProposalApproved:
        """The effect of a proposal approved by a second person."""
        return ProposalApproved(
            proposal=bytes.fromhex(proposal.id),
            function=proposal.function,
            organisation=proposal.closed_by_organisation,
            person=proposal.closed_by_person,
            proposed_by=proposal.proposed_by_person,
        )

    def require_own(self, organisation: str, field: str) -> None:
        """Refuse a caller of another organisation than the one to which `field` belongs.

        Raises:
            Refusal: organisations.not_own.
        """
        if organisation != self.caller.organisation:
            raise codes.NOT_OWN.at(field, self.caller.organisation, owner=organisation)

    async def require_operator(self, organisation: str) -> None:
        """Refuse an organisation that cannot operate a programme.

        Raises:
            Refusal: programmes.operator_role.
        """
        found = await self.organisations.find(organisation)
        if found is None or found.status != "active" or Role.PLATFORM_OPERATOR not in found.roles:
            raise programme_codes.OPERATOR_ROLE.at("operator", organisation)
