"""Typed access to one kind of key: records in, records out, and neither bytes nor key strings in sight."""

from collections.abc import Sequence
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from tanhui.chaincode.contract import codes
from tanhui.chaincode.contract.keys import composite_key, prefix_range, split_key
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.contract.records import Codec
from tanhui.chaincode.contract.refusal import Refusal
from tanhui.chaincode.contract.unit import UnitOfWork

RecordT = TypeVar("RecordT")


class KeyType(msgspec.Struct, Generic[RecordT], frozen=True):
    """One type of key: its name, the names of its parts, and the codec of what stands under it."""

    name: str
    parts: tuple[str, ...]
    codec: Codec[RecordT]

    def key(self, *ids: str) -> str:
        """The composite key for these ids, one for each part."""
        assert len(ids) == len(self.parts), f"{self.name} takes {self.parts}"
        return composite_key(self.name, ids)


class Repository(Generic[RecordT]):
    """The records of one key type, inside one unit of work.

    A record is decoded once in a unit; putting one makes it what the same unit reads from then on.
    """

    def __init__(self, unit: UnitOfWork, key_type: KeyType[RecordT]) -> None:
        self._unit = unit
        self._type = key_type
        self._decoded: dict[str, tuple[bytes, RecordT]] = {}

    def at(self, *ids: str) -> str:
        """The key, to be loaded with others in one multi-get: `await tx.load(tx.accounts.at(a), …)`."""
        return self._type.key(*ids)

    async def find(self, *ids: str) -> RecordT | None:
        """The record under these ids, or None."""
        key = self._type.key(*ids)
        return self._record(key, (await self._unit.load((key,)))[0])

    async def get(self, *ids: str) -> RecordT:
        """The record under these ids.

        Raises:
            Refusal: contract.record_absent, field = the key type's name, value = the last id.
        """
        record = await self.find(*ids)
        if record is None:
            raise self._absent(ids[-1])
        return record

    async def find_all(self, *last_ids: str, under: Sequence[str] = ()) -> list[RecordT | None]:
        """Records that differ in their last id, in order, as one multi-get; None where absent."""
        keys = [self._type.key(*under, last) for last in last_ids]
        values = await self._unit.load(keys)
        return [self._record(key, value) for key, value in zip(keys, values, strict=True)]

    async def get_all(self, *last_ids: str, under: Sequence[str] = ()) -> list[RecordT]:
        """Records that differ in their last id, as one multi-get; refuses the first that is absent."""
        records = await self.find_all(*last_ids, under=under)
        present: list[RecordT] = []
        for last, record in zip(last_ids, records, strict=True):
            if record is None:
                raise self._absent(last)
            present.append(record)
        return present

    def put(self, record: RecordT, *ids: str) -> None:
        """Write `record` under these ids."""
        key = self._type.key(*ids)
        value = self._type.codec.encode(record)
        self._unit.put(key, value)
        self._decoded[key] = (value, record)

    def delete(self, *ids: str) -> None:
        """Delete what stands under these ids."""
        self._unit.delete(self._type.key(*ids))

    async def page(self, order: PageOrder, *under: str) -> Page[RecordT]:
        """One page of the records whose ids begin with `under`, in key order."""
        page = await self.page_with_ids(order, *under)
        return Page(tuple(record for _, record in page.items), page.bookmark)

    async def page_with_ids(self, order: PageOrder, *under: str) -> Page[tuple[tuple[str, ...], RecordT]]:
        """The same page, each record with its ids."""
        start, end = prefix_range(self._type.name, under)
        order.require_bookmark(start, end)
        page = await self._unit.page(start, end, order.page_size, order.bookmark)
        decode = self._type.codec.decode
        items = tuple((split_key(entry.key)[1], decode(entry.value)) for entry in page.entries)
        return Page(items, page.bookmark)

    def _absent(self, last_id: str) -> Refusal:
        return Refusal(codes.RECORD_ABSENT, self._type.name, last_id)

    def _record(self, key: str, value: bytes | None) -> RecordT | None:
        if value is None:
            return None
        known = self._decoded.get(key)
        if known is not None and known[0] is value:
            return known[1]
        record = self._type.codec.decode(value)
        self._decoded[key] = (value, record)
        return record


class Stored(Generic[RecordT]):
    """Declares a repository on a context class: `accounts = Stored(ACCOUNT)`; made when it is first used."""

    def __init__(self, key_type: KeyType[RecordT]) -> None:
        self._type = key_type
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @property
    def key_type(self) -> KeyType[RecordT]:
        """What the repository keeps."""
        return self._type

    def __get__(self, context: "HasUnit", owner: type | None = None) -> Repository[RecordT]:
        repository = Repository(context.unit, self._type)
        # Without __set__, what stands in the instance is found before this descriptor from now on.
        context.__dict__[self._name] = repository
        return repository


def stored_types(context: type) -> list[KeyType[Any]]:
    """The key types of every repository that a context class and its bases declare."""
    declared = (member for base in context.__mro__ for member in vars(base).values())
    return [member.key_type for member in declared if isinstance(member, Stored)]


class HasUnit(Protocol):
    """Anything with a unit of work."""

    unit: UnitOfWork
