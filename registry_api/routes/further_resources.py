"""Resources beyond accounts, points, projects and credits, lane by lane."""

from tanhui.registry_api.routes.recognition_resources import RECOGNITION
from tanhui.registry_api.routes.resource import Resource, reads, writes

_PROGRAMME = "/v1/programmes/{programme}"
_BATCH = f"{_PROGRAMME}/activity-batches/{{batch}}"
_APPEAL = f"{_BATCH}/appeals/{{position}}"
_ASSESSMENT = "/v1/assessments/{organisation}/{year}"
_BUDGET = "/v1/institutions/{institution}/budgets/{year}"
_CONTRACT = "/v1/energy-contracts/{contract}"
_DOSSIER = "/v1/dossiers/{event}"
_INTENT = "/v1/market/intents/{intent}"
_TRADE = "/v1/market/trades/{trade}"
_PLEDGE = "/v1/pledges/{pledge}"
_DISCLOSURE = "/v1/disclosures/{disclosure}"
_POLICY = "/v1/policies/{policy}"
_RECALL = "/v1/recalls/{recall}"
_TRUST = "/v1/trusts/{trust}"
_PRICE = "/v1/market/prices/{product}"
_LABEL = "/v1/market/labels/{label}"
_NOTICE = "/v1/notices/{kind}/{subject}"
_REWARDS = f"{_PROGRAMME}/rewards"
_REWARD = f"{_REWARDS}/{{reward}}"
_VOUCHER = f"{_REWARD}/vouchers/{{year}}/{{number}}"
_DRAW = f"{_PROGRAMME}/draws/{{draw}}"

_BUDGETS = (
    *reads(
        (_BUDGET, "budgets:Get"),
        (f"{_BUDGET}/readings", "budgets:Readings"),
        (f"{_BUDGET}/audit", "budgets:AuditDue"),
        ("/v1/red-cards", "budgets:RedCards"),
        ("/v1/benchmarks/{year}/{sort}/{grade}", "budgets:Benchmark"),
        (_CONTRACT, "energy_contracts:Get"),
        (f"{_CONTRACT}/savings", "energy_contracts:Savings"),
        ("/v1/targets", "targets:All"),
        ("/v1/targets/{target}", "targets:Get"),
    ),
    *writes(
        ("/v1/energy-factors", "budgets:FileFactor"),
        ("/v1/institution-years", "budgets:RecordInstitution"),
        ("/v1/meters", "budgets:RegisterMeter"),
        ("/v1/budgets", "budgets:Draft"),
        (f"{_BUDGET}/approval", "budgets:Approve"),
        (f"{_BUDGET}/force", "budgets:PutInForce"),
        (f"{_BUDGET}/adjustments", "budgets:Adjust"),
        (f"{_BUDGET}/closure", "budgets:Close"),
        (f"{_BUDGET}/readings", "budgets:Read"),
        (f"{_BUDGET}/readings/{{meter}}/{{month}}/decision", "budgets:Decide"),
        (f"{_BUDGET}/reckoning", "budgets:Reckon"),
        (f"{_BUDGET}/red-card", "budgets:ShowRedCard"),
        (f"{_BUDGET}/red-card/plan", "budgets:PlanRectification"),
        (f"{_BUDGET}/red-card/evidence", "budgets:SubmitRectification"),
        (f"{_BUDGET}/red-card/return", "budgets:ReturnRectification"),
        (f"{_BUDGET}/red-card/clearance", "budgets:ClearRedCard"),
        ("/v1/energy-contracts", "energy_contracts:Propose"),
        (f"{_CONTRACT}/agreement", "energy_contracts:Agree"),
        (f"{_CONTRACT}/end", "energy_contracts:End"),
        (f"{_CONTRACT}/lien", "energy_contracts:PledgeRights"),
        (f"{_CONTRACT}/lien/release", "energy_contracts:ReleaseRights"),
        (f"{_CONTRACT}/savings", "energy_contracts:VerifySaving"),
        ("/v1/targets", "targets:Record"),
    ),
)

_EVIDENCE = (
    *reads((_APPEAL, "activities:Appeal"), (f"{_BATCH}/attestations", "activities:Attestations")),
    *writes(
        (f"{_BATCH}/attestations", "activities:CheckBatch"),
        (f"{_BATCH}/crediting", "activities:CreditBatch"),
        (f"{_BATCH}/samples", "activities:SampleBatch"),
        (f"{_BATCH}/appeals", "activities:AppealRecord"),
        (f"{_APPEAL}/ruling", "activities:RuleAppeal"),
        ("/v1/identity/bindings", "identity:Bind"),
        ("/v1/identity/nullifiers", "identity:BindNullifiers"),
        ("/v1/identity/groups/{group}/authority", "identity:ChangeAuthority"),
        ("/v1/identity/nullifiers/pruning", "identity:PruneNullifiers"),
    ),
    *reads(
        (f"{_PROGRAMME}/accounts/{{account}}/buckets/{{group}}/{{month}}", "identity:Bucket"),
        (f"{_PROGRAMME}/accounts/{{account}}/nullifiers/{{group}}/{{slot}}", "identity:Nullifier"),
    ),
)

