"""A ledger's state with nothing in it."""

from collections.abc import Iterator, Sequence

from tanhui.node.ledger import StateValue


class EmptyState:
    """Satisfies StateReader."""

    height = 1

    def get(self, namespace: str, key: str) -> StateValue | None:
        return None

    def get_hashed(self, namespace: str, collection: str, key_hash: bytes) -> StateValue | None:
        return None

    def get_many(self, namespace: str, keys: Sequence[str]) -> list[StateValue | None]:
        return [None] * len(keys)

    def get_versions(self, namespace: str, keys: Sequence[str]) -> list[tuple[int, int] | None]:
        return [None] * len(keys)

    def range(self, namespace: str, start: str, end: str) -> Iterator[tuple[str, StateValue]]:
        return iter(())

    def uses_metadata(self, namespace: str) -> bool:
        return False
