"""Policies: whose signatures suffice.

Sources: common/cauthdsl/cauthdsl.go (signature policies), common/policies/implicitmeta.go, common/policies/
policy.go (SignatureSetToValidIdentities). Two steps that stay apart: `valid_identities` verifies and
de-duplicates signatures; `evaluate_identities` looks at principals alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from fabric_protos.common import policies_pb2
from fabric_protos.msp import msp_principal_pb2

from tanhui.network.protocol.errors import PolicyError, ProtocolError
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.principals import Principal, parse_principal

ALONE_REMEMBERED_MAX = 1024
"""Identities of which an implicit policy remembers whether each suffices alone: writers, and readers."""

NESTING_MAX = 64
"""Gates inside gates; protobuf itself stops at 100."""


class PolicyIdentity(Protocol):
    """What a policy asks of an identity; `msp_identity.MspIdentity` is one."""

    @property
    def msp_id(self) -> str:
        """The identity's MSP."""

    @property
    def identifier(self) -> str:
        """Equal for equal certificates."""

    def satisfies(self, principal: Principal) -> bool:
        """Whether the principal describes the identity."""

    def verify(self, message: bytes, signature: bytes) -> None:
        """Raise IdentityError unless the signature is right."""


class SignedData(NamedTuple):
    """Who says to have signed what (protoutil/signeddata.go)."""

    identity: bytes
    data: bytes
    signature: bytes


Deserialize = Callable[[bytes], PolicyIdentity]
"""`MspManager.deserialize_identity`."""

Verify = Callable[[PolicyIdentity, SignedData], None]
"""Raises IdentityError unless the identity made the signature."""


def verify_anew(identity: PolicyIdentity, signed: SignedData) -> None:
    """Check one signature. Raises IdentityError."""
    identity.verify(signed.data, signed.signature)


def valid_identities(
    signed: Iterable[SignedData], deserialize: Deserialize, verify: Verify = verify_anew
) -> list[PolicyIdentity]:
    """The identities whose signatures are right, in order, each once.

    An identity that cannot be read, or whose signature is wrong, is left out. A repeated identity is left out
    before its signature is looked at, unless the earlier signature was wrong. `verify` may answer from what was
    verified before.
    """
    seen: set[tuple[str, str]] = set()
    found: list[PolicyIdentity] = []
    for one in signed:
        try:
            identity = deserialize(one.identity)
            key = (identity.msp_id, identity.identifier)
            if key in seen:
                continue
            verify(identity, one)
        except ProtocolError:
            continue
        seen.add(key)
        found.append(identity)
    return found


class Policy(Protocol):
    """A compiled policy; immutable, usable by many threads."""

    def is_satisfied_by(self, identities: Sequence[PolicyIdentity]) -> bool:
        """Whether these identities suffice; their signatures are the caller's concern."""


class SignaturePolicy:
    """n-out-of gates over principals; one identity satisfies at most one of them."""

    def __init__(self, envelope: policies_pb2.SignaturePolicyEnvelope) -> None:
        """Compile. Raises PolicyError: unknown version, empty rule, or a principal out of range."""
        if envelope.version != 0:
            raise PolicyError("signature_policy.version", f"is {envelope.version}, expected 0")
        self.envelope = envelope
        self.principals: tuple[Principal, ...] = tuple(parse_principal(one) for one in envelope.identities)
        if not envelope.HasField("rule"):
            raise PolicyError("signature_policy.rule", "is missing")
        self._evaluate = _compile(envelope.rule, self.principals, 0)

    def is_satisfied_by(self, identities: Sequence[PolicyIdentity]) -> bool:
        """Greedy in order, as Fabric is: each principal takes the first unused identity that satisfies it."""
        return self._evaluate(identities, [False] * len(identities))


class ImplicitMetaPolicy:
    """ANY, ALL or MAJORITY of the policies with one name in the groups below."""

    def __init__(self, rule: int, name: str, below: Sequence[Policy]) -> None:
        """`below` has one policy a group, `RejectPolicy` where a group lacks it."""
        self.name = name
        self.rule = rule
        self.below = tuple(below)
        count = len(self.below)
        thresholds: dict[int, int] = {
            policies_pb2.ImplicitMetaPolicy.ANY: 1,
            policies_pb2.ImplicitMetaPolicy.ALL: count,
            policies_pb2.ImplicitMetaPolicy.MAJORITY: count // 2 + 1,
        }
        if rule not in thresholds:
            raise PolicyError("implicit_meta_policy.rule", f"is {rule}, expected ANY, ALL or MAJORITY")
        self.threshold = thresholds[rule] if count else 0
        self._alone: dict[PolicyIdentity, bool] = {}

    def is_satisfied_by(self, identities: Sequence[PolicyIdentity]) -> bool:
        """Whether enough of the groups' policies are satisfied, each by all the identities.

        Neither a policy nor an identity ever changes its answers: those about one identity alone, as every proposal and
        every envelope asks, are remembered.
        """
        if len(identities) != 1:
            return self._judge(identities)
        known = self._alone.get(identities[0])
        if known is None:
            known = self._judge(identities)
            if len(self._alone) < ALONE_REMEMBERED_MAX:
                self._alone[identities[0]] = known
        return known

    def _judge(self, identities: Sequence[PolicyIdentity]) -> bool:
        remaining = self.threshold
        if remaining == 0:  # no group below: Fabric counts none as a majority of none
            return True
        for policy in self.below:
            if policy.is_satisfied_by(identities):
                remaining -= 1
                if remaining == 0:
                    return True
        return False


