"""Who may read and write a chaincode's private collections (core/common/privdata/store.go, collection.go)."""

from collections.abc import Callable

from tanhui.network.protocol.errors import ProtocolError
from tanhui.network.protocol.lifecycle import IMPLICIT_COLLECTION_PREFIX, ChaincodeDefinition
from tanhui.network.protocol.policies import PolicyIdentity, SignaturePolicy
from tanhui.node.simulation import SimulationError

DefinitionOf = Callable[[str], ChaincodeDefinition | None]


class CreatorAccess:
    """Satisfies CollectionAccess for one transaction's creator; each collection is judged once."""

    def __init__(
        self, definition_of: DefinitionOf, members: tuple[str, ...], creator: PolicyIdentity
    ) -> None:
        """`members`: the application's MSP ids, each of which has an implicit collection of its own."""
        self._definition_of = definition_of
        self._members = members
        self._creator = creator
        self._known: dict[tuple[str, str], tuple[bool, bool]] = {}

    def check_known(self, namespace: str, collection: str) -> None:
        """See CollectionAccess."""
        self._rights(namespace, collection)

    def check_read(self, namespace: str, collection: str) -> None:
        """See CollectionAccess."""
        if not self._rights(namespace, collection)[0]:
            raise _denied("read", namespace, collection)

    def check_write(self, namespace: str, collection: str) -> None:
        """See CollectionAccess."""
        if not self._rights(namespace, collection)[1]:
            raise _denied("write", namespace, collection)

    def _rights(self, namespace: str, collection: str) -> tuple[bool, bool]:
        key = (namespace, collection)
        if key not in self._known:
            self._known[key] = self._judge(namespace, collection)
        return self._known[key]

    def _judge(self, namespace: str, collection: str) -> tuple[bool, bool]:
        msp_id = collection.removeprefix(IMPLICIT_COLLECTION_PREFIX)
        if msp_id != collection and msp_id in self._members:
            # Everybody may write there, through any peer; in a network the organisation's own peers alone
            # have what to read, and this node speaks for several.
            return self._creator.msp_id == msp_id, True
        definition = self._definition_of(namespace)
        configs = () if definition is None else definition.collection_configs.config
        for one in configs:
            found = one.static_collection_config
            if found.name != collection:
                continue
            try:
                policy = SignaturePolicy(found.member_orgs_policy.signature_policy)
            except ProtocolError as error:
                raise SimulationError("collection", f"{collection}: its members' policy: {error}") from None
            member = policy.is_satisfied_by([self._creator])
            return member or not found.member_only_read, member or not found.member_only_write
        raise SimulationError("collection", f"{namespace}/{collection} could not be found")


def _denied(right: str, namespace: str, collection: str) -> SimulationError:
    return SimulationError(
        "private data",
        f"tx creator does not have {right} access permission on privatedata in "
        f"chaincodeName:{namespace} collectionName: {collection}",
    )
