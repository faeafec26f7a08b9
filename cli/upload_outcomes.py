"""What became of an upload's lines on the ledger: which were refused there, or taken and not credited, and why."""

from collections.abc import Iterator
from typing import Any

from tanhui.cli.api_client import ApiClient
from tanhui.registry_api.intake.outcomes import outcome_meaning, outcome_sentence

LINES_NAMED_MAX = 1_000
"""Lines without points that a command names; the rest are counted."""


def without_points(client: ApiClient, upload: str) -> tuple[int, list[dict[str, Any]]]:
    """How many lines came to nothing on the ledger, and the first LINES_NAMED_MAX: line, state, code, reason.

    State `refused`: the contract took nothing of the line's batch. State `not_credited`: the line's activity stands in
    the ledger with the reason why it earned nothing, for example that the same one had been recorded before.
    """
    count = 0
    named: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = client.get(f"/v1/activities/uploads/{upload}/batches", after=after)
        for batch in page["items"]:
            for one in lines_of(batch, client.language):
                count += 1
                if len(named) < LINES_NAMED_MAX:
                    named.append(one)
        after = page["after"]
    return count, named


def lines_of(batch: dict[str, Any], language: str) -> Iterator[dict[str, Any]]:
    """The lines of one batch that came to nothing."""
    outcome = batch["outcome"] or {}
    if batch["state"] == "refused":
        reason = _reason(language, outcome)
        for line in batch["lines"]:
            yield {"line": line, "state": "refused", "code": outcome.get("code", ""), "reason": reason}
        return
    for effect in outcome.get("event", outcome).get("effects", ()):
        for one in effect.get("rejected") or ():
            yield {
                "line": batch["lines"][int(one["position"])],
                "state": "not_credited",
                "code": one["code"],
                "reason": outcome_meaning(language, one["code"]) or one["code"],
            }


def _reason(language: str, outcome: dict[str, Any]) -> str:
    code, field, value = (str(outcome.get(name, "")) for name in ("code", "field", "value"))
    return outcome_sentence(language, code, field, value, outcome.get("params") or {})