class RejectPolicy:
    """Stands where a policy is named that does not exist."""

    def __init__(self, name: str) -> None:
        self.name = name

    def is_satisfied_by(self, identities: Sequence[PolicyIdentity]) -> bool:
        """Never."""
        del identities
        return False


def evaluate_identities(policy: Policy, identities: Sequence[PolicyIdentity], name: str) -> None:
    """Raise PolicyError unless the identities satisfy the policy, which the error calls `name`."""
    if not policy.is_satisfied_by(identities):
        members = ", ".join(sorted({identity.msp_id for identity in identities})) or "nobody"
        raise PolicyError(name, f"is not satisfied by {len(identities)} valid signatures (of {members})")


def evaluate_signed_data(
    policy: Policy,
    signed: Iterable[SignedData],
    deserialize: Deserialize,
    name: str,
    verify: Verify = verify_anew,
) -> None:
    """Verify, de-duplicate and evaluate (EvaluateSignedData). Raises PolicyError."""
    evaluate_identities(policy, valid_identities(signed, deserialize, verify), name)


def parse_signature_policy(data: bytes) -> SignaturePolicy:
    """A policy from SignaturePolicyEnvelope bytes. Raises MessageError, PolicyError."""
    return SignaturePolicy(parse(policies_pb2.SignaturePolicyEnvelope, data, "signature_policy"))


def policy_from_proto(policy: policies_pb2.Policy, below: Mapping[str, Mapping[str, Policy]]) -> Policy:
    """A policy of a configuration group (common/policies/policy.go, NewManagerImpl).

    Args:
        policy: as it stands in the configuration.
        below: the policies of the groups directly below, by group and name.

    Raises:
        PolicyError, MessageError: it does not compile, or its type is unknown.
    """
    if policy.type == policies_pb2.Policy.SIGNATURE:
        return parse_signature_policy(policy.value)
    if policy.type == policies_pb2.Policy.IMPLICIT_META:
        definition = parse(policies_pb2.ImplicitMetaPolicy, policy.value, "implicit_meta_policy")
        name = definition.sub_policy
        return ImplicitMetaPolicy(
            definition.rule, name, [group.get(name, RejectPolicy(name)) for group in below.values()]
        )
    raise PolicyError("policy.type", f"is {policy.type}, expected SIGNATURE or IMPLICIT_META")


def to_signature_policy(policy: Policy) -> policies_pb2.SignaturePolicyEnvelope:
    """One signature policy that says the same (common/policies/convert.go); principals merged.

    Raises:
        PolicyError: a part names a policy that does not exist.
    """
    if isinstance(policy, SignaturePolicy):
        return policy.envelope
    if not isinstance(policy, ImplicitMetaPolicy):
        raise PolicyError("policy", "cannot be written as a signature policy")
    principals: list[msp_principal_pb2.MSPPrincipal] = []
    places: dict[tuple[int, bytes], int] = {}
    gate = policies_pb2.SignaturePolicy.NOutOf(n=policy.threshold)
    for part in policy.below:
        envelope = to_signature_policy(part)
        mapping = []
        for principal in envelope.identities:
            key = (int(principal.principal_classification), principal.principal)
            if key not in places:
                places[key] = len(principals)
                principals.append(principal)
            mapping.append(places[key])
        gate.rules.append(_remap(envelope.rule, mapping))
    return policies_pb2.SignaturePolicyEnvelope(
        rule=policies_pb2.SignaturePolicy(n_out_of=gate), identities=principals
    )


def _remap(rule: policies_pb2.SignaturePolicy, mapping: Sequence[int]) -> policies_pb2.SignaturePolicy:
    if rule.WhichOneof("Type") == "signed_by":
        return policies_pb2.SignaturePolicy(signed_by=mapping[rule.signed_by])
    gate = policies_pb2.SignaturePolicy.NOutOf(
        n=rule.n_out_of.n, rules=[_remap(one, mapping) for one in rule.n_out_of.rules]
    )
    return policies_pb2.SignaturePolicy(n_out_of=gate)


_Evaluator = Callable[[Sequence[PolicyIdentity], list[bool]], bool]


def _compile(rule: policies_pb2.SignaturePolicy, principals: Sequence[Principal], depth: int) -> _Evaluator:
    if depth > NESTING_MAX:
        raise PolicyError("signature_policy.rule", f"is nested more than {NESTING_MAX} deep")
    kind = rule.WhichOneof("Type")
    if kind == "signed_by":
        if not 0 <= rule.signed_by < len(principals):
            raise PolicyError(
                "signature_policy.rule.signed_by",
                f"is {rule.signed_by}, there are {len(principals)} principals",
            )
        return _signed_by(principals[rule.signed_by])
    if kind == "n_out_of":
        parts = [_compile(part, principals, depth + 1) for part in rule.n_out_of.rules]
        return _n_out_of(rule.n_out_of.n, parts)
    raise PolicyError("signature_policy.rule", "is empty")


def _signed_by(principal: Principal) -> _Evaluator:
    def evaluate(identities: Sequence[PolicyIdentity], used: list[bool]) -> bool:
        for position, identity in enumerate(identities):
            if not used[position] and identity.satisfies(principal):
                used[position] = True
                return True
        return False

    return evaluate


def _n_out_of(needed: int, parts: Sequence[_Evaluator]) -> _Evaluator:
    """All parts are tried, also after enough have passed: what they use is used (cauthdsl.go)."""

    def evaluate(identities: Sequence[PolicyIdentity], used: list[bool]) -> bool:
        verified = 0
        for part in parts:
            attempt = used.copy()
            if part(identities, attempt):
                verified += 1
                used[:] = attempt
        return verified >= needed

    return evaluate
