"""Policies from text: the bytes are those that Fabric 3.1.5 made of the same text."""

import contextlib

import pytest
from fabric_protos.common import policies_pb2
from hypothesis import given
from hypothesis import strategies as st

from tanhui.network.protocol.policy_dsl import (
    PolicyTextError,
    is_implicit_meta,
    parse_implicit_meta,
    parse_signature_policy,
)

GOLDEN = {
    "OR('Org1MSP.member', 'Org2MSP.admin')": (
        "120c120a080112020800120208011a0b12090a074f7267314d53501a0d120b0a074f7267324d53501001"
    ),
    "AND('A.peer', 'B.client')": "120c120a080212020800120208011a0712050a014110031a0712050a01421002",
    "OutOf(2, 'Org1MSP.peer', 'Org2MSP.peer', 'Org3MSP.orderer')": (
        "1210120e08021202080012020801120208021a0d120b0a074f7267314d535010031a0d120b0a074f7267324d53501003"
        "1a0d120b0a074f7267334d53501004"
    ),
    "OutOf('2', 'A.member', 'B.member')": "120c120a080212020800120208011a0512030a01411a0512030a0142",
    "OutOf(3, 'A.member', 'B.member')": "120c120a080312020800120208011a0512030a01411a0512030a0142",
    "OR('A.member')": "120812060801120208001a0512030a0141",
    "OR(\"A.member\", 'B.member')": "120c120a080112020800120208011a0512030a01411a0512030a0142",
    "Or('A.member','B.member',)": "120c120a080112020800120208011a0512030a01411a0512030a0142",
    "OutOf(2, AND('A.member','B.member'), 'C.member') ": (
        "121612140802120c120a08021202080012020801120208021a0512030a01411a0512030a01421a0512030a0143"
    ),
    "OutOf(02, 'A.member', 'B.member')": "120c120a080212020800120208011a0512030a01411a0512030a0142",
}

REFUSED = {
    "and('A.member', 'B.member')": "has 'and' where AND, OR or OutOf should stand",
    "OutOf(4, 'A.member', 'B.member')": "asks for 4 of 2",
    "OutOf(-1, 'A.member')": 'cannot be read from "-1',
    "OutOf(1, 'A.nobody')": "principal 'A.nobody' must be MSP.role",
    "'A.member'": "has 'A.member' where AND, OR or OutOf should stand",
    "OutOf(1)": "has ')' where , should stand",
    "AND()": "has ')' where a principal or a gate should stand",
    "NOT('A.member')": "has 'NOT'",
    "OR('A_B.member')": "principal 'A_B.member' must be",
    "": "has the end where AND, OR or OutOf should stand",
    "OR('A.member' 'B.member')": "has 'B.member' where ) should stand",
    "OutOf(1, 'A.member', 'B.member'": "has the end where ) should stand",
    "OR('A.member') OR": "has 'OR' after its end",
    "OR(" * 40 + "'A.member'" + ")" * 40: "must be at most 32 gates deep",
}


@pytest.mark.parametrize("text", GOLDEN)
def test_golden_bytes(text: str) -> None:
    assert parse_signature_policy(text).SerializeToString(deterministic=True).hex() == GOLDEN[text]


@pytest.mark.parametrize("text", REFUSED)
def test_what_fabric_refuses(text: str) -> None:
    with pytest.raises(PolicyTextError) as caught:
        parse_signature_policy(text)
    assert REFUSED[text] in caught.value.reason


def test_implicit_meta() -> None:
    parsed = parse_implicit_meta("MAJORITY Endorsement")
    assert parsed.rule == policies_pb2.ImplicitMetaPolicy.MAJORITY
    assert parsed.sub_policy == "Endorsement"
    for text in ("any Readers", "ANY  Readers", "ANY", "SOME Readers", "ANY Readers more"):
        assert not is_implicit_meta(text)
        with pytest.raises(PolicyTextError, match="must be ANY, ALL or MAJORITY"):
            parse_implicit_meta(text)


@given(st.text(max_size=200))
def test_any_text_parses_or_is_refused_by_name(text: str) -> None:
    with contextlib.suppress(PolicyTextError):
        assert parse_signature_policy(text).identities
