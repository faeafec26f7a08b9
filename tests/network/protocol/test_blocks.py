"""Blocks that an orderer makes: signed by one, or by a BFT quorum that names its consenters."""

import pytest
from fabric_protos.common import common_pb2, configuration_pb2

from tanhui.network.protocol import block_signatures, blocks, smartbft
from tanhui.network.protocol.errors import MessageError, PolicyError
from tanhui.network.protocol.msp import Msp, MspManager
from tanhui.network.protocol.policies import SignaturePolicy, SignedData, evaluate_signed_data
from tanhui.network.protocol.policy_dsl import parse_signature_policy
from tests.support.organisations import Organisation

ENVELOPE = common_pb2.Envelope(payload=b"p", signature=b"s").SerializeToString()
ORGANISATION = Organisation("OrdererMSP")
CHANNEL = MspManager([Msp.from_config(ORGANISATION.msp_config())])


def signed(block: common_pb2.Block, consenters: list[configuration_pb2.Consenter] | None) -> list[SignedData]:
    found = block_signatures.block_signers(block, consenters)
    return [SignedData(one.identity, one.signed, one.signature) for one in found]


def check(
    block: common_pb2.Block, text: str, consenters: list[configuration_pb2.Consenter] | None = None
) -> None:
    policy = SignaturePolicy(parse_signature_policy(text))
    evaluate_signed_data(policy, signed(block, consenters), CHANNEL.deserialize_identity, "BlockValidation")


def test_signed_by_one() -> None:
    orderer = ORGANISATION.member("orderer")
    block = blocks.build_block(3, b"previous", [ENVELOPE])
    block_signatures.sign_block(
        block, creator=orderer.creator, sign=orderer.sign, last_config=2, consenter_metadata=b"raft"
    )
    check(block, "OR('OrdererMSP.orderer')")
    assert block_signatures.last_config_of(block) == 2
    assert (
        common_pb2.Metadata.FromString(block_signatures.orderer_metadata(block).consenter_metadata).value
        == b"raft"
    )
    blocks.set_commit(block, [0], b"h" * 32)
    check(block, "OR('OrdererMSP.orderer')")
    assert (blocks.transactions_filter(block), blocks.commit_hash_of(block)) == (b"\x00", b"h" * 32)
    with pytest.raises(PolicyError):
        check(block, "OR('OrdererMSP.admin')")


@pytest.mark.parametrize("count", [2, 3, 4])
def test_bft_quorum(count: int) -> None:
    members = [ORGANISATION.member("orderer") for _ in range(4)]
    consenters = [
        configuration_pb2.Consenter(id=number, msp_id="OrdererMSP", identity=one.credentials)
        for number, one in enumerate(members, start=1)
    ]
    block = blocks.build_block(7, b"previous", [ENVELOPE])
    view = smartbft.ViewMetadata(1, 7, 7, (3,), b"digest")
    assert smartbft.parse_view_metadata(view.to_bytes()) == view
    value = block_signatures.signatures_value(0, view.to_bytes())
    signatures = []
    for number, one in enumerate(members[:count], start=1):
        header = block_signatures.identifier_header(number, b"nonce")
        signatures.append(
            (header, one.sign(block_signatures.signed_block_bytes(value, header, block.header)))
        )
    stranger = block_signatures.identifier_header(9, b"nonce")
    signatures.append(
        (stranger, members[3].sign(block_signatures.signed_block_bytes(value, stranger, block.header)))
    )
    block_signatures.set_bft_signatures(block, last_config=0, value=value, signatures=signatures)
    assert len(signed(block, consenters)) == count
    quorum = "OutOf(3, 'OrdererMSP.member', 'OrdererMSP.member', 'OrdererMSP.member', 'OrdererMSP.member')"
    if count >= 3:
        check(block, quorum, consenters)
    else:
        with pytest.raises(PolicyError):
            check(block, quorum, consenters)
    with pytest.raises(PolicyError):
        check(block, quorum)  # outside of BFT an identifier names nobody


@pytest.mark.parametrize(
    ("envelopes", "message"),
    [
        ([], "is empty"),
        ([b"\xff"], "is no common.Envelope"),
        ([common_pb2.Envelope(signature=b"s").SerializeToString()], "has no payload"),
        ([common_pb2.Envelope(payload=b"p").SerializeToString()], "has no signature"),
        ([ENVELOPE + b"\x18\x01"], "does not re-marshal"),
    ],
)
def test_malformed_blocks(envelopes: list[bytes], message: str) -> None:
    with pytest.raises(MessageError, match=message):
        blocks.check_well_formed(envelopes)


def test_missing_slots_are_added() -> None:
    block = common_pb2.Block()
    blocks.set_commit(block, [], b"")
    assert len(block.metadata.metadata) == blocks.METADATA_SLOTS
    assert blocks.transactions_filter(common_pb2.Block()) == b""
    assert blocks.commit_hash_of(common_pb2.Block()) == b""
    with pytest.raises(MessageError):
        blocks.channel_of(block)
    with pytest.raises(MessageError):
        smartbft.parse_view_metadata(b"\xff")


@pytest.mark.parametrize(
    "envelopes", [[], [b""], [b"e"], [b"e" * 127, b"f" * 128, b"g" * 300_000], [b"e"] * 700]
)
def test_a_blocks_bytes_are_the_librarys(envelopes: list[bytes]) -> None:
    block = blocks.build_block(1 << 40, b"p" * 32, envelopes)
    blocks.set_commit(block, bytes(len(envelopes)), b"h" * 32)
    assert blocks.block_bytes(block) == block.SerializeToString(deterministic=True)
    assert blocks.block_bytes(common_pb2.Block.FromString(blocks.block_bytes(block))) == blocks.block_bytes(
        block
    )


@pytest.mark.parametrize("present", [(), ("header",), ("data",), ("metadata",), ("header", "data")])
def test_a_blocks_bytes_leave_out_what_is_not_there(present: tuple[str, ...]) -> None:
    block = common_pb2.Block()
    for name in present:
        getattr(block, name).SetInParent()
    assert blocks.block_bytes(block) == block.SerializeToString(deterministic=True)


UNKNOWN = b"\xa2\x06\x03abc"
"""Field 100, of a later version."""


@pytest.mark.parametrize("place", ["block", "header", "data", "metadata"])
def test_a_blocks_bytes_keep_fields_of_a_later_version(place: str) -> None:
    block = blocks.build_block(7, b"p" * 32, [b"one", b"two"])
    (block if place == "block" else getattr(block, place)).MergeFromString(UNKNOWN)
    found = blocks.block_bytes(block)
    assert UNKNOWN in found
    assert found == block.SerializeToString(deterministic=True)
