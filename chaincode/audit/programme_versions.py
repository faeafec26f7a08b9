"""Which version of a programme's rules was in force at each point of the chain."""

from bisect import bisect_right

from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.rules.programmes import Rules, SceneRule
from tanhui.chaincode.transactions.programmes.record import (
    PROGRAMME,
    PROGRAMME_VERSION,
    version_key,
)
from tanhui.proofs.effects.governance import ProgrammeStatusChanged


class ProgrammeVersions:
    """Follows transactions; positions count those followed so far."""

    def __init__(self) -> None:
        self.position = 0
        self._in_force: dict[str, list[tuple[int, int]]] = {}

    def follow(self, transaction: Transaction) -> None:
        """Note each version that came into force."""
        self.position += 1
        for effect in transaction.effects:
            if isinstance(effect, ProgrammeStatusChanged) and effect.status == "in_force":
                self._in_force.setdefault(effect.programme, []).append((self.position, effect.version))

    def at(self, programme: str, position: int) -> int:
        """The version in force then; 0 for none."""
        known = self._in_force.get(programme, [])
        index = bisect_right(known, (position, 1 << 62)) - 1
        return known[index][1] if index >= 0 else 0

    def ever(self, programme: str) -> list[int]:
        """Every version that was ever in force."""
        return sorted({version for _, version in self._in_force.get(programme, [])})

    def scene(
        self, records: Records, programme: str, version: int, scene: str, position: int
    ) -> SceneRule | None:
        """The rule of a scene then: the parent's where the parent has it."""
        record = records.find(PROGRAMME, programme)
        found = None
        if record is not None and record.parent:
            parent = rules_of(records, record.parent, self.at(record.parent, position))
            found = None if parent is None else parent.scene(scene)
        if found is None:
            own = rules_of(records, programme, version)
            found = None if own is None else own.scene(scene)
        return found


def rules_of(records: Records, programme: str, version: int) -> Rules | None:
    """The rules of one version."""
    found = records.find(PROGRAMME_VERSION, programme, version_key(version)) if version else None
    return None if found is None else found.rules
