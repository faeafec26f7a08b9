"""What is wanted of a report, and who may have it: the same for an answer, a file and an export."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from tanhui.registry_api.access.caller import Caller
from tanhui.registry_api.access.programmes import ProgrammeOperators
from tanhui.registry_api.problems import FORBIDDEN, MALFORMED, NOT_FOUND, ApiCode, Problem
from tanhui.registry_api.reports.catalogue import REPORTS
from tanhui.registry_api.reports.report import Report, Wish

CONDITION_NEEDED: Final = ApiCode(
    "api.condition_needed",
    422,
    "报表 {value} 须以 {field} 指明范围",
    "Report {value} needs the condition {field}: only supervisors read it for all at once",
)


def report_named(name: str) -> Report:
    """The report. Raises Problem (404)."""
    found = REPORTS.get(name)
    if found is None:
        raise Problem(NOT_FOUND, name="report", value=name[:80])
    return found


def wish_for(report: Report, as_of: date | None, since: date | None, given: Mapping[str, str]) -> Wish:
    """The wish. Raises Problem (400): a condition that the report does not have, or one that it needs is missing."""
    unknown = sorted(set(given) - set(report.of))
    if unknown:
        raise Problem(MALFORMED, name=unknown[0], params={"reason": f"no condition of {report.name}"})
    days = {name for name, day in (("as_of", as_of), ("since", since)) if day is not None}
    missing = sorted(set(report.needs) - set(given) - days)
    if missing:
        raise Problem(MALFORMED, name=missing[0], params={"reason": f"needed by {report.name}"})
    return Wish(as_of, since, dict(given))


async def judge(report: Report, wish: Wish, caller: Caller, programmes: ProgrammeOperators) -> bool:
    """Whether a supervisor reads what is another's. Raises Problem (403; 422 where it must be said whose)."""
    if report.audience == "everybody":
        return False
    if caller.supervises:
        return True
    if report.audience == "named":
        mine = bool(caller.organisation) and wish.of.get("organisation") == caller.organisation
    else:
        if "programme" not in wish.of:
            raise Problem(CONDITION_NEEDED, name="programme", value=report.name)
        operator = await programmes.operator_of(wish.of["programme"])
        mine = bool(operator) and operator == caller.organisation
    if not mine:
        raise Problem(FORBIDDEN, name="organisation", value=report.name)
    return False
