// The kit's put, get, fill and call with the official Node shim, as a service under the same CHAINCODE_* settings.
import { readFileSync } from 'node:fs';
import shim from 'fabric-shim';

const functions = {
  async put(stub, [key, value]) {
    await stub.putState(key, Buffer.from(value));
    return Buffer.from(value);
  },
  async get(stub, [key]) {
    return Buffer.from(await stub.getState(key));
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
const server = shim.server(new Kit(), {
  ccid: environment.CHAINCODE_ID,
  address: environment.CHAINCODE_SERVER_ADDRESS,
  tlsProps: {
    key: readFileSync(environment.CHAINCODE_TLS_KEY),
    cert: readFileSync(environment.CHAINCODE_TLS_CERT),
    clientCACerts: readFileSync(environment.CHAINCODE_CLIENT_CA_CERT),
  },
});
await server.start();
