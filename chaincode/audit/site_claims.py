"""No activity at a site is counted by two projects, or here and elsewhere, for the same days.

    over all sites and activities: the days of registered projects are disjoint from each other
    no issued period was issued while an outside claim on one of its sites covered a day of it

Outside claims that came after an issuance are listed by `conflicts:AtSite`; a recall follows from them.
"""

from collections import defaultdict
from datetime import date
from itertools import pairwise

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.rules.conflicts import COUNTING, HERE, Claim
from tanhui.chaincode.transactions.conflicts.record import AREA_CLAIM, PROJECT_SITES, SITE_CLAIM
from tanhui.chaincode.transactions.projects.record import PROJECT
from tanhui.proofs.effects.conflicts import OutsideClaimChanged, SitesDeclared
from tanhui.proofs.effects.projects import MonitoringPeriodChanged

Place = tuple[str, str]
"""Site and activity."""


class SiteClaims(Check):
    """Replays outside claims against issued periods, and compares both keys of every claim."""

    name = "projects.sites"

    def __init__(self) -> None:
        self._report = Report(self.name)
        self._outside: dict[Place, dict[tuple[str, str], tuple[str, str]]] = defaultdict(dict)
        self._sites: dict[str, list[Place]] = {}

    def follow(self, transaction: Transaction) -> None:
        """Note claims; judge each issued period by those that stood then."""
        for effect in transaction.effects:
            if isinstance(effect, SitesDeclared):
                self._sites[effect.project] = [(site, effect.activity) for site in effect.sites]
            elif isinstance(effect, OutsideClaimChanged):
                claims = self._outside[effect.site, effect.activity]
                if effect.step == "recorded":
                    claims[effect.scheme, effect.reference] = (effect.first_day, effect.last_day)
                else:
                    claims.pop((effect.scheme, effect.reference), None)
            elif isinstance(effect, MonitoringPeriodChanged) and effect.status == "issued":
                self._issued(f"transaction {transaction.id}", effect)

    def _issued(self, where: str, effect: MonitoringPeriodChanged) -> None:
        for place in self._sites.get(effect.project, []):
            for (scheme, reference), (first, last) in self._outside[place].items():
                if first <= effect.last_day and effect.first_day <= last:
                    self._report.find(where, f"{effect.project} issued what {scheme} counts as {reference}")

    def judge(self, records: Records) -> Report:
        """Compare claims with what was followed, and registered projects with each other."""
        figures = {"sites": 0, "claims": 0, "outside": 0}
        report = Report(self.name, figures, list(self._report.findings), self._report.broken)
        days: dict[Place, list[tuple[date, date, str]]] = defaultdict(list)
        by_area = {(ids[2], ids[0], *ids[3:]): claim for ids, claim in records.all(AREA_CLAIM)}
        found: dict[Place, set[tuple[str, str]]] = defaultdict(set)
        for ids, claim in records.all(SITE_CLAIM):
            report.count("claims")
            report.equal(f"claim {'/'.join(ids)}", "under its area", by_area.pop(ids, None), claim)
            if claim.scheme != HERE:
                report.count("outside")
                found[claim.site, claim.activity].add((claim.scheme, claim.reference))
            elif self._counts(records, claim):
                place = (claim.site, claim.activity)
                days[place].append((claim.first_day, claim.last_day, claim.reference))
        for ids in by_area:
            report.find(f"claim {'/'.join(ids)}", "under its area, and not under its site")
        for place in {*found, *(place for place, claims in self._outside.items() if claims)}:
            report.equal(f"site {place[0]}", "outside claims", found[place], set(self._outside[place]))
        report.figures["sites"] = sum(len(one.sites) for _, one in records.all(PROJECT_SITES))
        for place, claims in days.items():
            claims.sort()
            for (_, last, one), (first, _, other) in pairwise(claims):
                if first <= last:
                    report.find(f"site {place[0]}", f"{one} and {other} count {place[1]} on {first}")
        return report

    def _counts(self, records: Records, claim: Claim) -> bool:
        project = records.find(PROJECT, claim.reference)
        return project is not None and project.status in COUNTING
