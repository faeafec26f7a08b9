"""`_lifecycle`: what chaincodes the channel defines, and the commit of a definition (lifecycle/scc.go).

The chaincodes of a node are part of the node, so what an operator approves for an organisation stands in the
node's start-up and not in private state: an endorser here agrees to a definition exactly when it is one of
those. Installing packages, and approving through a proposal, are therefore refused.
"""

import re
from collections.abc import Mapping
from typing import Final

from fabric_protos.peer.lifecycle import lifecycle_pb2
from google.protobuf.message import DecodeError

from tanhui.chaincode.contract.stub import MAX_UNICODE_RUNE, Response, Stub
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.lifecycle import ChaincodeDefinition, definition_writes, read_definition
from tanhui.network.protocol.policies import SignedData
from tanhui.node.endorsing.access import AccessDenied
from tanhui.node.endorsing.judge import Authentic
from tanhui.node.endorsing.system import SystemChannel, error, success, text

METADATA_PREFIX: Final = "namespaces/metadata/"
_FIELDS: Final = ("EndorsementInfo", "ValidationInfo", "Collections")

_NAME = re.compile(r"[a-zA-Z0-9]+([-_][a-zA-Z0-9]+)*")
_VERSION = re.compile(r"[A-Za-z0-9_.+-]+")
_SYSTEM_NAMES = frozenset({"cscc", "escc", "lscc", "qscc", "vscc"})
_OF_THE_PEER: Final = frozenset({"QueryInstalledChaincodes", "QueryInstalledChaincode"})
_REFUSED: Final = frozenset(
    {
        "InstallChaincode",
        "GetInstalledChaincodePackage",
        "ApproveChaincodeDefinitionForMyOrg",
        "QueryApprovedChaincodeDefinition",
        "QueryApprovedChaincodeDefinitions",
    }
)


class RefusedError(Exception):
    """Why a function could not do what it was asked."""


class NotDefinedError(RefusedError):
    """Answered with 404."""


class LifecycleChaincodes:
    """What the node's organisations have approved."""

    def __init__(self, approved: Mapping[str, ChaincodeDefinition]) -> None:
        """`approved` by name: the definitions that endorsers here agree to."""
        self.approved = dict(approved)

    def on(self, channel: SystemChannel) -> "ChannelLifecycle":
        """The chaincode on one channel."""
        return ChannelLifecycle(channel, self)


class ChannelLifecycle:
    """`_lifecycle` on a channel."""

    def __init__(self, channel: SystemChannel, approvals: LifecycleChaincodes) -> None:
        self._channel = channel
        self._approvals = approvals

    def for_proposal(self, authentic: Authentic) -> "LifecycleCall":
        """The chaincode for one caller."""
        return LifecycleCall(self._channel, self._approvals.approved, authentic.signed)


class LifecycleCall:
    """Satisfies the chaincode port for one proposal."""

    def __init__(
        self, channel: SystemChannel, approved: Mapping[str, ChaincodeDefinition], signed: SignedData
    ) -> None:
        self._channel = channel
        self._approved = approved
        self._signed = signed

    async def invoke(self, stub: Stub) -> Response:
        """Dispatch on the function's name."""
        arguments = stub.arguments
        if not arguments:
            return error("lifecycle scc must be invoked with arguments")
        if len(arguments) != 2:
            return error(
                f"lifecycle scc operations require exactly two arguments but received {len(arguments)}"
            )
        function = text(arguments[0])
        try:
            self._check_access(function)
        except AccessDenied as denied:
            return error(f"Failed to authorize invocation due to failed ACL check: {denied}")
        try:
            return success(await self._dispatch(function, arguments[1], stub))
        except NotDefinedError as reason:
            return Response(404, str(reason), b"")
        except (RefusedError, MessageError, DecodeError) as reason:
            return error(f"failed to invoke backing implementation of '{function}': {reason}")

    def _check_access(self, function: str) -> None:
        if function in _OF_THE_PEER or function in _REFUSED:
            self._channel.check_local(self._signed.identity, admin=True)
            return
        self._channel.check_access(f"_lifecycle/{function}", self._signed)

    async def _dispatch(self, function: str, raw: bytes, stub: Stub) -> bytes:
        if function == "QueryChaincodeDefinition":
            return await self._query_one(lifecycle_pb2.QueryChaincodeDefinitionArgs.FromString(raw), stub)
        if function == "QueryChaincodeDefinitions":
            return await self._query_all(stub)
        if function == "CheckCommitReadiness":
            arguments = lifecycle_pb2.CommitChaincodeDefinitionArgs.FromString(raw)
            definition_writes(
                arguments.name, _asked_for(arguments), (await _entries(arguments.name, stub)).get
            )
            definition = _asked_for(arguments)
            agreed = self._approved.get(arguments.name) == definition
            return lifecycle_pb2.CheckCommitReadinessResult(
                approvals=dict.fromkeys(self._channel.member_msp_ids, agreed)
            ).SerializeToString()
        if function == "CommitChaincodeDefinition":
            await self._commit(lifecycle_pb2.CommitChaincodeDefinitionArgs.FromString(raw), stub)
            return lifecycle_pb2.CommitChaincodeDefinitionResult().SerializeToString()
        if function == "QueryInstalledChaincodes":
            return self._installed()
        if function == "QueryInstalledChaincode":
            return self._installed_one(lifecycle_pb2.QueryInstalledChaincodeArgs.FromString(raw).package_id)
        if function in _REFUSED:
            raise RefusedError("chaincodes are part of this node: none is installed or approved by proposal")
        raise RefusedError("receiver does not have a function of that name")

    async def _query_one(self, arguments: lifecycle_pb2.QueryChaincodeDefinitionArgs, stub: Stub) -> bytes:
        found = await _read(arguments.name, stub)
        if found is None:
            raise NotDefinedError(f"namespace {arguments.name} is not defined")
        agreed = self._approved.get(arguments.name) == found
        return lifecycle_pb2.QueryChaincodeDefinitionResult(
            sequence=found.sequence,
            version=found.version,
            endorsement_plugin=found.endorsement_plugin,
            validation_plugin=found.validation_plugin,
            validation_parameter=found.validation_parameter,
            collections=found.collection_configs,
            init_required=found.init_required,
            approvals=dict.fromkeys(self._channel.member_msp_ids, agreed),
        ).SerializeToString(deterministic=True)

    async def _query_all(self, stub: Stub) -> bytes:
        result = lifecycle_pb2.QueryChaincodeDefinitionsResult()
        for entry in await stub.get_state_range(METADATA_PREFIX, METADATA_PREFIX + MAX_UNICODE_RUNE):
            name = entry.key.removeprefix(METADATA_PREFIX)
            found = await _read(name, stub)
            if found is not None:
                result.chaincode_definitions.add(
                    name=name,
                    sequence=found.sequence,
                    version=found.version,
                    endorsement_plugin=found.endorsement_plugin,
                    validation_plugin=found.validation_plugin,
                    validation_parameter=found.validation_parameter,
                    collections=found.collection_configs,
                    init_required=found.init_required,
                )
        return result.SerializeToString()

    async def _commit(self, arguments: lifecycle_pb2.CommitChaincodeDefinitionArgs, stub: Stub) -> None:
        _check_form(arguments)
        definition = _asked_for(arguments)
        entries = await _entries(arguments.name, stub)
        writes = definition_writes(arguments.name, definition, entries.get)
        if self._approved.get(arguments.name) != definition:
            raise RefusedError("chaincode definition not agreed to by this org")
        for key, value in writes:
            if value is None:
                stub.delete_state(key)
            else:
                stub.put_state(key, value)

    def _installed(self) -> bytes:
        result = lifecycle_pb2.QueryInstalledChaincodesResult()
        for name, definition in self._approved.items():
            label = _label(name, definition)
            one = result.installed_chaincodes.add(package_id=_package_id(label), label=label)
            one.references[self._channel.channel_id].chaincodes.add(name=name, version=definition.version)
        return result.SerializeToString(deterministic=True)

    def _installed_one(self, package_id: str) -> bytes:
        for name, definition in self._approved.items():
            label = _label(name, definition)
            if _package_id(label) == package_id:
                result = lifecycle_pb2.QueryInstalledChaincodeResult(package_id=package_id, label=label)
                result.references[self._channel.channel_id].chaincodes.add(
                    name=name, version=definition.version
                )
                return result.SerializeToString(deterministic=True)
        raise NotDefinedError(f"chaincode install package '{package_id}' not found")


