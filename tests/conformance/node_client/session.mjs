// One gateway for each identity, over one gRPC connection; streams and checkpointers by name.

import * as grpc from '@grpc/grpc-js';
import { checkpointers, connect, hash, signers } from '@hyperledger/fabric-gateway';
import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { describeBlock } from './blocks.mjs';

const TIMEOUT_MS = 30_000;

export class Session {
    #profile;
    #folder;
    #client;
    #gateways = new Map();
    #streams = new Map();
    #checkpointers = new Map();

    static async open(path) {
        const session = new Session();
        session.#profile = JSON.parse(await readFile(path, 'utf8'));
        session.#folder = dirname(resolve(path));
        session.#client = await session.#newClient();
        return session;
    }

    async evaluate(command) {
        let proposal = await this.#proposal(command);
        if (command.signed_by) {
            const gateway = await this.#gateway(command);
            proposal = gateway.newSignedProposal(proposal.getBytes(), await this.#sign(command, proposal));
        }
        return { payload: text(await proposal.evaluate()) };
    }

    async submit(command) {
        if (command.signed_by) {
            return this.#submitOffline(command);
        }
        const transaction = await (await this.#proposal(command)).endorse();
        const submitted = await transaction.submit();
        return outcome(submitted.getResult(), await submitted.getStatus());
    }

    // Two transactions endorsed on the same state: the second one must be found invalid.
    async conflict(command) {
        const first = await (await this.#proposal(command)).endorse();
        const second = await (await this.#proposal(command)).endorse();
        const submitted = await first.submit();
        const winner = await submitted.getStatus();
        const late = await second.submit();
        return { winner: outcome(submitted.getResult(), winner), loser: outcome(late.getResult(), await late.getStatus()) };
    }

    async checkpointer({ name, path }) {
        this.#checkpointers.set(name, path ? await checkpointers.file(path) : checkpointers.inMemory());
        return {};
    }

    async openEvents(command) {
        const gateway = await this.#gateway(command);
        const network = gateway.getNetwork(this.#profile.channel);
        const options = {
            startBlock: command.start_block == null ? undefined : BigInt(command.start_block),
            checkpoint: this.#checkpointers.get(command.checkpoint),
        };
        let request = this.#eventsRequest(network, command, options);
        if (command.signed_by) {
            const signature = await this.#sign(command, request);
            request = rebuilt(gateway, command.kind, request.getBytes(), signature);
        }
        const events = await request.getEvents();
        const iterator = events[Symbol.asyncIterator]();
        // Asked for at once: a refusal that finds nobody who iterates is an error event that ends the process.
        const first = iterator.next();
        first.catch(() => {});
        this.#streams.set(command.stream, { kind: command.kind, events, iterator, first });
        return {};
    }

    async nextEvent(command) {
        const stream = this.#streams.get(command.stream);
        const next = stream.first ?? stream.iterator.next();
        stream.first = undefined;
        const { value } = await withTimeout(next);
        const checkpointer = this.#checkpointers.get(command.checkpoint);
        if (stream.kind === 'chaincode') {
            await checkpointer?.checkpointChaincodeEvent(value);
            return {
                block_number: Number(value.blockNumber),
                transaction_id: value.transactionId,
                chaincode: value.chaincodeName,
                name: value.eventName,
                payload: text(value.payload),
            };
        }
        const block = describeBlock(stream.kind, value);
        await checkpointer?.checkpointBlock(BigInt(block.block_number));
        return block;
    }

    async closeEvents({ stream }) {
        this.#streams.get(stream).events.close();
        this.#streams.delete(stream);
        return {};
    }

    close() {
        for (const { events } of this.#streams.values()) {
            events.close();
        }
        this.#client.close();
    }

    async #submitOffline(command) {
        const gateway = await this.#gateway(command);
        const unsigned = await this.#proposal(command);
        const proposal = gateway.newSignedProposal(unsigned.getBytes(), await this.#sign(command, unsigned));
        const endorsed = await proposal.endorse();
        const transaction = gateway.newSignedTransaction(endorsed.getBytes(), await this.#sign(command, endorsed));
        const submitted = await transaction.submit();
        const commit = gateway.newSignedCommit(submitted.getBytes(), await this.#sign(command, submitted));
        return outcome(transaction.getResult(), await commit.getStatus());
    }

    async #proposal(command) {
        const gateway = await this.#gateway(command);
        const network = gateway.getNetwork(command.channel ?? this.#profile.channel);
        const contract = network.getContract(command.chaincode ?? this.#profile.chaincode, command.contract);
        return contract.newProposal(command.function, {
            arguments: command.arguments,
            transientData: command.transient,
            endorsingOrganizations: command.endorsing_organisations,
        });
    }

    #eventsRequest(network, command, options) {
        switch (command.kind) {
            case 'chaincode':
                return network.newChaincodeEventsRequest(command.chaincode ?? this.#profile.chaincode, options);
            case 'block':
                return network.newBlockEventsRequest(options);
            case 'filtered_block':
                return network.newFilteredBlockEventsRequest(options);
            default:
                return network.newBlockAndPrivateDataEventsRequest(options);
        }
    }

    async #gateway({ identity, signed_by: signedBy }) {
        const name = JSON.stringify([identity, Boolean(signedBy)]);
        if (!this.#gateways.has(name)) {
            const { certificate, key } = await this.#credentials(identity);
            this.#gateways.set(name, connect({
                client: this.#client,
                identity: { mspId: identity[0], credentials: certificate },
                signer: signedBy ? undefined : signers.newPrivateKeySigner(key),
                hash: hashFor(key),
                evaluateOptions: deadline,
                endorseOptions: deadline,
                submitOptions: deadline,
                commitStatusOptions: deadline,
            }));
        }
        return this.#gateways.get(name);
    }

    async #sign({ signed_by: signedBy }, signable) {
        const { key } = await this.#credentials(signedBy);
        return signers.newPrivateKeySigner(key)(signable.getDigest());
    }

    async #credentials([mspId, name]) {
        const organisation = this.#profile.organisations.find((one) => one.msp_id === mspId);
        const identity = organisation.identities.find((one) => one.name === name);
        const key = createPrivateKey(await this.#read(identity.private_key_path));
        return { certificate: await this.#read(identity.certificate_path), key };
    }

    async #newClient() {
        const gateway = this.#profile.gateway;
        if (!gateway.tls_root_pem_path) {
            return new grpc.Client(gateway.endpoint, grpc.credentials.createInsecure());
        }
        const roots = await this.#read(gateway.tls_root_pem_path);
        const options = gateway.server_name ? { 'grpc.ssl_target_name_override': gateway.server_name } : {};
        return new grpc.Client(gateway.endpoint, grpc.credentials.createSsl(roots), options);
    }

    #read(path) {
        return readFile(resolve(this.#folder, path));
    }
}

function rebuilt(gateway, kind, bytes, signature) {
    switch (kind) {
        case 'chaincode':
            return gateway.newSignedChaincodeEventsRequest(bytes, signature);
        case 'block':
            return gateway.newSignedBlockEventsRequest(bytes, signature);
        case 'filtered_block':
            return gateway.newSignedFilteredBlockEventsRequest(bytes, signature);
        default:
            return gateway.newSignedBlockAndPrivateDataEventsRequest(bytes, signature);
    }
}

function hashFor(key) {
    return key.asymmetricKeyType === 'ed25519' ? hash.none : hash.sha256;
}

function outcome(result, status) {
    return {
        payload: text(result),
        transaction_id: status.transactionId,
        block_number: Number(status.blockNumber),
        code: status.code,
        successful: status.successful,
    };
}

function deadline() {
    return { deadline: Date.now() + TIMEOUT_MS };
}

function withTimeout(promise) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no event within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function text(bytes) {
    return Buffer.from(bytes).toString('utf8');
}
