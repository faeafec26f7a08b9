"""Whose signatures suffice: one identity counts once, and only for one principal."""

import pytest
from fabric_protos.common import policies_pb2
from hypothesis import given
from hypothesis import strategies as st

from tanhui.network.protocol.errors import IdentityError, MessageError, PolicyError
from tanhui.network.protocol.msp import Msp, MspManager
from tanhui.network.protocol.policies import (
    ImplicitMetaPolicy,
    RejectPolicy,
    SignaturePolicy,
    SignedData,
    evaluate_signed_data,
    parse_signature_policy,
    policy_from_proto,
    to_signature_policy,
    valid_identities,
)
from tanhui.network.protocol.principals import Principal, Role, RolePrincipal, role_principal
from tests.support.organisations import Member, Organisation

Rule = policies_pb2.SignaturePolicy


class Person:
    """An identity that is what its name says: "A.peer" is a peer and member of A."""

    def __init__(self, name: str) -> None:
        self.msp_id, self.role, self.identifier = name.split(".", maxsplit=1)[0], name.split(".")[1], name

    def satisfies(self, principal: Principal) -> bool:
        assert isinstance(principal, RolePrincipal)
        role = Role(principal.role).name.lower()
        return principal.msp_id == self.msp_id and role in ("member", self.role)

    def verify(self, message: bytes, signature: bytes) -> None:
        if signature != b"right":
            raise IdentityError("signature", "is invalid")


def leaf(index: int) -> Rule:
    return Rule(signed_by=index)


def gate(n: int, *rules: Rule) -> Rule:
    return Rule(n_out_of=Rule.NOutOf(n=n, rules=rules))


def policy(rule: Rule, *principals: str) -> SignaturePolicy:
    identities = [role_principal(one.split(".")[0], Role[one.split(".")[1].upper()]) for one in principals]
    return SignaturePolicy(policies_pb2.SignaturePolicyEnvelope(rule=rule, identities=identities))


@pytest.mark.parametrize(
    ("people", "satisfied"),
    [([], False), (["A.peer"], False), (["A.peer", "B.peer"], True), (["B.peer", "C.peer", "A.peer"], True)],
)
def test_and(people: list[str], satisfied: bool) -> None:
    both = policy(gate(2, leaf(0), leaf(1)), "A.member", "B.peer")
    assert both.is_satisfied_by([Person(one) for one in people]) is satisfied


def test_one_signature_cannot_satisfy_two_principals() -> None:
    twice = policy(gate(2, leaf(0), leaf(0)), "A.member")
    assert not twice.is_satisfied_by([Person("A.peer")])
    assert twice.is_satisfied_by([Person("A.peer"), Person("A.client")])


def test_evaluation_is_greedy_in_order_as_fabrics_is() -> None:
    """The member principal takes the peer although the client would do: the second principal starves."""
    ordered = policy(gate(2, leaf(0), leaf(1)), "A.member", "A.peer")
    assert not ordered.is_satisfied_by([Person("A.peer"), Person("A.client")])
    assert ordered.is_satisfied_by([Person("A.client"), Person("A.peer")])


def test_a_failed_gate_uses_nobody() -> None:
    nested = policy(gate(1, gate(2, leaf(0), leaf(1)), leaf(0)), "A.member", "B.member")
    assert nested.is_satisfied_by([Person("A.peer")])


def test_a_gate_of_none_is_open() -> None:
    assert policy(gate(0)).is_satisfied_by([])


@pytest.mark.parametrize("rule", [leaf(1), leaf(-1), Rule(), gate(1, Rule())])
def test_rules_that_do_not_compile(rule: Rule) -> None:
    with pytest.raises(PolicyError):
        policy(rule, "A.member")


def test_versions_and_bytes_that_do_not_compile() -> None:
    with pytest.raises(PolicyError, match="version: is 1"):
        SignaturePolicy(policies_pb2.SignaturePolicyEnvelope(version=1, rule=gate(0)))
    with pytest.raises(PolicyError, match="rule: is missing"):
        parse_signature_policy(b"")
    with pytest.raises(MessageError):
        parse_signature_policy(b"\xff")