_RANKINGS = reads(
    (f"{_PROGRAMME}/rankings/{{by}}", "rankings:Board"),
    (f"{_PROGRAMME}/rankings/{{by}}/tallies", "rankings:Tally"),
)

_EVENTS = (
    *reads(
        ("/v1/dossiers", "events:List"),
        (_DOSSIER, "events:Get"),
        ("/v1/dossier-rules/{version}", "events:Rules"),
        (_ASSESSMENT, "assessments:Get"),
    ),
    *writes(
        ("/v1/dossier-rules", "events:FileRules"),
        ("/v1/dossiers", "events:PublishPlan"),
        (f"{_DOSSIER}/holding", "events:Hold"),
        (f"{_DOSSIER}/accounts", "events:Account"),
        (f"{_DOSSIER}/attestation", "events:Attest"),
        (f"{_DOSSIER}/offsets", "events:OffsetByRetirement"),
        (f"{_DOSSIER}/offsets/outside", "events:OffsetOutside"),
        (f"{_DOSSIER}/declaration", "events:Declare"),
        (f"{_DOSSIER}/archive", "events:Archive"),
        (f"{_DOSSIER}/cancellation", "events:Cancel"),
        (f"{_ASSESSMENT}/emissions", "assessments:State"),
        (f"{_ASSESSMENT}/application", "assessments:Apply"),
        (f"{_ASSESSMENT}/assignment", "assessments:Assign"),
        (f"{_ASSESSMENT}/attestation", "assessments:Attest"),
    ),
)

_MARKET = (
    *reads(
        ("/v1/market/listings", "market:Listings"),
        ("/v1/market/inventories/{holder}", "market:Inventory"),
        (_INTENT, "market:Intent"),
        (_TRADE, "market:Trade"),
        (f"{_PRICE}/versions", "market:PriceVersions"),
        (f"{_PRICE}/versions/{{version}}", "market:Price"),
        ("/v1/market/grades/{participant}", "market:GradeOf"),
        (f"{_LABEL}/awards", "market:Labelled"),
    ),
    *writes(
        ("/v1/market/listings", "market:List"),
        ("/v1/market/listings/{listing}/withdrawal", "market:Unlist"),
        ("/v1/market/intents", "market:OfferIntent"),
        (f"{_INTENT}/signature", "market:SignIntent"),
        (f"{_INTENT}/delivery", "market:DeliverIntent"),
        (f"{_INTENT}/lapse", "market:LapseIntent"),
        (f"{_INTENT}/withdrawal", "market:WithdrawIntent"),
        ("/v1/market/trades", "market:ProposeTrade"),
        (f"{_TRADE}/agreement", "market:AgreeTrade"),
        (f"{_TRADE}/rejection", "market:RejectTrade"),
        (f"{_TRADE}/withdrawal", "market:WithdrawTrade"),
        (f"{_TRADE}/settlement", "market:SettleTrade"),
        (f"{_TRADE}/default", "market:DefaultTrade"),
        (f"{_PRICE}/versions", "market:ProposePrice"),
        (f"{_PRICE}/versions/{{version}}/decision", "market:DecidePrice"),
        ("/v1/market/grades/{participant}", "market:Grade"),
        ("/v1/market/labels", "market:OpenLabel"),
        (f"{_LABEL}/awards", "market:AwardLabel"),
        (f"{_LABEL}/revocations", "market:RevokeLabel"),
        (f"{_LABEL}/closure", "market:CloseLabel"),
    ),
)

_NOTICES = (
    *reads(
        ("/v1/notice-rules", "notices:Rules"),
        (_NOTICE, "notices:Get"),
        (f"{_NOTICE}/comments", "notices:Comments"),
    ),
    *writes(
        ("/v1/notices", "notices:Publish"),
        ("/v1/notice-rules", "notices:SetRules"),
        (f"{_NOTICE}/comments", "notices:Comment"),
        (f"{_NOTICE}/answers", "notices:Answer"),
    ),
)

_PLEDGES = (
    *reads((_PLEDGE, "pledges:Get")),
    *writes(
        ("/v1/pledges", "pledges:Pledge"),
        (f"{_PLEDGE}/release", "pledges:Release"),
        (f"{_PLEDGE}/enforcement", "pledges:Enforce"),
        (f"{_PLEDGE}/enforcement/by-order", "pledges:EnforceByOrder"),
    ),
)

