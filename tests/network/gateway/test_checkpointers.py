"""Positions in memory and in a file, with the official clients' meaning."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.network.gateway import (
    ChaincodeEvent,
    Checkpointer,
    CheckpointError,
    FileCheckpointer,
    InMemoryCheckpointer,
)


def both(folder: Path) -> list[Checkpointer]:
    return [InMemoryCheckpointer(), FileCheckpointer(folder / "checkpoint.json")]


def test_nothing_is_kept_at_first(tmp_path: Path) -> None:
    assert [(one.block_number, one.transaction_id) for one in both(tmp_path)] == [(None, None)] * 2


def test_a_block_is_kept_as_the_next_one(tmp_path: Path) -> None:
    for one in both(tmp_path):
        one.checkpoint_transaction(7, "tx")
        one.checkpoint_block(7)
        assert (one.block_number, one.transaction_id) == (8, None)


def test_a_transaction_and_an_event_are_kept_with_their_block(tmp_path: Path) -> None:
    for one in both(tmp_path):
        one.checkpoint_transaction(7, "tx1")
        assert (one.block_number, one.transaction_id) == (7, "tx1")
        one.checkpoint_chaincode_event(ChaincodeEvent(9, "tx2", "cc", "name", b""))
        assert (one.block_number, one.transaction_id) == (9, "tx2")


def test_the_file_has_the_official_form(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.json"
    one = FileCheckpointer(path)
    assert json.loads(path.read_text()) == {}
    one.checkpoint_transaction(2**64 - 1, "ab")
    assert json.loads(path.read_text()) == {"blockNumber": "18446744073709551615", "transactionId": "ab"}
    one.checkpoint_block(4)
    assert json.loads(path.read_text()) == {"blockNumber": "5"}


def test_a_file_of_an_official_client_is_read(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.json"
    path.write_text('{"blockNumber":"101","transactionId":"abc"}')
    one = FileCheckpointer(path)
    assert (one.block_number, one.transaction_id) == (101, "abc")


@given(position=st.tuples(st.integers(0, 2**64 - 1), st.text(max_size=64)), durable=st.booleans())
def test_what_is_kept_is_found_again(
    tmp_path_factory: pytest.TempPathFactory, position: tuple[int, str], *, durable: bool
) -> None:
    path = tmp_path_factory.mktemp("checkpoint") / "c.json"
    FileCheckpointer(path, durable=durable).checkpoint_transaction(*position)
    again = FileCheckpointer(path)
    assert (again.block_number, again.transaction_id) == position
    assert [entry.name for entry in path.parent.iterdir()] == ["c.json"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", "is not a JSON object"),
        ("{", "is not JSON"),
        ('{"blockNumber": 7}', "blockNumber is 7, must be a block number in decimal, as text"),
        ('{"blockNumber": "-1"}', "blockNumber is '-1'"),
        ('{"blockNumber": "18446744073709551616"}', "blockNumber is '18446744073709551616'"),
        ('{"blockNumber": "1", "transactionId": 3}', "transactionId is 3, must be text"),
        (" " * 4097, "is longer than 4096 bytes"),
    ],
)
def test_a_damaged_file_is_refused_and_left_alone(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "checkpoint.json"
    path.write_text(content)
    with pytest.raises(CheckpointError) as refused:
        FileCheckpointer(path)
    assert message in str(refused.value)
    assert str(path) in str(refused.value)
    assert path.read_text() == content


def test_an_empty_file_is_a_fresh_start(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.json"
    path.write_text("")
    assert FileCheckpointer(path).block_number is None


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="cannot be written: No such file"):
        FileCheckpointer(tmp_path / "nowhere" / "checkpoint.json")
    with pytest.raises(CheckpointError, match="cannot be read: Is a directory"):
        FileCheckpointer(tmp_path)
