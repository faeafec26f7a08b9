// Reads commands from standard input and answers on standard output, one JSON object a line.
// `node runner.mjs CONNECTION_JSON`. Commands and answers are described in ../drivers.py.

import { createInterface } from 'node:readline';
import { Session } from './session.mjs';

const session = await Session.open(process.argv[2]);
const actions = {
    evaluate: (command) => session.evaluate(command),
    submit: (command) => session.submit(command),
    conflict: (command) => session.conflict(command),
    checkpointer: (command) => session.checkpointer(command),
    open_events: (command) => session.openEvents(command),
    next_event: (command) => session.nextEvent(command),
    close_events: (command) => session.closeEvents(command),
};

for await (const line of createInterface({ input: process.stdin })) {
    const command = JSON.parse(line);
    answer(command).then((result) => process.stdout.write(`${JSON.stringify(result)}\n`));
}
session.close();

async function answer(command) {
    try {
        return { id: command.id, result: await actions[command.do](command) };
    } catch (error) {
        return { id: command.id, error: describe(error) };
    }
}

function describe(error) {
    return {
        type: error.name,
        message: error.message,
        code: error.code ?? null,
        details: (error.details ?? []).map((one) => ({ address: one.address, msp_id: one.mspId, message: one.message })),
        transaction_id: error.transactionId ?? null,
    };
}
