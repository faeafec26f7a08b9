// The functions of tests/support/kit_chaincode.py with the official Node shim, as a service under the same CHAINCODE_*
// settings; CHAINCODE_TLS_DISABLED=true serves in the clear.
import { readFileSync } from 'node:fs';
import shim from 'fabric-shim';

const json = (value) => Buffer.from(JSON.stringify(value));

async function all(iterator, take) {
  const found = [];
  for (let step = await iterator.next(); ; step = await iterator.next()) {
    if (step.value) found.push(take(step.value));
    if (step.done) break;
  }
  await iterator.close();
  return found;
}

const functions = {
  async delete(stub, [key]) {
    await stub.deleteState(key);
    return Buffer.alloc(0);
  },
  async history(stub, [key]) {
    const versions = await all(await stub.getHistoryForKey(key), (one) => [
      Buffer.from(one.value).toString(),
      one.isDelete,
    ]);
    return json(versions);
  },
  async range(stub, [start, end]) {
    return json(await all(await stub.getStateByRange(start, end), (one) => one.key));
  },
  async page(stub, [start, end, size, bookmark]) {
    const page = await stub.getStateByRangeWithPagination(start, end, Number(size), bookmark);
    return json([await all(page.iterator, (one) => one.key), page.metadata.bookmark]);
  },
  async guard(stub, [key, policy]) {
    await stub.setStateValidationParameter(key, Buffer.from(policy, 'hex'));
    return Buffer.alloc(0);
  },
  async guarded(stub, [key]) {
    return Buffer.from(Buffer.from(await stub.getStateValidationParameter(key)).toString('hex'));
  },
  async hide(stub, [collection, key]) {
    await stub.putPrivateData(collection, key, stub.getTransient().get('value'));
    return Buffer.alloc(0);
  },
  async reveal(stub, [collection, key]) {
    return Buffer.from(await stub.getPrivateData(collection, key));
  },
  async digest(stub, [collection, key]) {
    return Buffer.from(Buffer.from(await stub.getPrivateDataHash(collection, key)).toString('hex'));
  },
  async purge(stub, [collection, key]) {
    await stub.purgePrivateData(collection, key);
    return Buffer.alloc(0);
  },
  async hidden_range(stub, [collection, start, end]) {
    const query = await stub.getPrivateDataByRange(collection, start, end);
    return json(await all(query.iterator ?? query, (one) => one.key));
  },
  async weigh(stub, keys) {
    const lengths = [];
    for (const key of keys) lengths.push((await stub.getState(key)).length);
    return json(lengths);
  },
  async echo(stub) {
    return Buffer.from(stub.getArgs()[1]);
  },
  async announce(stub, [name, payload]) {
    stub.setEvent(name, Buffer.from(payload));
    return Buffer.alloc(0);
  },
  async fault() {
    throw new Error('a secret inside');
  },
  async put(stub, [key, value]) {
    await stub.putState(key, Buffer.from(value));
    return Buffer.from(value);
  },
  async get(stub, [key]) {
    return Buffer.from(await stub.getState(key));
  },
  async bump(stub, [key, value]) {
    const before = await stub.getState(key);
    await stub.putState(key, Buffer.from(value));
    return Buffer.from(before);
  },
  async fill(stub, [prefix, number, size]) {
    for (let at = 0; at < Number(number); at += 1) {
      await stub.putState(prefix + String(at).padStart(6, '0'), Buffer.alloc(Number(size), 'x'));
    }
    return Buffer.from(number);
  },
  async call(stub, [name, ...rest]) {
    const answer = await stub.invokeChaincode(name, rest, '');
    return answer.status === 200 ? Buffer.from(answer.payload) : Buffer.from(`${answer.status} ${answer.message}`);
  },
};

class Kit {
  async Init() {
    return shim.success();
  }

  async Invoke(stub) {
    const { fcn, params } = stub.getFunctionAndParameters();
    const body = functions[fcn];
    if (!body) return shim.error(`no function ${fcn}`);
    try {
      return shim.success(await body(stub, params));
    } catch (error) {
      return shim.error(error.message);
    }
  }
}

const environment = process.env;
const options = { ccid: environment.CHAINCODE_ID, address: environment.CHAINCODE_SERVER_ADDRESS };
if (environment.CHAINCODE_TLS_DISABLED !== 'true') {
  options.tlsProps = {
    key: readFileSync(environment.CHAINCODE_TLS_KEY),
    cert: readFileSync(environment.CHAINCODE_TLS_CERT),
    clientCACerts: readFileSync(environment.CHAINCODE_CLIENT_CA_CERT),
  };
}
const server = shim.server(new Kit(), options);
await server.start();
