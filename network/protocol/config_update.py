"""Config transactions: whether an update is allowed, and the configuration that it makes.

Sources: common/configtx (validator.go, update.go, configmap.go), channelconfig/bundle.go (ValidateNew).
Computing an update from two configurations belongs to `tanhui.network.channel`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from fabric_protos.common import common_pb2, configtx_pb2

from tanhui.network.protocol.channel_config import ChannelConfig
from tanhui.network.protocol.config_values import ROOT
from tanhui.network.protocol.envelopes import parse_envelope
from tanhui.network.protocol.errors import ConfigError
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.policies import (
    PolicyIdentity,
    RejectPolicy,
    SignedData,
    evaluate_identities,
    valid_identities,
)

_ELEMENT_NAME = re.compile(r"[a-zA-Z0-9.-]+")
_NAME_MAX = 249
_ADMINS = "Admins"

Kind = Literal["Group", "Value", "Policy"]
Key = tuple[Kind, str]
Item = configtx_pb2.ConfigGroup | configtx_pb2.ConfigValue | configtx_pb2.ConfigPolicy


@dataclass(frozen=True, slots=True)
class _Element:
    """One element of a configuration; `group` is the group by which its mod_policy is relative."""

    item: Item
    group: tuple[str, ...]


def propose_config_update(config: ChannelConfig, envelope: bytes) -> configtx_pb2.ConfigEnvelope:
    """What an orderer makes of a CONFIG_UPDATE envelope (ProposeConfigUpdate).

    Args:
        config: the channel's configuration now.
        envelope: common.Envelope bytes with a ConfigUpdateEnvelope.

    Returns:
        The next configuration with the update inside, to be put into a CONFIG transaction.

    Raises:
        ConfigError, PolicyError, MessageError: naming the element that is refused.
    """
    group = _authorised(config, envelope)
    return configtx_pb2.ConfigEnvelope(
        config=configtx_pb2.Config(sequence=config.sequence + 1, channel_group=group),
        last_update=common_pb2.Envelope.FromString(envelope),
    )


def validate_config(config: ChannelConfig, proposed: configtx_pb2.ConfigEnvelope) -> None:
    """Whether a CONFIG transaction follows from the configuration now (ValidatorImpl.Validate).

    Raises:
        ConfigError, PolicyError, MessageError: wrong sequence, update not allowed, or another result.
    """
    if proposed.config.sequence != config.sequence + 1:
        raise ConfigError("config.sequence", f"is {proposed.config.sequence}, expected {config.sequence + 1}")
    group = _authorised(config, proposed.last_update.SerializeToString())
    if group != proposed.config.channel_group:
        raise ConfigError("config.channel_group", "is not what last_update makes of the configuration")


def next_config(config: ChannelConfig, proposed: configtx_pb2.ConfigEnvelope) -> ChannelConfig:
    """The view after a CONFIG transaction, checked in every respect.

    Raises:
        ConfigError, PolicyError, MessageError: not allowed, does not parse, or changes what may not change.
    """
    validate_config(config, proposed)
    following = ChannelConfig(config.channel_id, proposed.config)
    check_transition(config, following)
    return following


def check_transition(before: ChannelConfig, after: ChannelConfig) -> None:
    """What no update may do, whoever signs it (bundle.go, ValidateNew).

    Raises:
        ConfigError: a section vanished, or an organisation changed its MSP id.
    """
    if before.consensus is not None and after.consensus is None:
        raise ConfigError(f"/{ROOT}/Orderer", "must not be removed")
    if "Application" in before.config.channel_group.groups and (
        "Application" not in after.config.channel_group.groups
    ):
        raise ConfigError(f"/{ROOT}/Application", "must not be removed")
    pairs = (
        (before.orderer_organisations, after.orderer_organisations),
        (before.application_organisations, after.application_organisations),
    )
    for old, new in pairs:
        for name, organisation in old.items():
            if name in new and new[name].msp_id != organisation.msp_id:
                raise ConfigError(
                    f"organisation {name}", f"changed its MSP id {organisation.msp_id} to {new[name].msp_id}"
                )


def parse_config_update(
    envelope: bytes,
) -> tuple[configtx_pb2.ConfigUpdateEnvelope, configtx_pb2.ConfigUpdate]:
    """The update inside a CONFIG_UPDATE envelope, with its signatures. Raises ConfigError, MessageError."""
    view = parse_envelope(envelope)
    if view.type != common_pb2.CONFIG_UPDATE:
        raise ConfigError("channel_header.type", f"is {view.type}, expected CONFIG_UPDATE (2)")
    wrapper = parse(configtx_pb2.ConfigUpdateEnvelope, view.data, "config_update_envelope")
    return wrapper, parse(configtx_pb2.ConfigUpdate, wrapper.config_update, "config_update")


def update_signatures(wrapper: configtx_pb2.ConfigUpdateEnvelope) -> list[SignedData]:
    """Who signed: each signature covers its own signature header ‖ the update. Raises MessageError."""
    found = []
    for one in wrapper.signatures:
        header = parse(common_pb2.SignatureHeader, one.signature_header, "config_signature.signature_header")
        found.append(SignedData(header.creator, one.signature_header + wrapper.config_update, one.signature))
    return found


def _authorised(config: ChannelConfig, envelope: bytes) -> configtx_pb2.ConfigGroup:
    """The channel group after the update, if it is allowed (authorizeUpdate, configMapToConfig)."""
    wrapper, update = parse_config_update(envelope)
    if update.channel_id != config.channel_id:
        raise ConfigError("config_update.channel_id", f"is {update.channel_id}, expected {config.channel_id}")
    current = _elements(config.config.channel_group)
    read_set = _elements(update.read_set) if update.HasField("read_set") else {}
    write_set = _elements(update.write_set) if update.HasField("write_set") else {}
    _check_read_set(current, read_set)
    delta = {
        key: element
        for key, element in write_set.items()
        if key not in read_set or read_set[key].item.version != element.item.version
    }
    signers = valid_identities(update_signatures(wrapper), config.deserialize_identity)
    _check_delta(config, current, delta, signers)
    result = {**current, **delta}
    for key in write_set:
        if key not in result:
            raise ConfigError(_label(key), "is in the write set and not in the configuration it makes")
    return _group(result, f"/{ROOT}", upgrade=("Value", f"/{ROOT}/Orderer/Capabilities") in result)


def _check_read_set(current: Mapping[Key, _Element], read_set: Mapping[Key, _Element]) -> None:
    for key, element in read_set.items():
        existing = current.get(key)
        if existing is None:
            raise ConfigError(_label(key), "is in the read set and not in the configuration")
        if existing.item.version != element.item.version:
            raise ConfigError(
                _label(key), f"is read at version {element.item.version}, it is at {existing.item.version}"
            )


def _check_delta(
    config: ChannelConfig,
    current: Mapping[Key, _Element],
    delta: Mapping[Key, _Element],
    signers: list[PolicyIdentity],
) -> None:
    """verifyDeltaSet: versions go up by one, and each changed element's mod_policy is satisfied."""
    if not delta:
        raise ConfigError("config_update", "changes nothing")
    for key, element in delta.items():
        _check_mod_policy(key, element.item.mod_policy)
        existing = current.get(key)
        if existing is None:
            if element.item.version != 0:
                raise ConfigError(_label(key), f"is new and has version {element.item.version}, expected 0")
            continue
        if element.item.version != existing.item.version + 1:
            raise ConfigError(
                _label(key), f"goes to version {element.item.version}, it is at {existing.item.version}"
            )
        path = _absolute(existing.item.mod_policy, existing.group)
        policy = config.policy(path)
        if isinstance(policy, RejectPolicy):
            raise ConfigError(_label(key), f"has mod_policy {existing.item.mod_policy}, which does not exist")
        evaluate_identities(policy, signers, f"{path} for {_label(key)}")


