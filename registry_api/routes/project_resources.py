"""Resources of what surrounds a project: its bundle, its sites, and units that came from a former registry."""

from tanhui.registry_api.routes.resource import Resource, reads, writes

_BUNDLE = "/v1/projects/{project}/bundle"
_OPENING = "/v1/former-registries/{registry}"
_SITES = "/v1/sites"

PROJECT_RESOURCES: tuple[Resource, ...] = (
    *reads((_BUNDLE, "bundles:Get")),
    *writes(
        (_BUNDLE, "bundles:Form"),
        (f"{_BUNDLE}/invitations", "bundles:Invite"),
        (f"{_BUNDLE}/members", "bundles:Join"),
        (f"{_BUNDLE}/departures", "bundles:Leave"),
        (f"{_BUNDLE}/removals", "bundles:Remove"),
    ),
    *reads(
        (f"{_SITES}/{{site}}/activities/{{activity}}/claims", "conflicts:AtSite"),
        ("/v1/regions/{region}/activities/{activity}/claims", "conflicts:InArea"),
        ("/v1/projects/{project}/conflicts", "conflicts:OfProject"),
    ),
    *writes(
        ("/v1/projects/{project}/sites", "conflicts:DeclareSites"),
        (f"{_SITES}/{{site}}/activities/{{activity}}/claims", "conflicts:RecordOutside"),
        (f"{_SITES}/{{site}}/activities/{{activity}}/withdrawals", "conflicts:WithdrawOutside"),
    ),
    *reads(
        (_OPENING, "opening:Manifest"),
        (f"{_OPENING}/parts", "opening:Parts"),
        ("/v1/credits/batches/{batch}/former-serials", "opening:FormerSerials"),
    ),
    *writes(
        ("/v1/former-registries", "opening:Announce"),
        (f"{_OPENING}/balances/{{part}}", "opening:ImportBalances"),
        (f"{_OPENING}/batches/{{part}}", "opening:ImportBatch"),
    ),
    *reads(
        ("/v1/programmes/{programme}/activity-batches/{batch}/backing", "aggregates:Backing"),
        ("/v1/projects/{project}/periods/{number}/backings", "aggregates:BackedBy"),
        ("/v1/programmes/{programme}/accounts/{account}/consent", "aggregates:ConsentOf"),
    ),
    *writes(
        ("/v1/programmes/{programme}/consents", "aggregates:Consent"),
        ("/v1/programmes/{programme}/consents/withdrawals", "aggregates:WithdrawConsent"),
        ("/v1/projects/{project}/aggregate", "aggregates:Open"),
        ("/v1/projects/{project}/periods/{number}/backings", "aggregates:Assign"),
    ),
)
"""Resources of these lanes."""
