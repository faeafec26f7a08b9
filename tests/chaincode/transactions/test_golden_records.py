"""Every record that may stand on the ledger keeps its bytes: what was written once is read, and written the same."""

import pytest

from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.transactions.keys import KEY_TYPES
from tests.conftest import Counts
from tests.support.golden_records import known, sample

BY_NAME = {one.name: one for one in KEY_TYPES}
GOLDEN = known()


def test_every_type_of_record_has_its_bytes(counts: Counts) -> None:
    assert sorted(GOLDEN) == sorted(BY_NAME)
    counts.note("golden records", types=len(GOLDEN), versions=sum(map(len, GOLDEN.values())))


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_a_record_is_written_as_it_always_was(name: str) -> None:
    codec = BY_NAME[name].codec
    versions = {int(version): bytes.fromhex(text) for version, text in GOLDEN[name].items()}
    newest = codec.version if isinstance(codec, JsonCodec) else max(versions)
    assert max(versions) == newest, "a new version needs its golden bytes"
    record = codec.decode(versions[newest])
    assert codec.encode(record) == versions[newest]
    assert codec.encode(sample(BY_NAME[name])) == versions[newest]
    for version, value in versions.items():
        assert value[0] == version
        assert codec.encode(codec.decode(value))[0] == newest