_ACCOUNTING = (
    *reads(
        ("/v1/organisations/{organisation}/accounting/statement", "accounting:Statement"),
        ("/v1/organisations/{organisation}/accounting/movements", "accounting:Movements"),
        ("/v1/organisations/{organisation}/accounting/months", "accounting:Months"),
    ),
    *writes(("/v1/accounting/months", "accounting:CarryForward")),
)

_INSURANCE = (
    *reads(
        (_POLICY, "insurance:Get"),
        (_DISCLOSURE, "disclosures:Get"),
        (f"{_DISCLOSURE}/confirmation", "disclosures:Confirm"),
    ),
    *writes(
        ("/v1/policies", "insurance:Offer"),
        (f"{_POLICY}/acceptance", "insurance:Accept"),
        (f"{_POLICY}/refusal", "insurance:Decline"),
        (f"{_POLICY}/claims", "insurance:Claim"),
        (f"{_POLICY}/settlements", "insurance:Settle"),
        (f"{_POLICY}/rejections", "insurance:RejectClaim"),
        (f"{_POLICY}/end", "insurance:End"),
        ("/v1/disclosures", "disclosures:Show"),
        (f"{_DISCLOSURE}/revocation", "disclosures:Revoke"),
    ),
)

_RECALLS = (
    *reads(
        ("/v1/recalls", "recalls:List"),
        (_RECALL, "recalls:Get"),
        ("/v1/methodologies/{methodology}/versions/{version}/batches", "recalls:Affected"),
        ("/v1/credits/holders/{holder}/recalls", "recalls:Notices"),
        ("/v1/retirements/{retirement}/standing", "retirements:Standing"),
    ),
    *writes(
        ("/v1/recalls", "recalls:Announce"),
        (f"{_RECALL}/marks", "recalls:Mark"),
        (f"{_RECALL}/cancellations", "recalls:Cancel"),
        (f"{_RECALL}/replacements", "recalls:Replace"),
        (f"{_RECALL}/compensations", "recalls:Compensate"),
        (f"{_RECALL}/acknowledgements", "recalls:Acknowledge"),
    ),
)

_TRUSTS = (
    *reads((_TRUST, "trusts:Get")),
    *writes(
        ("/v1/trusts", "trusts:Settle"),
        (f"{_TRUST}/acceptance", "trusts:Accept"),
        (f"{_TRUST}/refusal", "trusts:Decline"),
        (f"{_TRUST}/distributions", "trusts:Distribute"),
        (f"{_TRUST}/claims", "trusts:Claim"),
        (f"{_TRUST}/trustee", "trusts:ReplaceTrustee"),
    ),
)

_REWARD_RESOURCES = (
    *reads(
        (_REWARDS, "rewards:List"),
        (_REWARD, "rewards:Get"),
        (f"{_REWARD}/stock/{{year}}", "rewards:StockUse"),
        (_VOUCHER, "rewards:Voucher"),
        (_DRAW, "rewards:GetDraw"),
        (f"{_DRAW}/entries", "rewards:DrawEntries"),
    ),
    *writes(
        (_REWARDS, "rewards:Offer"),
        (f"{_REWARD}/acceptance", "rewards:Accept"),
        (f"{_REWARD}/revision", "rewards:Revise"),
        (f"{_REWARD}/suspension", "rewards:Suspend"),
        (f"{_REWARD}/withdrawal", "rewards:Withdraw"),
        (f"{_REWARD}/shares", "rewards:Share"),
        (f"{_REWARD}/shares/acceptance", "rewards:AcceptShare"),
        (f"{_REWARD}/shares/end", "rewards:EndShare"),
        (f"{_REWARD}/redemptions", "rewards:Redeem"),
        (f"{_REWARD}/donations", "rewards:Donate"),
        (f"{_VOUCHER}/opening", "rewards:OpenVoucher"),
        (f"{_VOUCHER}/refund", "rewards:Refund"),
        (f"{_PROGRAMME}/accounts/{{account}}/attributes", "rewards:Attest"),
        (f"{_PROGRAMME}/draws", "rewards:AnnounceDraw"),
        (f"{_DRAW}/seed-commitments", "rewards:CommitSeed"),
        (f"{_DRAW}/entries", "rewards:EnterDraw"),
        (f"{_DRAW}/closure", "rewards:CloseDraw"),
        (f"{_DRAW}/seeds", "rewards:RevealSeed"),
        (f"{_DRAW}/prizes", "rewards:ClaimPrize"),
        (f"{_DRAW}/void", "rewards:VoidDraw"),
        (f"{_DRAW}/refunds", "rewards:RefundEntry"),
    ),
)

FURTHER: tuple[Resource, ...] = (
    _BUDGETS
    + _EVIDENCE
    + _EVENTS
    + _MARKET
    + _NOTICES
    + _PLEDGES
    + _RANKINGS
    + RECOGNITION
    + _ACCOUNTING
    + _INSURANCE
    + _RECALLS
    + _TRUSTS
    + _REWARD_RESOURCES
)
"""Resources of these lanes."""
