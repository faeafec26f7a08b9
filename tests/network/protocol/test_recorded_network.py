"""A replay of what a real network ordered and committed: golden/network.txt, recorded from Fabric v3.1.5."""

import pytest
from fabric_protos.common import common_pb2

from tanhui.network.protocol import block_signatures, blocks, commit_hash, lifecycle, rwset
from tanhui.network.protocol.application_policy import application_policy
from tanhui.network.protocol.endorsements import endorsed_bytes
from tanhui.network.protocol.errors import IdentityError, MessageError, PolicyError
from tanhui.network.protocol.message_validation import Verdict, validate_envelope
from tanhui.network.protocol.policies import SignedData, evaluate_signed_data
from tests.support.recorded_network import BLOCKS, CONFIG


def judge(block: common_pb2.Block, position: int = 0) -> Verdict:
    return validate_envelope(block.data.data[position], "credits", CONFIG.msp_manager)


def signers(block: common_pb2.Block) -> list[SignedData]:
    return [
        SignedData(one.identity, one.signed, one.signature) for one in block_signatures.block_signers(block)
    ]


def check_block(block: common_pb2.Block) -> None:
    path = "/Channel/Orderer/BlockValidation"
    evaluate_signed_data(CONFIG.policy(path), signers(block), CONFIG.deserialize_identity, path)


def test_configuration() -> None:
    assert CONFIG.channel_id == "credits"
    assert CONFIG.sequence == 0
    assert CONFIG.channel_capabilities == {"V3_0"}
    assert {one.msp_id for one in CONFIG.application_organisations.values()} == {"Org1MSP", "Org2MSP"}
    assert [one.endpoints for one in CONFIG.orderer_organisations.values()] == [("127.0.0.1:17050",)]
    assert CONFIG.consensus is not None
    assert CONFIG.consensus.type == "etcdraft"
    assert CONFIG.batch_limits is not None
    assert CONFIG.batch_limits.timeout_ns == 200_000_000
    assert CONFIG.has_policy("/Channel/Application/Org1MSP/Endorsement")
    assert not CONFIG.has_policy("/Channel/Application/Nowhere")


def test_hash_chain_and_orderer_signatures() -> None:
    previous = b""
    for number, block in enumerate(BLOCKS):
        assert block.header.number == number
        assert block.header.previous_hash == previous
        assert blocks.data_hash(block.data.data) == block.header.data_hash
        blocks.check_well_formed(block.data.data)
        assert blocks.channel_of(block) == "credits"
        assert blocks.is_config_block(block) is (number == 0)
        if number:
            check_block(block)
            assert block_signatures.last_config_of(block) == 0
            metadata = block_signatures.orderer_metadata(block).consenter_metadata
            consenter = common_pb2.Metadata.FromString(metadata).value
            assert (
                block_signatures.signatures_value(0, consenter) == block_signatures.signatures_of(block).value
            )
        previous = blocks.block_hash(block.header)


def test_transactions_are_valid_and_rwsets_keep_their_bytes() -> None:
    for block in BLOCKS[1:]:
        assert blocks.transactions_filter(block) == b"\x00"
        verdict = judge(block)
        assert (verdict.code, verdict.reason) == (0, "")
        assert verdict.transaction is not None
        assert (
            rwset.rwset_bytes(rwset.parse_rwset(verdict.transaction.results)) == verdict.transaction.results
        )


def test_commit_hashes() -> None:
    previous = b""
    assert blocks.commit_hash_of(BLOCKS[0]) == b""
    for block in BLOCKS[1:]:
        updates: dict[str, commit_hash.NamespaceUpdates] = {}
        transaction = judge(block).transaction
        assert transaction is not None
        height = (block.header.number, 0)
        for one in rwset.parse_rwset(transaction.results):
            collections = {
                collection.name: {
                    write.key_hash: commit_hash.Update(write.value_hash, *height)
                    for write in collection.writes
                }
                for collection in one.collections
                if collection.writes
            }
            public = {write.key: commit_hash.Update(write.value, *height) for write in one.writes}
            updates[one.namespace] = commit_hash.NamespaceUpdates(public, collections)
        flags = blocks.transactions_filter(block)
        previous = commit_hash.next_commit_hash(flags, commit_hash.update_bytes(updates), previous)
        assert previous == blocks.commit_hash_of(block)


def lifecycle_state() -> dict[str, bytes | None]:
    transaction = judge(BLOCKS[3]).transaction
    assert transaction is not None
    written = [one for one in rwset.parse_rwset(transaction.results) if one.namespace == lifecycle.NAMESPACE]
    return dict(written[0].writes)