def implicit(rule: policies_pb2.ImplicitMetaPolicy.Rule.ValueType, below: int) -> ImplicitMetaPolicy:
    names = "ABCDEFGH"[:below]
    return ImplicitMetaPolicy(rule, "Readers", [policy(gate(1, leaf(0)), f"{name}.member") for name in names])


@given(below=st.integers(0, 8), signers=st.sets(st.sampled_from("ABCDEFGH")))
def test_implicit_meta(below: int, signers: set[str]) -> None:
    kinds = policies_pb2.ImplicitMetaPolicy
    people = [Person(f"{name}.peer") for name in sorted(signers)]
    satisfied = len(signers & set("ABCDEFGH"[:below]))
    assert implicit(kinds.ANY, below).is_satisfied_by(people) is (satisfied >= 1 or below == 0)
    assert implicit(kinds.ALL, below).is_satisfied_by(people) is (satisfied == below)
    assert implicit(kinds.MAJORITY, below).is_satisfied_by(people) is (satisfied * 2 > below or below == 0)


def test_implicit_meta_as_one_signature_policy() -> None:
    below = [policy(gate(1, leaf(0), leaf(1)), "A.peer", "B.peer"), policy(gate(1, leaf(0)), "A.peer")]
    merged = to_signature_policy(ImplicitMetaPolicy(policies_pb2.ImplicitMetaPolicy.ALL, "X", below))
    assert len(merged.identities) == 2
    compiled = SignaturePolicy(merged)
    assert compiled.is_satisfied_by([Person("A.peer"), Person("A.peer")])
    assert not compiled.is_satisfied_by([Person("A.peer")])
    with pytest.raises(PolicyError):
        to_signature_policy(RejectPolicy("X"))


def test_groups_without_the_policy_reject() -> None:
    definition = policies_pb2.ImplicitMetaPolicy(
        sub_policy="Readers", rule=policies_pb2.ImplicitMetaPolicy.ALL
    )
    wrapped = policies_pb2.Policy(
        type=policies_pb2.Policy.IMPLICIT_META, value=definition.SerializeToString()
    )
    readers = policy(gate(1, leaf(0)), "A.member")
    found = policy_from_proto(wrapped, {"A": {"Readers": readers}, "B": {}})
    assert not found.is_satisfied_by([Person("A.peer")])
    with pytest.raises(PolicyError, match=r"policy\.type: is 2"):
        policy_from_proto(policies_pb2.Policy(type=2), {})


def test_signatures_are_verified_and_counted_once() -> None:
    people = {b"a": Person("A.peer"), b"b": Person("B.peer")}

    def deserialize(identity: bytes) -> Person:
        if identity not in people:
            raise IdentityError("mspid", "unknown")
        return people[identity]

    signed = [
        SignedData(b"a", b"m", b"wrong"),
        SignedData(b"a", b"m", b"right"),
        SignedData(b"a", b"m", b"right"),
        SignedData(b"?", b"m", b"right"),
        SignedData(b"b", b"m", b"right"),
    ]
    assert valid_identities(signed, deserialize) == [people[b"a"], people[b"b"]]
    with pytest.raises(PolicyError, match=r"/Channel/X: is not satisfied by 1 valid signatures \(of A\)"):
        evaluate_signed_data(policy(gate(1, leaf(0)), "B.member"), signed[:3], deserialize, "/Channel/X")


def test_with_real_identities() -> None:
    organisations = [Organisation("A"), Organisation("B")]
    channel = MspManager([Msp.from_config(one.msp_config()) for one in organisations])
    both = policy(gate(2, leaf(0), leaf(1)), "A.peer", "B.peer")

    def sign(member: Member) -> SignedData:
        return SignedData(member.creator, b"message", member.sign(b"message"))

    peers = [sign(one.member("peer")) for one in organisations]
    evaluate_signed_data(both, peers, channel.deserialize_identity, "endorsement")
    for bad in (peers[:1], [peers[0], peers[0]], [peers[0], sign(organisations[1].member("client"))]):
        with pytest.raises(PolicyError, match="endorsement"):
            evaluate_signed_data(both, bad, channel.deserialize_identity, "endorsement")
