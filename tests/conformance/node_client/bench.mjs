// The official client under load: `node bench.mjs FOLDER PORT SECONDS IN_FLIGHT default|native`.
// Prints one JSON object: transactions, wall_s, cpu_s.

import * as grpc from '@grpc/grpc-js';
import { connect, hash, signers } from '@hyperledger/fabric-gateway';
import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const WARM_UP_S = 2;
const ARGUMENT = 'x'.repeat(200);
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const [folder, port, seconds, inFlight, kind] = process.argv.slice(2);
const read = (name) => readFileSync(join(folder, name));

const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createSsl(read('ca.pem')), {
    'grpc.ssl_target_name_override': 'localhost',
});
const key = createPrivateKey(read('client.key'));
const gateway = connect({
    client,
    identity: { mspId: 'Org1MSP', credentials: read('client.pem') },
    ...(kind === 'native' ? { hash: hash.none, signer: nativeSigner } : { signer: signers.newPrivateKeySigner(key) }),
});
const contract = gateway.getNetwork('credits').getContract('null');

await load(WARM_UP_S);
const cpuBefore = process.cpuUsage();
const before = process.hrtime.bigint();
const transactions = await load(Number(seconds));
const wall_s = Number(process.hrtime.bigint() - before) / 1e9;
const cpu = process.cpuUsage(cpuBefore);
console.log(JSON.stringify({ transactions, wall_s, cpu_s: (cpu.user + cpu.system) / 1e6 }));
gateway.close();
client.close();

async function load(limit_s) {
    const until = Date.now() + limit_s * 1000;
    let done = 0;
    const caller = async () => {
        while (Date.now() < until) {
            await contract.submitTransaction('f', ARGUMENT);
            done += 1;
        }
    };
    await Promise.all(Array.from({ length: Number(inFlight) }, caller));
    return done;
}

// OpenSSL's ECDSA instead of the client's own in JavaScript; s is brought into the lower half as Fabric wants.
async function nativeSigner(message) {
    const raw = sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' });
    const r = raw.subarray(0, 32);
    const s = BigInt(`0x${raw.subarray(32).toString('hex')}`);
    const low = s > P256_ORDER / 2n ? P256_ORDER - s : s;
    const body = Buffer.concat([derInteger(r), derInteger(Buffer.from(low.toString(16).padStart(64, '0'), 'hex'))]);
    return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

function derInteger(bytes) {
    let start = 0;
    while (start < bytes.length - 1 && bytes[start] === 0) {
        start += 1;
    }
    const digits = bytes[start] & 0x80 ? Buffer.concat([Buffer.from([0]), bytes.subarray(start)]) : bytes.subarray(start);
    return Buffer.concat([Buffer.from([2, digits.length]), digits]);
}
