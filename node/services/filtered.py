"""What a block tells those who may not, or need not, see all of it: filtered blocks and chaincode events.

Sources: core/peer/deliverevents.go (toFilteredBlock), internal/pkg/gateway/event.
"""

from collections.abc import Iterator

from fabric_protos.common import common_pb2
from fabric_protos.peer import (
    chaincode_event_pb2,
    events_pb2,
    proposal_pb2,
    proposal_response_pb2,
    transaction_pb2,
)
from google.protobuf.message import DecodeError

VALID = 0
"""peer.TxValidationCode of a transaction that took effect."""


def codes_of(block: common_pb2.Block) -> bytes:
    """TRANSACTIONS_FILTER: one validation code for each transaction."""
    return block.metadata.metadata[common_pb2.TRANSACTIONS_FILTER]


def filtered_block(block: common_pb2.Block, channel_id: str) -> events_pb2.FilteredBlock:
    """Ids, types, codes, and events without their payloads, in the block's order.

    An envelope that cannot be read, which a block from a faulty orderer could hold, is left out as in Fabric.
    """
    filtered = events_pb2.FilteredBlock(channel_id=channel_id, number=block.header.number)
    codes = codes_of(block)
    for index, raw in enumerate(block.data.data):
        try:
            payload = common_pb2.Payload.FromString(common_pb2.Envelope.FromString(raw).payload)
            header = common_pb2.ChannelHeader.FromString(payload.header.channel_header)
        except DecodeError:
            continue
        transaction = filtered.filtered_transactions.add(
            txid=header.tx_id,
            type=header.type,
            tx_validation_code=codes[index],
        )
        if header.type == common_pb2.ENDORSER_TRANSACTION:
            transaction.transaction_actions.SetInParent()
            for event in events_of_transaction(payload.data):
                if event.chaincode_id:
                    transaction.transaction_actions.chaincode_actions.add(
                        chaincode_event=chaincode_event_pb2.ChaincodeEvent(
                            tx_id=event.tx_id, chaincode_id=event.chaincode_id, event_name=event.event_name
                        )
                    )
    return filtered


def chaincode_events(block: common_pb2.Block) -> tuple[chaincode_event_pb2.ChaincodeEvent, ...]:
    """Events of the valid transactions, in the block's order; each has chaincode, name and transaction id."""
    found: list[chaincode_event_pb2.ChaincodeEvent] = []
    codes = codes_of(block)
    for index, raw in enumerate(block.data.data):
        if codes[index] != VALID:
            continue
        payload = common_pb2.Payload.FromString(common_pb2.Envelope.FromString(raw).payload)
        header = common_pb2.ChannelHeader.FromString(payload.header.channel_header)
        if header.type != common_pb2.ENDORSER_TRANSACTION:
            continue
        found.extend(
            event
            for event in events_of_transaction(payload.data)
            if event.chaincode_id and event.event_name and event.tx_id
        )
    return tuple(found)


def events_of_transaction(data: bytes) -> Iterator[chaincode_event_pb2.ChaincodeEvent]:
    """The event of each action that has a readable one."""
    try:
        actions = transaction_pb2.Transaction.FromString(data).actions
    except DecodeError:
        return
    for action in actions:
        try:
            payload = transaction_pb2.ChaincodeActionPayload.FromString(action.payload)
            response = proposal_response_pb2.ProposalResponsePayload.FromString(
                payload.action.proposal_response_payload
            )
            events = proposal_pb2.ChaincodeAction.FromString(response.extension).events
            event = chaincode_event_pb2.ChaincodeEvent.FromString(events)
        except DecodeError:
            continue
        if events:
            yield event
