"""The chaincode definitions in force, read from `_lifecycle` once each until a block changes them."""

from typing import Final

from tanhui.network.protocol.application_policy import policy_reference, signature_policy_bytes
from tanhui.network.protocol.channel_config import ChannelConfig
from tanhui.network.protocol.errors import MessageError, ProtocolError
from tanhui.network.protocol.lifecycle import NAMESPACE, ChaincodeDefinition, read_definition
from tanhui.network.protocol.policies import Policy, RejectPolicy
from tanhui.network.protocol.policies import parse_signature_policy as parse_policy_bytes
from tanhui.network.protocol.policy_dsl import parse_signature_policy
from tanhui.node.endorsing.outcome import Concern
from tanhui.node.ledger import Ledger
from tanhui.node.validation import ConfigRules, InvalidChaincodeError

NAMES_KNOWN_MAX: Final = 1_000
"""Names remembered, those that are not defined included: a caller chooses them."""


def policy_parameter(text: str) -> bytes:
    """A definition's validation parameter from a path (`/Channel/…`) or a policy text. Raises PolicyError."""
    if text.startswith("/"):
        return policy_reference(text)
    return signature_policy_bytes(parse_signature_policy(text))


class Definitions:
    """Any thread reads; the event loop forgets."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[str, ChaincodeDefinition | None] = {}

    def definition(self, chaincode: str) -> ChaincodeDefinition | None:
        """The committed definition; None where there is none, or none that can be read."""
        # A reader that a commit overtakes must not put its older answer into the newer dictionary.
        known = self._known
        if chaincode not in known:
            if len(known) >= NAMES_KNOWN_MAX:
                return self._read(chaincode)
            known[chaincode] = self._read(chaincode)
        return known[chaincode]

    def version(self, chaincode: str) -> str | None:
        """The version in force, None where the chaincode is not defined."""
        found = self.definition(chaincode)
        return None if found is None else found.version

    def policies(self, concern: Concern, config: ChannelConfig) -> list[Policy] | None:
        """Who must endorse, as validation will judge it; None where chaincode or collection is not defined."""
        rules, state, name = ConfigRules(config), self._ledger.state, concern.namespace
        try:
            found = [rules.chaincode_policy(name, state)] if concern.needs_policy else []
            for collection in concern.collections:
                own = rules.collection_policy(name, collection, state)
                found.append(own or rules.chaincode_policy(name, state))
        except InvalidChaincodeError:
            return None
        try:
            found.extend(parse_policy_bytes(one) for one in concern.key_policies)
        except ProtocolError:
            found.append(RejectPolicy(name))
        return found

    def forget(self) -> None:
        """A block changed `_lifecycle`."""
        self._known = {}

    def _read(self, chaincode: str) -> ChaincodeDefinition | None:
        try:
            return read_definition(chaincode, self._get)
        except MessageError:
            return None

    def _get(self, key: str) -> bytes | None:
        found = self._ledger.get_state(NAMESPACE, key)
        return None if found is None else found.value
