"""Which of a channel's endorsers answer for a transaction: chosen by the policies in force, and remembered."""

from collections.abc import Mapping, Sequence
from typing import Final

from tanhui.network.protocol.channel_config import ChannelConfig
from tanhui.network.protocol.policies import Policy
from tanhui.node.endorsing.definitions import Definitions
from tanhui.node.endorsing.endorsers import LocalIdentity
from tanhui.node.endorsing.layouts import smallest_layout
from tanhui.node.endorsing.outcome import Concern
from tanhui.node.services.gateway_port import NoLayout

LAYOUTS_REMEMBERED_MAX: Final = 1_000
"""Choices of endorsers that are remembered: transactions name keys with policies of their own."""


class Layouts:
    """Of one channel; to be forgotten whenever its configuration or a definition changes. For one thread."""

    def __init__(self, definitions: Definitions, peers: Mapping[str, LocalIdentity]) -> None:
        """`peers` are this node's, by MSP id."""
        self._definitions = definitions
        self._peers = peers
        self._chosen: dict[tuple[tuple[Concern, ...], str], tuple[str, ...]] = {}

    def find(
        self, config: ChannelConfig, available: tuple[str, ...], concerns: tuple[Concern, ...], preferred: str
    ) -> tuple[str, ...]:
        """MSP ids whose endorsements satisfy the policies concerned. Raises NoLayout.

        Args:
            config: in force.
            available: MSP ids of peers here that run the chaincode.
            concerns: the first is the invoked chaincode's.
            preferred: comes first where it is available.
        """
        key = (concerns, preferred)
        found = self._chosen.get(key)
        if found is None:
            if len(self._chosen) >= LAYOUTS_REMEMBERED_MAX:
                self._chosen.clear()
            found = self._chosen[key] = self._choose(config, available, concerns, preferred)
        return found

    def forget(self) -> None:
        """Choose anew from now on."""
        self._chosen.clear()

    def _choose(
        self, config: ChannelConfig, available: tuple[str, ...], concerns: tuple[Concern, ...], preferred: str
    ) -> tuple[str, ...]:
        policies: list[Policy] = []
        for concern in concerns:
            found = self._definitions.policies(concern, config)
            if found is None:
                name, channel_id = concern.namespace, config.channel_id
                raise NoLayout(f"No metadata was found for chaincode {name} in channel {channel_id}")
            policies.extend(found)
        identities = {
            msp_id: config.deserialize_identity(self._peers[msp_id].creator) for msp_id in available
        }

        def satisfied(chosen: Sequence[str]) -> bool:
            signers = [identities[msp_id] for msp_id in chosen]
            return all(policy.is_satisfied_by(signers) for policy in policies)

        layout = smallest_layout(available, preferred, satisfied)
        if layout is None:
            raise NoLayout("endorsement policy cannot be satisfied")
        return layout
