"""Public institutions: budgets, meters, readings, red cards and targets as resources."""

from typing import Final

from tanhui.registry_api.routes.resource import Resource, reads, writes

_YEAR: Final = "/v1/institutions/{institution}/years/{year}"
_BUDGET: Final = f"{_YEAR}/budget"
_CARD: Final = f"{_YEAR}/red-card"
_TARGETS: Final = "/v1/targets"

INSTITUTIONS: Final[tuple[Resource, ...]] = (
    *reads(
        (_BUDGET, "budgets:Get"),
        (f"{_YEAR}/readings", "budgets:Readings"),
        (f"{_YEAR}/audit-due", "budgets:AuditDue"),
        ("/v1/benchmarks/{year}", "budgets:Benchmark"),
        ("/v1/red-cards", "budgets:RedCards"),
        (_TARGETS, "targets:All"),
        (f"{_TARGETS}/{{target}}", "targets:Get"),
    ),
    *writes(
        ("/v1/budgets", "budgets:Draft"),
        (f"{_BUDGET}/approval", "budgets:Approve"),
        (f"{_BUDGET}/in-force", "budgets:PutInForce"),
        (f"{_BUDGET}/adjustment", "budgets:Adjust"),
        (f"{_BUDGET}/closure", "budgets:Close"),
        (f"{_YEAR}/readings", "budgets:Read"),
        (f"{_YEAR}/readings/decision", "budgets:Decide"),
        (f"{_YEAR}/reckoning", "budgets:Reckon"),
        ("/v1/institution-records", "budgets:RecordInstitution"),
        ("/v1/meters", "budgets:RegisterMeter"),
        ("/v1/energy-factors", "budgets:FileFactor"),
        (_CARD, "budgets:ShowRedCard"),
        (f"{_CARD}/plan", "budgets:PlanRectification"),
        (f"{_CARD}/evidence", "budgets:SubmitRectification"),
        (f"{_CARD}/return", "budgets:ReturnRectification"),
        (f"{_CARD}/clearance", "budgets:ClearRedCard"),
        (_TARGETS, "targets:Record"),
    ),
)
"""Resources of the lanes budgets and targets."""
