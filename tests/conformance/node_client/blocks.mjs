// What a test wants to know of a block: its number, and each transaction's id and validation code.

import { common } from '@hyperledger/fabric-protos';

const TRANSACTIONS_FILTER = 2;

export function describeBlock(kind, value) {
    if (kind === 'filtered_block') {
        const transactions = value.getFilteredTransactionsList();
        return {
            block_number: value.getNumber(),
            transactions: transactions.map((one) => ({ id: one.getTxid(), code: one.getTxValidationCode() })),
        };
    }
    const block = kind === 'block' ? value : value.getBlock();
    const codes = block.getMetadata().getMetadataList_asU8()[TRANSACTIONS_FILTER];
    return {
        block_number: block.getHeader().getNumber(),
        transactions: block.getData().getDataList_asU8().map((raw, index) => ({ id: transactionId(raw), code: codes[index] })),
    };
}

function transactionId(raw) {
    const envelope = common.Envelope.deserializeBinary(raw);
    const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
    return common.ChannelHeader.deserializeBinary(payload.getHeader().getChannelHeader_asU8()).getTxId();
}
