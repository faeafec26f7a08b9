"""The changes that operators make: each takes a configuration and returns another.

rotated = with_msp(config, organisation.msp)
change = ConfigChange.between("credits", config, rotated).signed_by(admin, other_admin)
"""

from collections.abc import Callable, Iterator
from copy import deepcopy

from fabric_protos.common import configtx_pb2
from fabric_protos.msp import msp_config_pb2
from fabric_protos.orderer import configuration_pb2 as orderer_pb2

from tanhui.crypto_config.msp_folder import MspMaterial
from tanhui.network.channel.config_tree import APPLICATION, ORDERER, member_group
from tanhui.network.channel.durations import go_duration
from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.msp_config import msp_config
from tanhui.network.channel.policies import ADMINS, policy
from tanhui.network.channel.topology import Batch, Organisation

Config = configtx_pb2.Config
ConfigGroup = configtx_pb2.ConfigGroup


def with_member(config: Config, organisation: Organisation, msp: MspMaterial) -> Config:
    """A further member of the application. ChannelError when the name or the MSP is taken."""

    def change(root: ConfigGroup) -> None:
        members = root.groups[APPLICATION].groups
        taken = {_msp_id(group) for group in members.values()}
        if organisation.name in members or organisation.msp_id in taken:
            raise ChannelError("organisation", organisation.name, "is a member already")
        members[organisation.name].CopyFrom(member_group(organisation, msp))

    return _changed(config, change)


def without_member(config: Config, name: str) -> Config:
    """One member of the application less. ChannelError when there is none of that name, or no other."""

    def change(root: ConfigGroup) -> None:
        members = root.groups[APPLICATION].groups
        if name not in members:
            raise ChannelError("organisation", name, "is not a member")
        if len(members) == 1:
            raise ChannelError("organisation", name, "is the last member")
        del members[name]

    return _changed(config, change)


def with_msp(config: Config, msp: MspMaterial) -> Config:
    """New roots or revocation lists of an organisation, wherever it stands. ChannelError if nowhere."""

    def change(root: ConfigGroup) -> None:
        found = [group for group in _organisations(root) if _msp_id(group) == msp.msp_id]
        if not found:
            raise ChannelError("msp_id", msp.msp_id, "is not in the channel")
        for group in found:
            group.values["MSP"].value = msp_config(msp).SerializeToString(deterministic=True)

    return _changed(config, change)


def with_policy(config: Config, path: str, text: str) -> Config:
    """Another rule for the policy at `/Channel/...`; made when the group has none of that name."""

    def change(root: ConfigGroup) -> None:
        group, name = _group_at(root, path)
        group.policies[name].policy.CopyFrom(policy(text))
        group.policies[name].mod_policy = group.policies[name].mod_policy or ADMINS

    return _changed(config, change)


def with_batch(config: Config, batch: Batch) -> Config:
    """Other limits for blocks."""

    def change(root: ConfigGroup) -> None:
        values = root.groups[ORDERER].values
        values["BatchSize"].value = orderer_pb2.BatchSize(
            max_message_count=batch.messages_max,
            absolute_max_bytes=batch.absolute_bytes_max,
            preferred_max_bytes=batch.preferred_bytes_max,
        ).SerializeToString()
        timeout = orderer_pb2.BatchTimeout(timeout=go_duration(batch.timeout_ms))
        values["BatchTimeout"].value = timeout.SerializeToString()

    return _changed(config, change)


def _changed(config: Config, change: Callable[[ConfigGroup], None]) -> Config:
    updated = deepcopy(config)
    change(updated.channel_group)
    return updated


def _organisations(root: ConfigGroup) -> Iterator[ConfigGroup]:
    for name in (APPLICATION, ORDERER):
        if name in root.groups:
            yield from root.groups[name].groups.values()


def _msp_id(group: ConfigGroup) -> str:
    if "MSP" not in group.values:
        return ""
    outer = msp_config_pb2.MSPConfig.FromString(group.values["MSP"].value)
    return msp_config_pb2.FabricMSPConfig.FromString(outer.config).name


def _group_at(root: ConfigGroup, path: str) -> tuple[ConfigGroup, str]:
    empty, channel, *steps, name = path.split("/") if path.count("/") >= 2 else ("", "", "", "")
    if (empty, channel) != ("", "Channel") or not name:
        raise ChannelError("policy", path, "must be a path like /Channel/Application/Writers")
    group = root
    for step in steps:
        if step not in group.groups:
            raise ChannelError("policy", path, f"names the group {step}, which is not there")
        group = group.groups[step]
    return group, name
