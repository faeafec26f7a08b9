"""Do the endorsements suffice: codes 10, 19 and 21 to 25.

Sources: core/committer/txvalidator/v20/plugindispatcher/dispatcher.go (what is checked, in which order),
core/common/validation/statebased (v20.go, validator_keylevel.go: key-level and collection policies).
"""

from collections.abc import Sequence

from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import transaction_pb2

from tanhui.network.protocol.errors import ProtocolError
from tanhui.network.protocol.policies import (
    Policy,
    PolicyIdentity,
    Verify,
    parse_signature_policy,
    valid_identities,
    verify_anew,
)
from tanhui.network.protocol.rwset import NamespaceRwset
from tanhui.node.ledger import StateReader
from tanhui.node.validation.action import Refused
from tanhui.node.validation.candidate import Candidate
from tanhui.node.validation.rules import ChannelRules, Deserialize, InvalidChaincodeError

Code = transaction_pb2.TxValidationCode

VALIDATION_PARAMETER = "VALIDATION_PARAMETER"
"""Metadata entry with a key's own policy, a bare SignaturePolicyEnvelope (peer.MetaDataKeys)."""

PolicyKey = tuple[str, str, str | bytes]
"""Namespace, collection ("" for public state), key or its hash."""


class Dispatcher:
    """Judges the endorsements of one block's transactions, in order."""

    def __init__(
        self, rules: ChannelRules, state: StateReader, deserialize: Deserialize, verify: Verify = verify_anew
    ) -> None:
        """`verify` may answer from what was verified before."""
        self._rules = rules
        self._state = state
        self._deserialize = deserialize
        self._verify = verify
        self._policies: dict[tuple[str, str], Policy | None] = {}
        self._satisfied: set[tuple[Policy, tuple[PolicyIdentity, ...]]] = set()
        """Policies with the very identities that satisfied them: of a block's transactions most have the same."""
        self._uses_metadata: dict[str, bool] = {}
        self._changed_policies: set[PolicyKey] = set()
        """Keys whose policy a transaction changed earlier in the block."""

    def judge(self, candidate: Candidate) -> tuple[NamespaceRwset, ...]:
        """The transaction's read-write set; () when something is wrong, and `candidate.code` says what."""
        try:
            action = candidate.action
            if action is None:
                raise Refused(candidate.action_code)
            rwset = action.rwset
            identities = tuple(valid_identities(candidate.endorsements, self._deserialize, self._verify))
            for namespace, part in self._namespaces(action.chaincode, rwset).items():
                self._check_namespace(namespace, part, identities)
        except Refused as refusal:
            candidate.code = refusal.code
            return ()
        self._note_changed_policies(rwset)
        return rwset

    @staticmethod
    def _namespaces(invoked: str, rwset: Sequence[NamespaceRwset]) -> dict[str, NamespaceRwset | None]:
        """The invoked namespace, whether written or not, then each that is written; with what each changes."""
        found: dict[str, NamespaceRwset | None] = {invoked: None}
        for one in rwset:
            if one.writes or one.namespace == invoked or _writes(one):
                found[one.namespace] = one
        return found

    def _check_namespace(
        self, namespace: str, part: NamespaceRwset | None, identities: tuple[PolicyIdentity, ...]
    ) -> None:
        chaincode_policy = self._policy(namespace, "")
        assert chaincode_policy is not None, "a namespace without a policy is refused"
        if part is None or not (part.collections or self._has_key_policies(part)):
            self._require(chaincode_policy, identities)
            return
        checked: set[str] = set()
        key_checked = False
        for collection, key in _written_keys(part):
            own = self._key_policy(namespace, collection, key)
            if own is not None:
                self._require(own, identities)
                key_checked = True
                continue
            # The collection's own policy replaces the chaincode's; each is asked once.
            policy = self._policy(namespace, collection) if collection else None
            name = collection if policy is not None else ""
            if name not in checked:
                self._require(policy or chaincode_policy, identities)
                checked.add(name)
        if not checked and not key_checked:
            self._require(chaincode_policy, identities)

    def _require(self, policy: Policy, identities: tuple[PolicyIdentity, ...]) -> None:
        asked = (policy, identities)
        if asked in self._satisfied:
            return
        if not policy.is_satisfied_by(identities):
            raise Refused(Code.ENDORSEMENT_POLICY_FAILURE)
        self._satisfied.add(asked)

    def _policy(self, namespace: str, collection: str) -> Policy | None:
        key = (namespace, collection)
        if key not in self._policies:
            try:
                if collection:
                    self._policies[key] = self._rules.collection_policy(namespace, collection, self._state)
                else:
                    self._policies[key] = self._rules.chaincode_policy(namespace, self._state)
            except InvalidChaincodeError:
                code = Code.ENDORSEMENT_POLICY_FAILURE if collection else Code.INVALID_CHAINCODE
                raise Refused(code) from None
        return self._policies[key]

    def _has_key_policies(self, part: NamespaceRwset) -> bool:
        """Whether a key of the namespace may have a policy of its own."""
        return bool(self._changed_policies) or self._uses(part.namespace)

    def _uses(self, namespace: str) -> bool:
        """Whether a committed key of the namespace has ever had metadata."""
        found = self._uses_metadata.get(namespace)
        if found is None:
            found = self._uses_metadata[namespace] = self._state.uses_metadata(namespace)
        return found

    def _key_policy(self, namespace: str, collection: str, key: str | bytes) -> Policy | None:
        """A key's own policy; one that changed earlier in the block fails whoever relies on it."""
        if (namespace, collection, key) in self._changed_policies:
            raise Refused(Code.ENDORSEMENT_POLICY_FAILURE)
        if not self._uses(namespace):
            return None
        found = (
            self._state.get_hashed(namespace, collection, key)
            if isinstance(key, bytes)
            else self._state.get(namespace, key)
        )
        if found is None or not found.metadata:
            return None
        parameter = _entry(found.metadata, VALIDATION_PARAMETER)
        if not parameter:
            return None
        try:
            return parse_signature_policy(parameter)
        except ProtocolError:
            raise Refused(Code.ENDORSEMENT_POLICY_FAILURE) from None

    def _note_changed_policies(self, rwset: Sequence[NamespaceRwset]) -> None:
        for one in rwset:
            if one.metadata_writes:
                self._changed_policies.update((one.namespace, "", write.key) for write in one.metadata_writes)
            for collection in one.collections:
                self._changed_policies.update(
                    (one.namespace, collection.name, write.key_hash) for write in collection.metadata_writes
                )


def _writes(one: NamespaceRwset) -> bool:
    return bool(
        one.writes
        or one.metadata_writes
        or (one.collections and any(part.writes or part.metadata_writes for part in one.collections))
    )


def _written_keys(one: NamespaceRwset | None) -> list[tuple[str, str | bytes]]:
    """(collection, key) of every write, in Fabric's order: public first, values before metadata."""
    if one is None:
        return []
    keys: list[tuple[str, str | bytes]] = [("", write.key) for write in one.writes]
    keys.extend(("", write.key) for write in one.metadata_writes)
    keys.extend((part.name, write.key_hash) for part in one.collections for write in part.writes)
    keys.extend((part.name, write.key_hash) for part in one.collections for write in part.metadata_writes)
    return keys


def _entry(metadata: bytes, name: str) -> bytes:
    """One entry of a key's metadata, b"" when absent."""
    for entry in kv_rwset_pb2.KVMetadataWrite.FromString(metadata).entries:
        if entry.name == name:
            return entry.value
    return b""