def _asked_for(arguments: lifecycle_pb2.CommitChaincodeDefinitionArgs) -> ChaincodeDefinition:
    """The definition in the arguments, with Fabric's defaults in place of what is left out."""
    collections = arguments.collections
    return ChaincodeDefinition(
        sequence=arguments.sequence,
        version=arguments.version,
        init_required=arguments.init_required,
        endorsement_plugin=arguments.endorsement_plugin,
        validation_plugin=arguments.validation_plugin,
        validation_parameter=arguments.validation_parameter,
        collections=collections.SerializeToString() if arguments.HasField("collections") else b"",
    ).with_defaults()


def commit_arguments(name: str, definition: ChaincodeDefinition) -> bytes:
    """lifecycle.CommitChaincodeDefinitionArgs bytes that ask for a definition."""
    return lifecycle_pb2.CommitChaincodeDefinitionArgs(
        sequence=definition.sequence,
        name=name,
        version=definition.version,
        endorsement_plugin=definition.endorsement_plugin,
        validation_plugin=definition.validation_plugin,
        validation_parameter=definition.validation_parameter,
        collections=definition.collection_configs if definition.collections else None,
        init_required=definition.init_required,
    ).SerializeToString()


def _check_form(arguments: lifecycle_pb2.CommitChaincodeDefinitionArgs) -> None:
    name, version = arguments.name, arguments.version
    prefix = "error validating chaincode definition: "
    if not _NAME.fullmatch(name):
        raise RefusedError(
            f"{prefix}invalid chaincode name '{name}'. Names can only consist of alphanumerics, '_', and '-' "
            "and can only begin with alphanumerics"
        )
    if name in _SYSTEM_NAMES:
        raise RefusedError(f"{prefix}chaincode name '{name}' is the name of a system chaincode")
    if not _VERSION.fullmatch(version):
        raise RefusedError(
            f"{prefix}invalid chaincode version '{version}'. Versions can only consist of alphanumerics, "
            "'_', '-', '+', and '.'"
        )


def _label(name: str, definition: ChaincodeDefinition) -> str:
    return f"{name}_{definition.version}"


def _package_id(label: str) -> str:
    """Chaincodes of the node have no package, so no hash: the id says where they run."""
    return f"{label}:in-process"


async def _entries(name: str, stub: Stub) -> dict[str, bytes | None]:
    """A definition's keys, read as Fabric reads them: the fields only where there are any."""
    first = (f"namespaces/fields/{name}/Sequence", METADATA_PREFIX + name)
    found = dict(zip(first, await stub.get_states(first), strict=True))
    if found[METADATA_PREFIX + name] is not None:
        fields = [f"namespaces/fields/{name}/{field}" for field in _FIELDS]
        found.update(zip(fields, await stub.get_states(fields), strict=True))
    return found


async def _read(name: str, stub: Stub) -> ChaincodeDefinition | None:
    if not _NAME.fullmatch(name):
        return None
    return read_definition(name, (await _entries(name, stub)).get)
