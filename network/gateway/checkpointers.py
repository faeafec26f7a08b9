"""Where a reader of events stands, kept so that it can go on from there.

The meaning is the official clients': `block_number` is the next block to read, and `transaction_id` the last
transaction of that block which has been dealt with. So a whole block n is kept as n + 1 and no transaction.
"""

import json
import os
from pathlib import Path
from typing import Protocol

from tanhui.network.gateway.errors import CheckpointError
from tanhui.network.gateway.events import ChaincodeEvent

CHECKPOINT_BYTES_MAX = 4096
"""A checkpoint file holds two short fields; a longer one is another file."""

BLOCK_NUMBER_MAX = 2**64 - 1


class Checkpoint(Protocol):
    """A position to start from."""

    @property
    def block_number(self) -> int | None:
        """The next block to read; None when nothing has been kept yet."""

    @property
    def transaction_id(self) -> str | None:
        """The last transaction dealt with inside that block; None at its start."""


class Checkpointer(Checkpoint, Protocol):
    """A position that is kept as the reader goes on."""

    def checkpoint_block(self, block_number: int) -> None:
        """The whole of block `block_number` has been dealt with."""

    def checkpoint_transaction(self, block_number: int, transaction_id: str) -> None:
        """Block `block_number` has been dealt with up to and including a transaction."""

    def checkpoint_chaincode_event(self, event: ChaincodeEvent) -> None:
        """A chaincode event has been dealt with."""


class InMemoryCheckpointer:
    """Keeps the position as long as the process lives."""

    def __init__(self, block_number: int | None = None, transaction_id: str | None = None) -> None:
        self._block_number = block_number
        self._transaction_id = transaction_id

    @property
    def block_number(self) -> int | None:
        """The next block to read."""
        return self._block_number

    @property
    def transaction_id(self) -> str | None:
        """The last transaction dealt with inside that block."""
        return self._transaction_id

    def checkpoint_block(self, block_number: int) -> None:
        """Go on at the next block."""
        self._set(block_number + 1, None)

    def checkpoint_transaction(self, block_number: int, transaction_id: str) -> None:
        """Go on inside `block_number`, after a transaction."""
        self._set(block_number, transaction_id)

    def checkpoint_chaincode_event(self, event: ChaincodeEvent) -> None:
        """Go on after the transaction of a chaincode event."""
        self.checkpoint_transaction(event.block_number, event.transaction_id)

    def _set(self, block_number: int, transaction_id: str | None) -> None:
        self._block_number = block_number
        self._transaction_id = transaction_id


class FileCheckpointer(InMemoryCheckpointer):
    """Keeps the position in a file, `{"blockNumber": "12", "transactionId": "ab…"}`, the official form.

    The file is replaced as a whole, so that a crash leaves the old position or the new one. With `durable`
    the bytes are on the disk before a checkpoint returns; without it a power cut may set the reader back.

    Raises:
        CheckpointError: the file holds something else, or cannot be read or written.
    """

    def __init__(self, path: str | os.PathLike[str], *, durable: bool = True) -> None:
        self._path = Path(path)
        self._durable = durable
        super().__init__(*_load(self._path))
        self._save()

    def _set(self, block_number: int, transaction_id: str | None) -> None:
        super()._set(block_number, transaction_id)
        self._save()

    def _save(self) -> None:
        state: dict[str, str] = {}
        if self._block_number is not None:
            state["blockNumber"] = str(self._block_number)
        if self._transaction_id is not None:
            state["transactionId"] = self._transaction_id
        partial = self._path.with_name(self._path.name + ".partial")
        try:
            with partial.open("wb") as file:
                file.write(json.dumps(state).encode())
                if self._durable:
                    file.flush()
                    os.fsync(file.fileno())
            partial.replace(self._path)
            if self._durable:
                _sync_folder(self._path.parent)
        except OSError as reason:
            raise CheckpointError(f"{self._path} cannot be written: {reason.strerror}") from reason


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _load(path: Path) -> tuple[int | None, str | None]:
    try:
        with path.open("rb") as file:
            data = file.read(CHECKPOINT_BYTES_MAX + 1)
    except FileNotFoundError:
        return None, None
    except OSError as reason:
        raise CheckpointError(f"{path} cannot be read: {reason.strerror}") from reason
    if not data:
        return None, None
    if len(data) > CHECKPOINT_BYTES_MAX:
        raise CheckpointError(f"{path} is longer than {CHECKPOINT_BYTES_MAX} bytes")
    try:
        state = json.loads(data)
    except ValueError:
        raise CheckpointError(f"{path} is not JSON") from None
    if not isinstance(state, dict):
        raise CheckpointError(f"{path} is not a JSON object")
    return _block_number(path, state.get("blockNumber")), _transaction_id(path, state.get("transactionId"))


def _block_number(path: Path, value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 20:
        number = int(value)
        if number <= BLOCK_NUMBER_MAX:
            return number
    raise CheckpointError(f"{path}: blockNumber is {value!r}, must be a block number in decimal, as text")


def _transaction_id(path: Path, value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise CheckpointError(f"{path}: transactionId is {value!r}, must be text")
