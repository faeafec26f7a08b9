"""How a report asks the contract: each question as one identity, and not for ever."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.orders import canonical
from tanhui.registry_api.problems import ApiCode, Problem
from tanhui.registry_api.reports.report import Report, Told, Wish, untold

DIRECT_S: Final = 15.0
"""How long a report may ask the ledger for one answer; a longer one is made in the background."""
TOO_LONG: Final = ApiCode(
    "api.report_long",
    413,
    "报表 {value} 须汇总的记录过多,不能当场生成:请缩短期间,或提交后台生成(POST /v1/reports/{value}/exports)",
    "Report {value} adds up too much for one answer: shorten its period, or have it made in the background "
    "(POST /v1/reports/{value}/exports)",
)


async def answered(
    report: Report,
    wish: Wish,
    ledger: Ledger,
    identity: str,
    *,
    seconds_max: float = DIRECT_S,
    told: Told = untold,
    now: Callable[[], float] = time.monotonic,
) -> Wish:
    """The wish with what the contract answered to the report's questions.

    Raises:
        Problem: 413, they took longer than `seconds_max`.
        LedgerRefusal: as the contract says.
    """
    if report.asks is None:
        return wish
    until = now() + seconds_max

    async def ask(function: str, order: Mapping[str, Any]) -> Any:
        if now() > until:
            raise Problem(TOO_LONG, name="report", value=report.name)
        return json.loads(await ledger.evaluate(function, canonical(dict(order)), identity))

    return replace(wish, answer=await report.asks(ask, wish, told))
