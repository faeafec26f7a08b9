"""Why lines came to nothing is said in words, wherever a person reads it."""

import json
from pathlib import Path

import pytest

from tanhui.chaincode.rules.errors.catalogue import CATALOGUE
from tanhui.cli.upload_outcomes import lines_of
from tanhui.registry_api.intake.outcomes import BLOCK_LOST, outcome_meaning, outcome_sentence
from tanhui.registry_api.intake.queue import IntakeQueue, NewBatch
from tanhui.registry_api.portal.desk.naming import refusal_sentence


@pytest.mark.parametrize(
    ("language", "told"), [("zh", "换一个 Idempotency-Key 重新提交"), ("en", "send them again")]
)
def test_lines_whose_block_is_lost_say_what_to_do(language: str, told: str, tmp_path: Path) -> None:
    """In the command's list and on the upload's page: the code alone tells nobody that the lines must be sent again."""
    queue = IntakeQueue(tmp_path / "intake.sqlite")
    queue.begin("u", "operator-recorder", b"{}", 1)
    queue.append("u", [NewBatch("20261121-u.0", (4, 7), (b"{}", b"{}"))])
    queue.finish("u", "", 2, b"[]")
    (batch,) = queue.next_batches((), 1)
    queue.settle(batch.id, "committed", "a" * 64, 9, b"{}")
    queue.give_up(queue.lost_after(9))
    (row,) = queue.batches_of("u", 0, 10)
    queue.close()
    outcome = json.loads(row["outcome"])
    shown = {"state": row["state"], "lines": [4, 7], "outcome": outcome}
    named = list(lines_of(shown, language))
    assert [(one["line"], one["state"], one["code"]) for one in named] == [
        (4, "refused", BLOCK_LOST.name),
        (7, "refused", BLOCK_LOST.name),
    ]
    assert all(told in one["reason"] for one in named)
    assert outcome["value"] == "9"
    assert told in refusal_sentence("zh" if language == "zh" else "en", BLOCK_LOST.name)


def test_the_ledgers_codes_keep_their_words_and_none_is_given_twice() -> None:
    assert BLOCK_LOST.name not in CATALOGUE
    assert outcome_sentence("en", "value.not_a_region", "region", "9", {}) == CATALOGUE[
        "value.not_a_region"
    ].render("en", "region", "9", {})
    assert outcome_meaning("en", "points.insufficient")
    assert outcome_meaning("en", "no.such.code") == ""
    assert outcome_sentence("zh", "x.y", "f", "v", {"a": "1"}) == "x.y: f=v {'a': '1'}"