def test_definition_reads_and_writes_back() -> None:
    state = lifecycle_state()
    definition = lifecycle.read_definition("kv", state.get)
    assert definition == lifecycle.ChaincodeDefinition(1, "1").with_defaults()
    assert dict(lifecycle.definition_writes("kv", definition, lambda _: None)) == state


def test_approvals_match_their_hashes() -> None:
    definition = lifecycle.read_definition("kv", lifecycle_state().get)
    assert definition is not None
    for block, msp_id in ((BLOCKS[1], "Org1MSP"), (BLOCKS[2], "Org2MSP")):
        transaction = judge(block).transaction
        assert transaction is not None
        (written,) = [one for one in rwset.parse_rwset(transaction.results) if one.collections]
        (collection,) = written.collections
        assert collection.name == lifecycle.implicit_collection(msp_id)
        hashes = {write.key_hash: write.value_hash for write in collection.writes}

        def get_hash(key: str, hashes: dict[bytes, bytes | None] = hashes) -> bytes | None:
            return hashes.get(rwset.hash_key(key))

        assert lifecycle.approval_mismatches("kv", definition, get_hash) == ()
        other = lifecycle.ChaincodeDefinition(1, "2").with_defaults()
        assert lifecycle.approval_mismatches("kv", other, get_hash) == ("EndorsementInfo",)


def test_endorsements_satisfy_the_definitions_policy() -> None:
    definition = lifecycle.read_definition("kv", lifecycle_state().get)
    transaction = judge(BLOCKS[4]).transaction
    assert definition is not None
    assert transaction is not None
    policy = application_policy(definition.validation_parameter, CONFIG)
    signed = [
        SignedData(one.endorser, endorsed_bytes(transaction.response_payload, one.endorser), one.signature)
        for one in transaction.endorsements
    ]
    evaluate_signed_data(policy, signed, CONFIG.deserialize_identity, "kv")
    for too_few in (signed[:1], [signed[0], signed[0]]):
        with pytest.raises(PolicyError, match="kv: is not satisfied by 1 valid"):
            evaluate_signed_data(policy, too_few, CONFIG.deserialize_identity, "kv")


def copy(block: common_pb2.Block) -> common_pb2.Block:
    return common_pb2.Block.FromString(block.SerializeToString())


def test_a_signature_over_another_header_is_refused() -> None:
    forged = copy(BLOCKS[1])
    forged.header.data_hash = bytes(32)
    with pytest.raises(PolicyError):
        check_block(forged)
    swapped = copy(BLOCKS[1])
    swapped.metadata.metadata[blocks.SIGNATURES] = BLOCKS[2].metadata.metadata[blocks.SIGNATURES]
    with pytest.raises(PolicyError):
        check_block(swapped)
    bare = copy(BLOCKS[1])
    del bare.metadata.metadata[:]
    with pytest.raises(MessageError, match="SIGNATURES"):
        check_block(bare)


def test_glued_envelopes_are_refused() -> None:
    data = list(BLOCKS[4].data.data)
    glued = [data[0] + data[0]]
    assert blocks.data_hash(glued) == blocks.data_hash(data + data)
    with pytest.raises(MessageError, match="does not re-marshal"):
        blocks.check_well_formed(glued)


def test_every_flipped_byte_of_an_envelope_is_noticed() -> None:
    raw = BLOCKS[4].data.data[0]
    for position in range(0, len(raw), 3):
        damaged = bytearray(raw)
        damaged[position] ^= 1
        try:
            blocks.check_well_formed([bytes(damaged)])
        except MessageError:
            continue
        verdict = validate_envelope(bytes(damaged), "credits", CONFIG.msp_manager)
        assert verdict.code in (2, 3, 4, 255), f"byte {position}: {verdict}"


def test_an_envelope_for_another_channel_is_refused() -> None:
    verdict = validate_envelope(BLOCKS[4].data.data[0], "other", CONFIG.msp_manager)
    assert verdict.code == 4
    assert "channel_id: is credits" in verdict.reason


def test_the_orderers_certificate_is_no_peers() -> None:
    identity = CONFIG.deserialize_identity(block_signatures.block_signers(BLOCKS[1])[0].identity)
    identity.validate()
    with pytest.raises(IdentityError):
        identity.verify(b"anything", b"\x30\x06\x02\x01\x01\x02\x01\x01")
