"""A kept key signs for its own organisation alone: who uploads another's source is turned away before it is queued."""

import asyncio
import json
from pathlib import Path
from typing import cast

import pytest

from tanhui.cli.activity_batches import ClaimReader, SourceKeys
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.problems import FORBIDDEN, Problem

OWN, OTHER = "91510100MA6000001R", "91510100MA6000002W"
TERMS = {"programme": "pr", "scene": "walk", "methodology": "walk", "version": "1", "source": "platform"}


class Answers:
    """A ledger on which `platform` is OWN's source."""

    async def evaluate(self, function: str, argument: bytes, identity: str) -> bytes:
        if function == "activities:Source":
            assert json.loads(argument) == {"source": "platform"}
            return json.dumps({"id": "platform", "organisation": OWN}).encode()
        assert function == "methodologies:Version"
        return json.dumps({"formula": json.dumps({"inputs": [{"name": "distance"}]})}).encode()


def test_another_organisations_source_is_not_signed_for(tmp_path: Path) -> None:
    keys = SourceKeys(tmp_path)
    keys.create("platform")
    reader = ClaimReader(cast("Ledger", Answers()), keys)
    with pytest.raises(Problem) as refused:
        asyncio.run(reader.reader_for(TERMS, "other", OTHER))
    assert (refused.value.code, refused.value.field, refused.value.value) == (FORBIDDEN, "source", "platform")
    with pytest.raises(Problem):
        asyncio.run(reader.reader_for(TERMS, "nobody", ""))
    read = asyncio.run(reader.reader_for(TERMS, "own", OWN))
    claim = read(b'{"account":"' + b"ab" * 16 + b'","when":1763712000,"inputs":{"distance":"1800"}}')
    assert json.loads(claim)
