// Reads JSON lines {bundle, anchors, options} and answers each with the verdict, for tests/proofs/test_js.py.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { ed25519, parseAnchors, verify, verifyDataIntegrity } = await import(pathToFileURL(process.argv[2]));
const files = new Map(Object.entries(JSON.parse(readFileSync(process.argv[3], "utf8")).anchors));

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  let answer;
  if (question.ed25519) {
    answer = { valid: await ed25519(...question.ed25519.map((one) => Buffer.from(one, "hex"))) };
  } else if (question.lenient) {
    // A platform that takes every key and every signature: what is refused, the verifier refuses by itself.
    const { importKey, verify: judge } = crypto.subtle;
    Object.assign(crypto.subtle, { importKey: async () => null, verify: async () => true });
    answer = { valid: await ed25519(...question.lenient.map((one) => Buffer.from(one, "hex"))) };
    Object.assign(crypto.subtle, { importKey, verify: judge });
  } else if (question.layout) {
    answer = { fingerprint: (await parseAnchors(new TextEncoder().encode(question.layout))).fingerprint };
  } else if (question.document) {
    answer = await verifyDataIntegrity(question.document, question.key).then(
      () => ({ outcome: "valid" }),
      (error) => ({ outcome: "invalid", reason: error.reason }),
    );
  } else {
    const anchors = new TextEncoder().encode(JSON.stringify(files.get(question.anchors)));
    answer = await verify(Buffer.from(question.bundle, "base64"), anchors, question.options ?? {});
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
