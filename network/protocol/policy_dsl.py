"""Policies from their text, as configtxgen and the peer command read them.

    AND('A.member', OR('B.peer', 'C.peer'))    OutOf(2, 'A.admin', 'B.admin')    MAJORITY Endorsement

Fabric: common/policydsl/policyparser.go, common/policies/implicitmetaparser.go. As there, a principal that
stands twice is listed twice, and a gate's own principals are numbered after those of the gates inside it.
"""

import re
from typing import Final

from fabric_protos.common import policies_pb2
from fabric_protos.msp import msp_principal_pb2

POLICY_CHARACTERS_MAX: Final = 16_384
POLICY_DEPTH_MAX: Final = 32

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<word>[A-Za-z]+)|(?P<number>[0-9]{1,9})|(?P<mark>[(),])|'(?P<single>[^']*)'|"(?P<double>[^"]*)")"""
)
_PRINCIPAL: Final = re.compile(r"([A-Za-z0-9.-]+)[.](admin|member|client|peer|orderer)")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_IMPLICIT: Final = re.compile(r"(ANY|ALL|MAJORITY) (\S+)")
# Not "and", "or": Fabric 3 reads policies as expressions, in which these are operators.
_GATES: Final = {
    "And": "And",
    "AND": "And",
    "Or": "Or",
    "OR": "Or",
    "OutOf": "OutOf",
    "outof": "OutOf",
    "OUTOF": "OutOf",
}
_ROLES: Final = {
    "admin": msp_principal_pb2.MSPRole.ADMIN,
    "member": msp_principal_pb2.MSPRole.MEMBER,
    "client": msp_principal_pb2.MSPRole.CLIENT,
    "peer": msp_principal_pb2.MSPRole.PEER,
    "orderer": msp_principal_pb2.MSPRole.ORDERER,
}


class PolicyTextError(ValueError):
    """A policy that cannot be read: its text, and what is wrong with it."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"policy {text!r}: {reason}")
        self.text = text
        self.reason = reason


def is_implicit_meta(text: str) -> bool:
    """Whether the text is an implicit meta policy; anything else is taken for a signature policy."""
    return _IMPLICIT.fullmatch(text) is not None


def parse_implicit_meta(text: str) -> policies_pb2.ImplicitMetaPolicy:
    """`ANY Readers`, `ALL Writers`, `MAJORITY Admins`. Raises PolicyTextError."""
    found = _IMPLICIT.fullmatch(text)
    if found is None:
        raise PolicyTextError(text, "must be ANY, ALL or MAJORITY, one space, and a policy's name")
    rule = policies_pb2.ImplicitMetaPolicy.Rule.Value(found[1])
    return policies_pb2.ImplicitMetaPolicy(rule=rule, sub_policy=found[2])


def parse_signature_policy(text: str) -> policies_pb2.SignaturePolicyEnvelope:
    """Gates AND, OR and OutOf over principals 'MSP.role'. Raises PolicyTextError."""
    return _Parser(text).parse()


def role_principal(msp_id: str, role: str) -> msp_principal_pb2.MSPPrincipal:
    """The principal 'MSP.role'."""
    body = msp_principal_pb2.MSPRole(msp_identifier=msp_id, role=_ROLES[role])
    return msp_principal_pb2.MSPPrincipal(
        principal_classification=msp_principal_pb2.MSPPrincipal.ROLE, principal=body.SerializeToString()
    )


def signed_by(index: int) -> policies_pb2.SignaturePolicy:
    """A signature of the identity at `index`."""
    return policies_pb2.SignaturePolicy(signed_by=index)


def out_of(needed: int, rules: list[policies_pb2.SignaturePolicy]) -> policies_pb2.SignaturePolicy:
    """`needed` of the rules."""
    return policies_pb2.SignaturePolicy(n_out_of=policies_pb2.SignaturePolicy.NOutOf(n=needed, rules=rules))


class _Parser:
    """Reads one gate at a time, from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.identities: list[msp_principal_pb2.MSPPrincipal] = []
        if len(text) > POLICY_CHARACTERS_MAX:
            raise PolicyTextError(text[:64], f"must have at most {POLICY_CHARACTERS_MAX} characters")
        self.tokens = self._tokens()

    def parse(self) -> policies_pb2.SignaturePolicyEnvelope:
        rule = self._gate(0)
        if self.tokens:
            raise PolicyTextError(self.text, f"has {self.tokens[0][1]!r} after its end")
        return policies_pb2.SignaturePolicyEnvelope(version=0, rule=rule, identities=self.identities)

    def _tokens(self) -> list[tuple[str, str]]:
        tokens, position, text = [], 0, self.text.rstrip()
        while position < len(text):
            found = _TOKEN.match(text, position)
            if found is None:
                raise PolicyTextError(self.text, f"cannot be read from {text[position : position + 16]!r} on")
            kind = found.lastgroup or ""
            tokens.append(("principal" if kind in {"single", "double"} else kind, found[kind]))
            position = found.end()
        return tokens

    def _take(self, kind: str, wanted: str) -> str:
        if not self.tokens or self.tokens[0][0] != kind or (kind == "mark" and self.tokens[0][1] != wanted):
            found = repr(self.tokens[0][1]) if self.tokens else "the end"
            raise PolicyTextError(self.text, f"has {found} where {wanted} should stand")
        return self.tokens.pop(0)[1]

    def _gate(self, depth: int) -> policies_pb2.SignaturePolicy:
        if depth > POLICY_DEPTH_MAX:
            raise PolicyTextError(self.text, f"must be at most {POLICY_DEPTH_MAX} gates deep")
        word = self._take("word", "AND, OR or OutOf")
        gate = _GATES.get(word)
        if gate is None:
            raise PolicyTextError(self.text, f"has {word!r} where AND, OR or OutOf should stand")
        self._take("mark", "(")
        needed = None
        if gate == "OutOf":
            needed = self._number()
            self._take("mark", ",")
        arguments = [self._argument(depth)]
        while self.tokens and self.tokens[0] == ("mark", ","):
            self.tokens.pop(0)
            if self.tokens and self.tokens[0] == ("mark", ")"):
                break  # Fabric lets a list end with a comma
            arguments.append(self._argument(depth))
        self._take("mark", ")")
        rules = [self._rule(argument) for argument in arguments]
        needed = {"And": len(rules), "Or": 1}.get(gate, needed)
        assert needed is not None
        if needed > len(rules) + 1:  # one more than there are is Fabric's way to say "never"
            raise PolicyTextError(self.text, f"asks for {needed} of {len(rules)}")
        return out_of(needed, rules)

    def _number(self) -> int:
        """How many of the rules: 2, or '2'."""
        quoted = bool(self.tokens) and self.tokens[0][0] == "principal"
        if quoted and _NUMBER.fullmatch(self.tokens[0][1]):
            return int(self.tokens.pop(0)[1])
        return int(self._take("number", "a number"))

    def _argument(self, depth: int) -> policies_pb2.SignaturePolicy | str:
        if self.tokens and self.tokens[0][0] == "word":
            return self._gate(depth + 1)
        return self._take("principal", "a principal or a gate")

    def _rule(self, argument: policies_pb2.SignaturePolicy | str) -> policies_pb2.SignaturePolicy:
        if not isinstance(argument, str):
            return argument
        found = _PRINCIPAL.fullmatch(argument)
        if found is None:
            rule = "must be MSP.role with role admin, member, client, peer or orderer"
            raise PolicyTextError(self.text, f"principal {argument!r} {rule}")
        self.identities.append(role_principal(found[1], found[2]))
        return signed_by(len(self.identities) - 1)
