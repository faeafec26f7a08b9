"""Whose policies a transaction concerns: the endorser says so, the Gateway chooses endorsers by it.

Source: core/endorser/endorser.go (buildChaincodeInterest, parseWritesetMetadata).
"""

from tanhui.node.endorsing.outcome import Concern
from tanhui.node.ledger import StateReader
from tanhui.node.simulation import TransactionSimulator
from tanhui.node.simulation.simulate import SYSTEM_NAMESPACES
from tanhui.node.validation.dispatch import VALIDATION_PARAMETER


def concerns_of(transaction: TransactionSimulator, state: StateReader) -> tuple[Concern, ...]:
    """Every application chaincode that was read or written, sorted by name."""
    private = transaction.written_privately()
    found = []
    for namespace, keys in sorted(transaction.written().items()):
        if namespace in SYSTEM_NAMESPACES:
            continue
        collections = private.get(namespace, {})
        if not state.uses_metadata(namespace):
            found.append(Concern(namespace, bool(keys) or not collections, (), tuple(sorted(collections))))
            continue
        policies: set[bytes] = set()
        needs_policy = not keys and not collections
        for key in keys:
            own = transaction.committed_metadata(namespace, key).get(VALIDATION_PARAMETER)
            if own is None:
                needs_policy = True
            else:
                policies.add(own)
        plain = set()
        for collection, private_keys in collections.items():
            for key in private_keys:
                own = transaction.committed_private_metadata(namespace, collection, key).get(
                    VALIDATION_PARAMETER
                )
                if own is None:
                    plain.add(collection)
                else:
                    policies.add(own)
        found.append(Concern(namespace, needs_policy, tuple(sorted(policies)), tuple(sorted(plain))))
    return tuple(found)