def _absolute(mod_policy: str, group: tuple[str, ...]) -> str:
    return mod_policy if mod_policy.startswith("/") else "/".join(("", *group, mod_policy))


def _check_mod_policy(key: Key, mod_policy: str) -> None:
    if not mod_policy:
        raise ConfigError(_label(key), "has no mod_policy")
    for part in mod_policy.removeprefix("/").split("/"):
        _check_name(part, f"{_label(key)} mod_policy")


def _check_name(name: str, field: str) -> None:
    if not name or len(name) > _NAME_MAX or name in (".", "..") or not _ELEMENT_NAME.fullmatch(name):
        raise ConfigError(
            field, f"{name!r} must match {_ELEMENT_NAME.pattern}, at most {_NAME_MAX} characters"
        )


def _elements(group: configtx_pb2.ConfigGroup) -> dict[Key, _Element]:
    """Every element of a configuration by kind and path (mapConfig)."""
    return dict(_walk((ROOT,), group))


def _walk(path: tuple[str, ...], group: configtx_pb2.ConfigGroup) -> Iterator[tuple[Key, _Element]]:
    here = "/" + "/".join(path)
    _check_name(path[-1], here)
    yield ("Group", here), _Element(group, path)
    for name, inner in group.groups.items():
        yield from _walk((*path, name), inner)
    for name, value in group.values.items():
        _check_name(name, here)
        yield ("Value", f"{here}/{name}"), _Element(value, path)
    for name, policy in group.policies.items():
        _check_name(name, here)
        yield ("Policy", f"{here}/{name}"), _Element(policy, path)


def _group(elements: Mapping[Key, _Element], path: str, *, upgrade: bool) -> configtx_pb2.ConfigGroup:
    """Put a group together again from its elements; empty mod policies become Admins (recurseConfigMap)."""
    source = _element(elements, ("Group", path)).item
    assert isinstance(source, configtx_pb2.ConfigGroup)
    made = configtx_pb2.ConfigGroup(version=source.version, mod_policy=source.mod_policy)
    for name in source.groups:
        made.groups[name].CopyFrom(_group(elements, f"{path}/{name}", upgrade=upgrade))
    for name in source.values:
        value = _element(elements, ("Value", f"{path}/{name}")).item
        assert isinstance(value, configtx_pb2.ConfigValue)
        made.values[name].CopyFrom(value)
    for name in source.policies:
        policy = _element(elements, ("Policy", f"{path}/{name}")).item
        assert isinstance(policy, configtx_pb2.ConfigPolicy)
        made.policies[name].CopyFrom(policy)
    if upgrade:
        made.mod_policy = made.mod_policy or _ADMINS
        for value in made.values.values():
            value.mod_policy = value.mod_policy or _ADMINS
        for policy in made.policies.values():
            policy.mod_policy = policy.mod_policy or _ADMINS
    return made


def _element(elements: Mapping[Key, _Element], key: Key) -> _Element:
    found = elements.get(key)
    if found is None:
        raise ConfigError(_label(key), "is named by its group and missing")
    return found


def _label(key: Key) -> str:
    return f"{key[0]} {key[1]}"
