"""Which resource is which function: the whole map of the API onto the contract, in the field's terms.

A path parameter becomes the member of the same name in the function's order; a query parameter or a member of
the JSON body becomes any other. What the order looks like is the contract's to say, not repeated here.
"""

from tanhui.registry_api.routes.further_resources import FURTHER
from tanhui.registry_api.routes.project_resources import PROJECT_RESOURCES
from tanhui.registry_api.routes.resource import Resource, reads, writes

_PROGRAMME = "/v1/programmes/{programme}"
_ACCOUNT = f"{_PROGRAMME}/accounts/{{account}}"
_METHODOLOGY = "/v1/methodologies/{methodology}"
_VERSION = f"{_METHODOLOGY}/versions/{{version}}"
_ACTIVITIES = f"{_PROGRAMME}/activity-batches"
_SOURCE = "/v1/sources/{source}"
_PROJECT = "/v1/projects/{project}"
_PERIOD = f"{_PROJECT}/periods/{{number}}"
_BATCH = "/v1/credits/batches/{batch}"
_OFFER = "/v1/credits/offers/{offer}"
_ORGANISATION = "/v1/organisations/{organisation}"


RESOURCES: tuple[Resource, ...] = (
    *reads(
        ("/v1/registry", "governance:Founding"),
        ("/v1/organisations", "organisations:List"),
        (_ORGANISATION, "organisations:Get"),
        (f"{_ORGANISATION}/ties", "organisations:Ties"),
        (f"{_ORGANISATION}/merger", "mergers:Get"),
        ("/v1/proposals", "proposals:List"),
        ("/v1/requests", "requests:Remembered"),
    ),
    *writes(
        ("/v1/registry", "governance:Found"),
        ("/v1/organisations", "organisations:Register"),
        (f"{_ORGANISATION}/roles", "organisations:SetRoles"),
        (f"{_ORGANISATION}/suspension", "organisations:Suspend"),
        (f"{_ORGANISATION}/reactivation", "organisations:Reactivate"),
        (f"{_ORGANISATION}/closure", "organisations:Close"),
        (f"{_ORGANISATION}/merger", "mergers:Begin"),
        (f"{_ORGANISATION}/merger/credits", "mergers:MoveCredits"),
        (f"{_ORGANISATION}/merger/rights", "mergers:MoveRights"),
        (f"{_ORGANISATION}/merger/abandonment", "mergers:Abandon"),
        (f"{_ORGANISATION}/merger/completion", "mergers:Finish"),
        ("/v1/proposals/rejections", "proposals:Reject"),
        ("/v1/requests/pruning", "requests:Prune"),
    ),
    *reads(
        ("/v1/methodologies", "methodologies:List"),
        (_METHODOLOGY, "methodologies:Get"),
        (f"{_METHODOLOGY}/versions", "methodologies:Versions"),
        (_VERSION, "methodologies:Version"),
        (f"{_VERSION}/dry-run", "methodologies:DryRun"),
    ),
    *writes(
        (f"{_METHODOLOGY}/versions", "methodologies:Draft"),
        (f"{_VERSION}/assessment", "methodologies:Assess"),
        (f"{_VERSION}/filing", "methodologies:File"),
        (f"{_VERSION}/suspension", "methodologies:Suspend"),
        (f"{_VERSION}/retirement", "methodologies:Retire"),
    ),
    *reads(
        ("/v1/programmes", "programmes:List"),
        (_PROGRAMME, "programmes:Get"),
        (f"{_PROGRAMME}/rules/{{version}}", "programmes:Rules"),
        (f"{_PROGRAMME}/issues", "programmes:Issues"),
        (f"{_PROGRAMME}/accounts", "accounts:List"),
        (_ACCOUNT, "accounts:Get"),
        (f"{_ACCOUNT}/history", "accounts:History"),
    ),
    *writes(
        ("/v1/programmes", "programmes:Draft"),
        (f"{_PROGRAMME}/rules", "programmes:Revise"),
        (f"{_PROGRAMME}/rules/{{version}}/force", "programmes:PutInForce"),
        (f"{_PROGRAMME}/suspension", "programmes:Suspend"),
        (f"{_PROGRAMME}/resumption", "programmes:Resume"),
        (f"{_PROGRAMME}/closure", "programmes:Close"),
        ("/v1/conversions", "programmes:AgreeConversion"),
        (f"{_PROGRAMME}/accounts", "accounts:Open"),
        (f"{_ACCOUNT}/freeze", "accounts:Freeze"),
        (f"{_ACCOUNT}/release", "accounts:Unfreeze"),
        (f"{_ACCOUNT}/closure", "accounts:Close"),
        (f"{_ACCOUNT}/unit", "accounts:SetUnit"),
        (f"{_ACCOUNT}/awards", "points:Issue"),
        (f"{_ACCOUNT}/redemptions", "points:Redeem"),
        (f"{_ACCOUNT}/cancellations", "points:Cancel"),
        (f"{_ACCOUNT}/cancellations/by-order", "points:CancelByOrder"),
        (f"{_PROGRAMME}/transfers", "points:Transfer"),
        (f"{_PROGRAMME}/transfers/by-order", "points:TransferByOrder"),
        (f"{_PROGRAMME}/expiries", "points:Expire"),
        (f"{_PROGRAMME}/awards/{{award}}/reversal", "points:Reverse"),
        ("/v1/points/conversions", "points:Convert"),
    ),
    *reads(
        (_SOURCE, "activities:Source"),
        (_ACTIVITIES, "activities:Batches"),
        (f"{_ACTIVITIES}/{{batch}}", "activities:Batch"),
        (f"{_ACTIVITIES}/{{batch}}/records", "activities:Records"),
        (f"{_ACTIVITIES}/{{batch}}/reexecution", "activities:Reexecute"),
    ),
    *writes(
        ("/v1/sources", "activities:RegisterSource"),
        (f"{_SOURCE}/key", "activities:RotateSource"),
        (f"{_SOURCE}/revocation", "activities:RevokeSource"),
        (_ACTIVITIES, "activities:RecordBatch"),
        (f"{_ACTIVITIES}/{{batch}}/reversal", "activities:ReverseBatch"),
    ),
    *reads(
        ("/v1/projects", "projects:All"),
        (_PROJECT, "projects:Get"),
        (f"{_PROJECT}/periods", "projects:Periods"),
    ),
    *writes(
        ("/v1/projects", "projects:Draft"),
        (f"{_PROJECT}/listing", "projects:List"),
        (f"{_PROJECT}/validation", "projects:Validate"),
        (f"{_PROJECT}/registration", "projects:Register"),
        (f"{_PROJECT}/rejection", "projects:Reject"),
        (f"{_PROJECT}/suspension", "projects:Suspend"),
        (f"{_PROJECT}/resumption", "projects:Resume"),
        (f"{_PROJECT}/deregistration", "projects:Deregister"),
        (f"{_PROJECT}/closure", "projects:Close"),
        (f"{_PROJECT}/periods", "projects:SubmitPeriod"),
        (f"{_PERIOD}/verification", "projects:VerifyPeriod"),
        (f"{_PERIOD}/approval", "projects:ApprovePeriod"),
        (f"{_PERIOD}/credits", "credits:Issue"),
    ),
    *reads(
        (_BATCH, "credits:Batch"),
        (f"{_BATCH}/ranges", "credits:Ranges"),
        (f"{_BATCH}/ranges/{{range}}", "credits:Range"),
        (f"{_BATCH}/ranges/{{range}}/serials/{{serial}}", "credits:Life"),
        ("/v1/credits/holders/{holder}", "credits:Holdings"),
        (_OFFER, "credits:GetOffer"),
        ("/v1/retirements", "retirements:List"),
        ("/v1/retirements/{retirement}", "retirements:Get"),
    ),
    *writes(
        ("/v1/credits/offers", "credits:Offer"),
        (f"{_OFFER}/acceptance", "credits:Accept"),
        (f"{_OFFER}/retirement", "credits:AcceptAndRetire"),
        (f"{_OFFER}/withdrawal", "credits:Withdraw"),
        (f"{_OFFER}/rejection", "credits:Reject"),
        (f"{_BATCH}/merges", "credits:Merge"),
        ("/v1/credits/cancellations", "credits:Cancel"),
        ("/v1/credits/cancellations/by-order", "credits:CancelByOrder"),
        ("/v1/credits/transfers/by-order", "credits:TransferByOrder"),
        ("/v1/credits/freezes", "credits:Freeze"),
        ("/v1/credits/releases", "credits:Unfreeze"),
        ("/v1/retirements", "retirements:Retire"),
    ),
    *PROJECT_RESOURCES,
    *FURTHER,
)
