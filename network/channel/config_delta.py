"""The difference between two configurations, as configtxlator computes it.

The read set names what the change relies on: versions and nothing else. The write set holds what changes,
its version raised by one. Where members of a group come or go, the group's version is raised, and
every member that stays is named in both sets. Fabric: internal/configtxlator/update/update.go.
"""

from fabric_protos.common import configtx_pb2

from tanhui.network.channel.errors import ChannelError

ConfigGroup = configtx_pb2.ConfigGroup


def compute_update(
    channel: str, original: configtx_pb2.Config, updated: configtx_pb2.Config
) -> configtx_pb2.ConfigUpdate:
    """What leads from one configuration of `channel` to another. ChannelError when nothing differs."""
    read, write, changed = _group(original.channel_group, updated.channel_group)
    if not changed:
        raise ChannelError("config", channel, "must differ from the channel's configuration")
    return configtx_pb2.ConfigUpdate(channel_id=channel, read_set=read, write_set=write)


def _group(original: ConfigGroup, updated: ConfigGroup) -> tuple[ConfigGroup, ConfigGroup, bool]:
    """Read set, write set, and whether anything in the group differs."""
    read, write, same = ConfigGroup(), ConfigGroup(), ConfigGroup()
    members_changed = any(
        (
            _policies(original, updated, write, same),
            _values(original, updated, write, same),
            _groups(original, updated, read, write, same),
        )
    )
    read.version = write.version = original.version
    if not members_changed and original.mod_policy == updated.mod_policy:
        # What only stayed the same is left out: members of a group are named when the group itself changes.
        return read, write, bool(write.policies or write.values or write.groups)
    for chosen in (read, write):
        chosen.MergeFrom(same)
    write.version = original.version + 1
    write.mod_policy = updated.mod_policy
    return read, write, True


def _policies(original: ConfigGroup, updated: ConfigGroup, write: ConfigGroup, same: ConfigGroup) -> bool:
    for name, new in updated.policies.items():
        if name not in original.policies:
            write.policies[name].CopyFrom(new)
            write.policies[name].version = 0
            continue
        old = original.policies[name]
        if old.mod_policy == new.mod_policy and old.policy == new.policy:
            same.policies[name].version = old.version
        else:
            write.policies[name].CopyFrom(new)
            write.policies[name].version = old.version + 1
    return set(original.policies) != set(updated.policies)


def _values(original: ConfigGroup, updated: ConfigGroup, write: ConfigGroup, same: ConfigGroup) -> bool:
    for name, new in updated.values.items():
        if name not in original.values:
            write.values[name].CopyFrom(new)
            write.values[name].version = 0
            continue
        old = original.values[name]
        if old.mod_policy == new.mod_policy and old.value == new.value:
            same.values[name].version = old.version
        else:
            write.values[name].CopyFrom(new)
            write.values[name].version = old.version + 1
    return set(original.values) != set(updated.values)


def _groups(
    original: ConfigGroup, updated: ConfigGroup, read: ConfigGroup, write: ConfigGroup, same: ConfigGroup
) -> bool:
    for name, new in updated.groups.items():
        if name not in original.groups:
            _, added, _ = _group(ConfigGroup(), new)
            added.version = 0
            added.mod_policy = new.mod_policy
            write.groups[name].CopyFrom(added)
            continue
        read_child, write_child, changed = _group(original.groups[name], new)
        if changed:
            read.groups[name].CopyFrom(read_child)
            write.groups[name].CopyFrom(write_child)
        else:
            same.groups[name].CopyFrom(read_child)
    return set(original.groups) != set(updated.groups)
