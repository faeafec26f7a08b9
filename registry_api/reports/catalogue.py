"""Every report, by its name."""

from collections.abc import Mapping
from types import MappingProxyType

from tanhui.registry_api.reports import (
    accounting,
    credits,  # noqa: A004  the lane's name
    points,
    rankings,
    recognition,
    registers,
)
from tanhui.registry_api.reports.report import Report

REPORTS: Mapping[str, Report] = MappingProxyType(
    {
        report.name: report
        for report in (
            registers.RETIREMENTS,
            registers.EVENTS,
            registers.DOSSIER,
            registers.RED_CARDS,
            credits.SUPPLY,
            credits.HOLDINGS,
            points.SUPPLY,
            points.EXPIRY,
            points.REWARDS,
            rankings.UNITS,
            rankings.DISTRICTS,
            recognition.STATEMENT,
            recognition.TRANSFERS,
            accounting.EXPORT,
        )
    }
)
