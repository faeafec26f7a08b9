/**
 * The offline verifier for browsers and Node, on WebCrypto alone. Formats: docs/proofs.md.
 *
 * It answers as tanhui.proofs.verify does, reason codes included, on the vectors of tests/vectors. It is one file
 * on purpose: a saved copy of the page that carries it inline must work without a server. It makes no request,
 * reads no clock, and takes no key from a bundle.
 *
 *     const verdict = await verify(bundleBytes, anchorsBytes, { saved, now, expect, passed });
 *     // { outcome: "valid", size, time, leaf, effects, effect, opened, issuer }
 *     // { outcome: "invalid", reason, detail } or { outcome: "insufficient", missing: [...] }
 *
 * `passed(step)` is called after each step that holds, in the order of STEPS, for who shows them to a reader.
 */

const BUNDLE_BYTES_MAX = 8 << 20;
const ANCHORS_BYTES_MAX = 64 << 10;
const NOTE_BYTES_MAX = 256 << 10;
const DEPTH_MAX = 32;
const VALUES_MAX = 200_000;
const SIZE_MAX = 2n ** 63n - 1n;
const CLOCK_SKEW_S = 300n;
const LOG_KEY = 1;
const COSIGNER_KEY = 4;
const TRANSFER_KINDS = ["credits.transferred", "points.transferred", "points.converted"];
const BATCH_KINDS = ["activities.recorded", "activities.submitted"];
const CONTEXT = ["https://www.w3.org/ns/credentials/v2", { "@vocab": "urn:tanhui:certificate:v1#" }];

/** What is checked, in this order; a bundle about no retirement has no certificate. */
export const STEPS = ["form", "signatures", "inclusion", "ledger", "effects", "certificate", "saved"];

/** Why something is refused: `reason` is the dotted code that both verifiers share. */
export class ProofError extends Error {
  constructor(reason, detail = "") {
    const shown = typeof detail === "string" ? detail : JSON.stringify(detail) ?? "";
    super(shown ? `${reason}: ${shown}` : reason);
    this.reason = reason;
    this.detail = shown;
  }
}

/** Judge a bundle (bytes) by the verifier's own anchors (bytes of the file). Never throws on a bad bundle. */
export async function verify(bundle, anchorsFile, { saved = null, now = null, expect = null, passed = () => {} } = {}) {
  const anchors = await parseAnchors(anchorsFile);
  try {
    return await judge(bundle, anchors, saved, now === null ? null : BigInt(now), expect, passed);
  } catch (error) {
    if (error instanceof ProofError) return { outcome: "invalid", reason: error.reason, detail: error.detail };
    throw error;
  }
}

async function judge(data, anchors, saved, now, expect, passed) {
  const bundle = parseBundle(data);
  passed("form");
  const { checkpoint, times, missing } = await checkSignatures(bundle.proof, anchors, now);
  passed("signatures");
  const leafHash = await sha256(Uint8Array.of(0), utf8(canonical(bundle.leaf)));
  const root = await rootFromInclusion(leafHash, bundle.proof.index, checkpoint.size, bundle.proof.hashes);
  if (root !== checkpoint.root) throw new ProofError("merkle.root", "the proof leads to another root");
  passed("inclusion");
  const leaf = bundle.leaf;
  if (leaf.genesis !== anchors.genesis) throw new ProofError("leaf.genesis", `genesis ${leaf.genesis}`);
  if (leaf.channel !== anchors.channel) throw new ProofError("leaf.channel", `channel ${leaf.channel}`);
  if (leaf.code !== "0") throw new ProofError("leaf.code", `the transaction is invalid, code ${leaf.code}`);
  passed("ledger");
  const effects = await checkEffects(bundle);
  const about = aboutWhat(bundle, effects, expect);
  const opened = await checkOpenings(bundle, about);
  passed("effects");
  const issuer = bundle.kind === "retirement" ? await checkCertificate(bundle, about, anchors) : null;
  if (issuer !== null) passed("certificate");
  if (saved !== null) {
    await checkSaved(saved, checkpoint);
    passed("saved");
  }
  if (missing.length) return { outcome: "insufficient", missing };
  const time = quorumTime(anchors.witnesses.threshold, times);
  const effect = bundle.effect ?? null;
  return { outcome: "valid", size: String(checkpoint.size), time, leaf, effects, effect, opened, issuer };
}

// --- bytes, hashes, signatures ---------------------------------------------------------------------------------

const utf8 = (text) => new TextEncoder().encode(text);
const toHex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");

function fromHex(text, length = null) {
  if (typeof text !== "string" || !/^(?:[0-9a-f]{2})*$/.test(text)) throw new ProofError("hex.form");
  if (length !== null && text.length !== 2 * length) throw new ProofError("hex.length");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function fromBase64(text, bytesMax) {
  if (typeof text !== "string" || text.length > Math.ceil(bytesMax / 3) * 4 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw new ProofError("base64.form");
  }
  let binary;
  try {
    binary = atob(text);
  } catch {
    throw new ProofError("base64.form");
  }
  if (btoa(binary) !== text) throw new ProofError("base64.form");
  return Uint8Array.from(binary, (one) => one.charCodeAt(0));
}

function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  parts.reduce((at, one) => (whole.set(one, at), at + one.length), 0);
  return whole;
}

const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...parts)));

/** Encodings of y for points of small order, sign bit cleared: libsodium refuses them as keys and as R. */
const SMALL_ORDER = new Set([
  "00".repeat(32),
  "01" + "00".repeat(31),
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ec" + "ff".repeat(30) + "7f",
  "ed" + "ff".repeat(30) + "7f",
  "ee" + "ff".repeat(30) + "7f",
]);

const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** Whether the second half of a signature is below the group's order: else a second signature could be made of it. */
function scalarInRange(scalar) {
  return BigInt(`0x${toHex(Uint8Array.from(scalar).reverse())}`) < GROUP_ORDER;
}

function smallOrNotCanonical(point) {
  const y = Uint8Array.from(point);
  y[31] &= 0x7f;
  const text = toHex(y);
  return SMALL_ORDER.has(text) || (text.slice(2) === "ff".repeat(30) + "7f" && y[0] >= 0xed);
}

/** Whether a signature verifies, with libsodium's answers at the edges. */
export async function ed25519(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  if (smallOrNotCanonical(key) || smallOrNotCanonical(signature.subarray(0, 32))) return false;
  if (!scalarInRange(signature.subarray(32))) return false;
  try {
    const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", imported, signature, message);
  } catch (error) {
    if (error.name === "NotSupportedError") throw error; // a browser without Ed25519: no verdict at all
    return false; // a key that is no point
  }
}

// --- canonical JSON (RFC 8785 without numbers) -----------------------------------------------------------------

/** RFC 8785 text. Keys sort by UTF-16 units, which is JavaScript's own order. */
function canonical(value, depth = 0) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw new ProofError("json.surrogate", "a lone surrogate");
    return JSON.stringify(value);
  }
  if (typeof value === "number") throw new ProofError("json.number", "numbers are written as decimal strings");
  if (depth >= DEPTH_MAX) throw new ProofError("json.too_deep", `more than ${DEPTH_MAX} levels`);
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one, depth + 1)).join(",")}]`;
  const entries = Object.keys(value).sort();
  return `{${entries.map((key) => `${canonical(key)}:${canonical(value[key], depth + 1)}`).join(",")}}`;
}

function parseText(data, bytesMax) {
  if (data.length > bytesMax) throw new ProofError("json.too_long", `${data.length} bytes, at most ${bytesMax}`);
  let values = 0;
  for (const byte of data) if (byte === 0x2c || byte === 0x5b || byte === 0x7b) values += 1;
  if (values > VALUES_MAX) throw new ProofError("json.too_many", `${values} commas and brackets, at most ${VALUES_MAX}`);
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    throw new ProofError("json.utf8", "not UTF-8");
  }
  return { text, value: new JsonReader(text).document() };
}

/** JSON without numbers and without a name twice: JSON.parse would round the first and drop the second silently. */
class JsonReader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  document() {
    const value = this.value(0);
    if (this.next() !== "") throw this.wrong();
    return value;
  }

  wrong() {
    return new ProofError("json.syntax", `at character ${this.at}`);
  }

  /** The next character that is no white space, "" at the end; it is not consumed. */
  next() {
    while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at += 1;
    return this.text[this.at] ?? "";
  }

  take(char) {
    if (this.next() !== char) throw this.wrong();
    this.at += 1;
  }

  value(depth) {
    const char = this.next();
    if (char === '"') return this.string();
    if (/[-0-9NI]/.test(char)) throw new ProofError("json.number", "numbers are written as decimal strings");
    if (char === "[" || char === "{") {
      // Far beyond what is allowed, so that what is merely too deep is parsed first and judged as such.
      if (depth >= 8 * DEPTH_MAX) throw new ProofError("json.too_deep", `more than ${DEPTH_MAX} levels`);
      return char === "[" ? this.list(depth + 1) : this.object(depth + 1);
    }
    for (const [word, value] of [["true", true], ["false", false], ["null", null]]) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    throw this.wrong();
  }

  string() {
    let end = this.at;
    let escaped = true;
    while (escaped) {
      end = this.text.indexOf('"', end + 1);
      if (end < 0) throw this.wrong();
      let slashes = 0;
      while (this.text[end - 1 - slashes] === "\\") slashes += 1;
      escaped = slashes % 2 === 1;
    }
    try {
      const value = JSON.parse(this.text.slice(this.at, end + 1));
      this.at = end + 1;
      return value;
    } catch {
      throw this.wrong();
    }
  }

  list(depth) {
    const values = [];
    this.take("[");
    if (this.next() === "]") this.at += 1;
    else {
      do values.push(this.value(depth));
      while (this.comma("]"));
    }
    return values;
  }

  object(depth) {
    const members = new Map();
    let twice = null;
    this.take("{");
    if (this.next() === "}") this.at += 1;
    else {
      do {
        if (this.next() !== '"') throw this.wrong();
        const key = this.string();
        this.take(":");
        if (members.has(key)) twice ??= key;
        members.set(key, this.value(depth));
      } while (this.comma("}"));
    }
    if (twice !== null) throw new ProofError("json.duplicate", `the key ${twice} stands twice`);
    return Object.fromEntries(members);
  }

  /** Whether another item follows; false at the closing bracket. */
  comma(end) {
    const char = this.next();
    if (char !== "," && char !== end) throw this.wrong();
    this.at += 1;
    return char === ",";
  }
}

/** A value whose bytes are its canonical form: a duplicate key, a space or another escape shows here. */
function parseCanonical(data, bytesMax) {
  const { text, value } = parseText(data, bytesMax);
  if (canonical(value) !== text) throw new ProofError("json.not_canonical", "the bytes are not their value's RFC 8785 form");
  return value;
}

function members(value, required, optional, of) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new ProofError("json.object", of);
  for (const key of required) if (!Object.hasOwn(value, key)) throw new ProofError("json.missing", `${of} has no ${key}`);
  for (const key of Object.keys(value)) {
    if (!required.includes(key) && !optional.includes(key)) throw new ProofError("json.unknown", `${of} has ${key}`);
  }
  return value;
}

function textOf(value, what, charsMax) {
  if (typeof value !== "string" || [...value].length > charsMax) throw new ProofError("json.text", what);
  return value;
}

function listOf(value, what, itemsMax) {
  if (!Array.isArray(value) || value.length > itemsMax) throw new ProofError("json.list", what);
  return value;
}

function decimal(text, maximum = SIZE_MAX) {
  if (typeof text !== "string" || !/^(?:0|[1-9][0-9]{0,38})$/.test(text)) throw new ProofError("decimal.form", text);
  if (BigInt(text) > maximum) throw new ProofError("decimal.range", text);
  return BigInt(text);
}

// --- Merkle trees (RFC 9162 section 2.1.3.2 and 2.1.4.2) -----------------------------------------------------------

const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);
const bits = (number) => number.toString(2).length * (number > 0n ? 1 : 0);
const ones = (number) => number.toString(2).replaceAll("0", "").length;

async function rootFromInclusion(leaf, index, size, proof) {
  if (index >= size) throw new ProofError("merkle.index", `leaf ${index} of a tree of ${size}`);
  const inner = bits(index ^ (size - 1n));
  const wanted = inner + ones(index >> BigInt(inner));
  if (proof.length !== wanted) throw new ProofError("merkle.proof_length", `${proof.length} hashes, not ${wanted}`);
  let node = leaf;
  for (const [level, other] of proof.entries()) {
    const right = level >= inner || ((index >> BigInt(level)) & 1n) === 1n;
    node = right ? await nodeHash(other, node) : await nodeHash(node, other);
  }
  return toHex(node);
}

async function verifyConsistency(oldSize, newSize, proof, oldRoot, newRoot) {
  if (oldSize === 0n || oldSize === newSize) {
    if (proof.length) throw new ProofError("merkle.proof_length", `${proof.length} hashes, not 0`);
    if (oldSize === newSize && oldRoot !== newRoot) throw new ProofError("merkle.root", `two roots at ${newSize}`);
    return;
  }
  let shift = 0n;
  while (((oldSize >> shift) & 1n) === 0n) shift += 1n;
  const path = (oldSize - 1n) >> shift;
  const inner = bits(path ^ ((newSize - 1n) >> shift));
  const fromRoot = oldSize === 1n << shift;
  const wanted = inner + ones(path >> BigInt(inner)) + (fromRoot ? 0 : 1);
  if (proof.length !== wanted) throw new ProofError("merkle.proof_length", `${proof.length} hashes, not ${wanted}`);
  let older = fromRoot ? fromHex(oldRoot) : proof[0];
  let newer = older;
  for (const [level, other] of (fromRoot ? proof : proof.slice(1)).entries()) {
    if (level >= inner || ((path >> BigInt(level)) & 1n) === 1n) {
      older = await nodeHash(other, older);
      newer = await nodeHash(other, newer);
    } else newer = await nodeHash(newer, other);
  }
  if (toHex(older) !== oldRoot) throw new ProofError("merkle.old_root", "the proof leads to another old root");
  if (toHex(newer) !== newRoot) throw new ProofError("merkle.root", "the proof leads to another root");
}

// --- keys, signed notes, checkpoints, proofs (C2SP) ----------------------------------------------------------------

function checkName(name) {
  const length = utf8(name).length;
  if (length === 0 || length > 255 || /[\p{White_Space}\u0000-\u001f+]/u.test(name)) throw new ProofError("key.name", name);
}

async function parseVkey(text, type) {
  const match = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/s.exec(textOf(text, "key", 400));
  if (!match) throw new ProofError("key.form", "no verifier key");
  const [, name, id, encoded] = match;
  const material = fromBase64(encoded, 64);
  checkName(name);
  if (material[0] !== LOG_KEY && material[0] !== COSIGNER_KEY) throw new ProofError("key.type", name);
  if (material.length !== 33) throw new ProofError("key.length", name);
  const expected = toHex((await sha256(utf8(`${name}\n`), material)).subarray(0, 4));
  if (expected !== id) throw new ProofError("key.id", `${name}: the key's id is ${expected}`);
  if (material[0] !== type) throw new ProofError("anchors.key_type", name);
  return { name, id, type, publicKey: material.subarray(1) };
}

function parseNote(text) {
  if (utf8(text).length > NOTE_BYTES_MAX) throw new ProofError("note.too_long");
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text)) throw new ProofError("note.control", "a control character");
  const at = text.lastIndexOf("\n\n");
  if (at < 0) throw new ProofError("note.unsigned", "no blank line before signatures");
  const block = text.slice(at + 2);
  if (!block.endsWith("\n")) throw new ProofError("note.signature_line", "the signatures do not end in a newline");
  const lines = block.slice(0, -1).split("\n");
  if (lines.length > 64) throw new ProofError("note.signatures", `${lines.length} signatures`);
  const signatures = lines.map((line) => {
    const match = /^— ([^ ]*) ([^ ]*)$/.exec(line);
    if (!match) throw new ProofError("note.signature_line", line);
    checkName(match[1]);
    const data = fromBase64(match[2], 8192);
    if (data.length < 5) throw new ProofError("note.signature_line", "a short signature");
    return { name: match[1], id: toHex(data.subarray(0, 4)), data: data.subarray(4) };
  });
  return { text: text.slice(0, at + 1), signatures };
}

/** Which of the known keys signed: a known key that fails rejects the note, unknown ones are ignored. */
async function verifyNote(note, known) {
  const verified = new Map();
  if (new Set(known.map((one) => `${one.name}\n${one.id}`)).size !== known.length) {
    throw new ProofError("note.ambiguous", "two known keys share name and id");
  }
  for (const { name, id, data } of note.signatures) {
    const key = known.find((one) => one.name === name && one.id === id);
    if (key === undefined) continue;
    const time = key.type === COSIGNER_KEY && data.length === 72 ? new DataView(data.buffer, data.byteOffset).getBigUint64(0) : null;
    const header = time === null ? "" : `cosignature/v1\ntime ${time}\n`;
    const timely = key.type === LOG_KEY || (time !== null && time > 0n && time <= SIZE_MAX);
    const signature = time === null ? data : data.subarray(8);
    if (!timely || !(await ed25519(key.publicKey, utf8(header + note.text), signature))) {
      throw new ProofError("note.signature", `the signature of ${name} does not verify`);
    }
    if (!verified.has(key)) verified.set(key, time);
  }
  if (verified.size === 0) throw new ProofError("note.unknown", "no signature of a known key");
  return verified;
}

function parseCheckpoint(text) {
  const lines = text.split("\n");
  if (lines.length < 4 || lines.pop() !== "" || lines.includes("")) throw new ProofError("checkpoint.lines");
  const [origin, sizeText, rootText, ...extensions] = lines;
  const size = decimal(sizeText);
  const root = toHex(fromBase64(rootText, 32));
  if (utf8(origin).length > 255) throw new ProofError("checkpoint.origin", origin);
  if (root.length !== 64) throw new ProofError("checkpoint.root", "no 32 bytes");
  if (size === 0n && root !== "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855") {
    throw new ProofError("checkpoint.root", "an empty log with another root");
  }
  return { origin, size, root, extensions };
}

function hashes(list, reason) {
  return list.map((one) => {
    const hash = fromBase64(one, 32);
    if (hash.length !== 32) throw new ProofError(reason, "a hash that is not 32 bytes");
    return hash;
  });
}

function parseTlogProof(text) {
  const at = text.indexOf("\n\n");
  if (at < 0) throw new ProofError("tlog_proof.form", "no blank line before the checkpoint");
  const lines = text.slice(0, at).split("\n");
  if (/[^\u0000-\u007f]/.test(text.slice(0, at))) throw new ProofError("tlog_proof.form", "a line is not ASCII");
  if (lines.shift() !== "c2sp.org/tlog-proof@v1") throw new ProofError("tlog_proof.header");
  if (lines[0]?.startsWith("extra ")) throw new ProofError("bundle.extra", "a bundle's proof carries no extra data");
  if (!lines[0]?.startsWith("index ")) throw new ProofError("tlog_proof.index", "no index line");
  const index = decimal(lines.shift().slice(6));
  if (lines.length > 64) throw new ProofError("tlog_proof.hashes", `${lines.length} hashes`);
  return { index, hashes: hashes(lines, "merkle.hash_length"), checkpoint: parseNote(text.slice(at + 2)) };
}

// --- anchors -------------------------------------------------------------------------------------------------------

/** The verifier's own file. Throws ProofError when it is not well formed. */
export async function parseAnchors(data) {
  const { value } = parseText(data, ANCHORS_BYTES_MAX);
  canonical(value); // no numbers, no lone surrogates, not too deep
  const names = ["format", "number", "network", "channel", "genesis", "origin", "logs", "witnesses", "auditors", "issuers", "keepers"];
  const found = members(value, names, [], "anchors");
  if (found.format !== "tanhui-anchors/v1") throw new ProofError("anchors.format", found.format);
  fromHex(found.genesis, 32);
  const logs = [];
  for (const one of listOf(found.logs, "logs", 16)) {
    members(one, ["key", "since"], ["until"], "log key");
    const until = "until" in one ? decimal(one.until) : SIZE_MAX;
    logs.push({ key: await parseVkey(one.key, LOG_KEY), since: decimal(one.since), until });
  }
  const witnesses = await parseQuorum(found.witnesses, "witnesses", COSIGNER_KEY);
  const auditors = await parseQuorum(found.auditors, "auditors", COSIGNER_KEY);
  const keepers = await parseQuorum(found.keepers, "keepers", LOG_KEY);
  const issuers = listOf(found.issuers, "issuers", 32).map((one) => {
    members(one, ["name", "key"], [], "issuer");
    return { name: textOf(one.name, "issuer name", 200), multikey: textOf(one.key, "key", 100), publicKey: multikeyBytes(one.key) };
  });
  const everyone = [...logs.map((one) => one.key), ...witnesses.keys, ...auditors.keys, ...keepers.keys, ...issuers];
  if (new Set(everyone.map((one) => toHex(one.publicKey))).size !== everyone.length) {
    throw new ProofError("anchors.duplicate", "one public key stands in two places");
  }
  if (logs.length === 0 || decimal(found.number) < 1n) throw new ProofError("anchors.count");
  return { ...found, logs, witnesses, auditors, issuers, fingerprint: await fingerprintOf(found) };
}

/** SHA-256 (hex) of the content's canonical form, whatever the file's layout: what people compare. */
async function fingerprintOf(found) {
  const endless = (one) => decimal(one.until ?? "0") === SIZE_MAX; // says no more than a key without `until`
  const logs = found.logs.map((one) => (endless(one) ? { key: one.key, since: one.since } : one));
  return toHex(await sha256(utf8(canonical({ ...found, logs }))));
}

async function parseQuorum(value, what, type) {
  const found = members(value, ["threshold", "keys"], [], what);
  const keys = await Promise.all(listOf(found.keys, what, 32).map((one) => parseVkey(one, type)));
  const threshold = Number(decimal(found.threshold, 32n));
  if (threshold > keys.length) throw new ProofError("quorum.threshold", `${threshold} of ${keys.length} keys`);
  return { threshold, keys };
}

async function checkSignatures(proof, anchors, now) {
  const known = [...anchors.logs.map((one) => one.key), ...anchors.witnesses.keys, ...anchors.auditors.keys];
  const verified = await verifyNote(proof.checkpoint, known);
  const checkpoint = parseCheckpoint(proof.checkpoint.text);
  if (checkpoint.origin !== anchors.origin) throw new ProofError("checkpoint.origin", `origin ${checkpoint.origin}`);
  if (checkpoint.extensions.length) throw new ProofError("checkpoint.extension", "this log's checkpoints have three lines");
  const signing = anchors.logs.filter((one) => verified.has(one.key));
  if (signing.length === 0) throw new ProofError("log.unsigned", "no key of the log signed the checkpoint");
  if (!signing.some((one) => one.since <= checkpoint.size && checkpoint.size <= one.until)) {
    throw new ProofError("log.key_span", `the log's key does not hold at size ${checkpoint.size}`);
  }
  if (now !== null && [...verified.values()].some((time) => time !== null && time > now + CLOCK_SKEW_S)) {
    throw new ProofError("cosignature.future", `a cosignature later than ${now}`);
  }
  const missing = [];
  for (const name of ["witnesses", "auditors"]) {
    const { keys, threshold } = anchors[name];
    const found = keys.filter((key) => verified.has(key)).length;
    if (found < threshold) missing.push(`${name}: ${found} of ${threshold}`);
  }
  const times = anchors.witnesses.keys.filter((key) => verified.has(key)).map((key) => verified.get(key));
  return { checkpoint, times, missing };
}

function quorumTime(threshold, times) {
  if (threshold === 0) return null;
  return String(times.sort((a, b) => (a < b ? 1 : a > b ? -1 : 0))[threshold - 1]);
}

// --- bundles -------------------------------------------------------------------------------------------------------

const SHAPES = {
  inclusion: [[], ["effects", "effect", "record"]],
  retirement: [["effects", "effect", "certificate"], ["openings"]],
  transfer: [["effects", "effect"], ["openings"]],
};

function parseBundle(data) {
  const value = parseCanonical(data, BUNDLE_BYTES_MAX);
  // A one-item array would pass for its item as a property's name: the kind must be text.
  if (typeof value?.kind !== "string" || !Object.hasOwn(SHAPES, value.kind)) throw new ProofError("bundle.kind");
  const [required, optional] = SHAPES[value.kind];
  const found = members(value, ["kind", "v", "leaf", "proof", ...required], optional, "bundle");
  if (found.v !== "1") throw new ProofError("bundle.version", found.v);
  if ("record" in found && !("effect" in found && "effects" in found)) throw new ProofError("bundle.record");
  const proof = parseTlogProof(textOf(found.proof, "proof", 1 << 20));
  checkLeaf(found.leaf);
  const effect = "effect" in found ? Number(decimal(found.effect, 10000n)) : undefined;
  return { ...found, proof, effect };
}

function checkLeaf(leaf) {
  const names = ["v", "genesis", "channel", "block", "tx", "header", "txid", "env", "code", "commit", "events"];
  members(leaf, names, [], "leaf");
  if (leaf.v !== "1") throw new ProofError("leaf.version", leaf.v);
  for (const name of ["genesis", "header", "env", "events"]) fromHex(leaf[name], 32);
  for (const name of ["txid", "commit"]) if (leaf[name] !== "") fromHex(leaf[name], 32);
  for (const name of ["block", "tx"]) decimal(leaf[name]);
  decimal(leaf.code, 255n);
  textOf(leaf.channel, "channel", 249);
}

async function checkEffects(bundle) {
  if (!("effects" in bundle)) return [];
  if (toHex(await sha256(utf8(canonical(bundle.effects)))) !== bundle.leaf.events) {
    throw new ProofError("effects.hash", "the effects are not those of the leaf");
  }
  const found = members(bundle.effects, ["effects", "v"], [], "effects document");
  if (found.v !== "1") throw new ProofError("effects.version", found.v);
  const listed = listOf(found.effects, "effects", 10000);
  if (listed.length === 0) throw new ProofError("effects.count", "no effects");
  for (const one of listed) {
    if (one === null || typeof one !== "object" || typeof one.kind !== "string") throw new ProofError("effect.kind", "an effect has no kind");
  }
  return listed;
}

function aboutWhat(bundle, effects, expect) {
  if (bundle.effect === undefined) {
    if (expect !== null) throw new ProofError("bundle.effect_kind", `the bundle is about no ${expect}`);
    return null;
  }
  if (bundle.effect >= effects.length) throw new ProofError("bundle.effect", `effect ${bundle.effect} of ${effects.length}`);
  const about = effects[bundle.effect];
  const kind = about.kind;
  const transfer = TRANSFER_KINDS.includes(kind) || kind.startsWith("recognition.");
  const fits = { inclusion: true, retirement: kind === "retirements.retired", transfer }[bundle.kind];
  if (!fits || (expect !== null && expect !== kind)) throw new ProofError("bundle.effect_kind", `a ${bundle.kind} bundle about ${kind}`);
  return about;
}

async function commitment({ salt, value }) {
  const data = utf8(textOf(value, "value", 1024));
  if (data.length === 0 || data.length > 1024) throw new ProofError("commitment.value", `${data.length} bytes`);
  return toHex(await sha256(utf8("tanhui commitment v1\n"), fromHex(salt, 32), data));
}

async function checkOpenings(bundle, about) {
  const opened = Object.create(null); // a field of any name is only a field
  const openings = "openings" in bundle ? listOf(bundle.openings, "openings", 16) : [];
  if ("openings" in bundle && openings.length === 0) throw new ProofError("bundle.openings", "an empty list");
  for (const one of openings) {
    members(one, ["field", "salt", "value"], [], "opening");
    const step = (at, name) => (at !== null && typeof at === "object" && Object.hasOwn(at, name) ? at[name] : undefined);
    const target = textOf(one.field, "field", 100).split(".").reduce(step, about);
    if (typeof target !== "string" || !/^[0-9a-f]{64}$/.test(target) || Object.hasOwn(opened, one.field)) {
      throw new ProofError("opening.field", `${one.field} is no commitment, or is opened twice`);
    }
    if ((await commitment(one)) !== target) throw new ProofError("commitment.mismatch", one.field);
    opened[one.field] = one.value;
  }
  if ("record" in bundle) await checkRecord(bundle.record, about, opened);
  return opened;
}

async function checkRecord(record, batch, opened) {
  if (!BATCH_KINDS.includes(batch.kind)) throw new ProofError("record.batch", "the effect is no batch of activities");
  members(record, ["position", "record", "path"], ["opening"], "record");
  const data = fromHex(record.record);
  if (BigInt(data.length) !== decimal(batch.record_bytes)) throw new ProofError("record.width", `${data.length} bytes`);
  const path = hashes(listOf(record.path, "path", 64), "merkle.hash_length");
  const leaf = await sha256(Uint8Array.of(0), data);
  const root = await rootFromInclusion(leaf, decimal(record.position), decimal(batch.count), path);
  if (root !== batch.records_root) throw new ProofError("merkle.root", "the record's path leads to another root");
  if ("opening" in record) {
    members(record.opening, ["salt", "value"], [], "opening");
    const hidden = await commitment(record.opening);
    const at = record.record.indexOf(hidden);
    if (at < 0) throw new ProofError("record.opening", "the record carries no commitment that this opens");
    opened.record = record.opening.value;
  }
}

// --- certificates (W3C Data Integrity, eddsa-jcs-2022) -----------------------------------------------------------------

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

function base58(text) {
  if (typeof text !== "string" || !/^z[1-9A-HJ-NP-Za-km-z]*$/.test(text) || text.length > 200) throw new ProofError("multibase.form");
  let number = 0n;
  for (const char of text.slice(1)) number = number * 58n + BigInt(BASE58.indexOf(char));
  const digits = number === 0n ? "" : number.toString(16);
  const zeroes = /^z(1*)/.exec(text)[1].length;
  return fromHex("00".repeat(zeroes) + (digits.length % 2 ? "0" : "") + digits);
}

function multikeyBytes(text) {
  const data = base58(text);
  if (data.length !== 34 || data[0] !== 0xed || data[1] !== 0x01) throw new ProofError("multibase.key", text);
  return data.subarray(2);
}

/** The document without its proof, once the key's eddsa-jcs-2022 proof on it verifies. Numbers need RFC 8785 too. */
export async function verifyDataIntegrity(document, multikey) {
  const { proof, ...unsecured } = document;
  if (proof === null || typeof proof !== "object" || Array.isArray(proof)) throw new ProofError("data_integrity.proof");
  const fixed = { type: "DataIntegrityProof", cryptosuite: "eddsa-jcs-2022", proofPurpose: "assertionMethod" };
  if (Object.entries(fixed).some(([key, value]) => proof[key] !== value)) throw new ProofError("data_integrity.proof");
  const { proofValue, ...options } = proof;
  if (proof.verificationMethod !== `did:key:${multikey}#${multikey}`) throw new ProofError("data_integrity.key");
  if ("@context" in proof) {
    const ours = [proof["@context"]].flat();
    const whole = [unsecured["@context"] ?? null].flat().slice(0, ours.length);
    if (canonical(whole) !== canonical(ours)) throw new ProofError("data_integrity.context");
    unsecured["@context"] = proof["@context"];
  }
  if (typeof proofValue !== "string") throw new ProofError("data_integrity.proof");
  const signed = concat(await sha256(utf8(canonical(options))), await sha256(utf8(canonical(unsecured))));
  if (!(await ed25519(multikeyBytes(multikey), signed, base58(proofValue)))) {
    throw new ProofError("data_integrity.signature", "the proof does not verify");
  }
  return unsecured;
}

function deriveCertificate(bundle, about, multikey) {
  const { leaf } = bundle;
  const { kind, ...retired } = about;
  const position = { type: "Retirement", channel: leaf.channel, transaction: leaf.txid, block: leaf.block };
  return {
    "@context": CONTEXT,
    id: `urn:tanhui:retirement:${leaf.genesis}:${leaf.txid}:${bundle.effect}`,
    type: ["VerifiableCredential", "RetirementCertificate"],
    issuer: `did:key:${multikey}`,
    validFrom: `${textOf(about.day, "day", 10)}T00:00:00+08:00`,
    credentialSubject: { ...position, ...retired },
  };
}

function serials(value) {
  const { batch, first, last } = members(value, ["batch", "first", "last"], [], "range");
  const found = { batch: textOf(batch, "batch", 128), first: decimal(first), last: decimal(last) };
  if (found.first < 1n || found.last < found.first) throw new ProofError("effect.range", `serials ${first} to ${last}`);
  return found;
}

/** A serial that stands in two ranges would count twice. */
function requireApart(ranges) {
  const below = (one, two) => (one < two ? -1 : one > two ? 1 : 0);
  const ordered = [...ranges].sort((one, two) => below(one.batch, two.batch) || below(one.first, two.first));
  for (const [at, one] of ordered.slice(1).entries()) {
    const before = ordered[at];
    if (one.batch === before.batch && one.first <= before.last) throw new ProofError("effect.range", one.batch);
  }
}

async function checkCertificate(bundle, about, anchors) {
  const ranges = listOf(about.ranges, "ranges", 10000).map(serials);
  requireApart(ranges);
  const kilograms = ranges.reduce((sum, one) => sum + one.last - one.first + 1n, 0n);
  if (kilograms !== decimal(about.quantity_kg)) throw new ProofError("effect.quantity", `ranges hold ${kilograms} kg`);
  const found = bundle.certificate;
  if (found === null || typeof found !== "object" || Array.isArray(found)) throw new ProofError("bundle.certificate");
  for (const issuer of anchors.issuers) {
    if (found.issuer !== `did:key:${issuer.multikey}`) continue;
    const unsecured = await verifyDataIntegrity(found, issuer.multikey);
    // The proof's @context may be but the beginning of the document's: what follows it nobody signed.
    unsecured["@context"] = found["@context"] ?? null;
    if (canonical(unsecured) !== canonical(deriveCertificate(bundle, about, issuer.multikey))) {
      throw new ProofError("certificate.field", "a field is not what the ledger says");
    }
    return issuer.name;
  }
  throw new ProofError("certificate.issuer", found.issuer);
}

// --- a checkpoint seen before ----------------------------------------------------------------------------------------

/** saved: { checkpoint: text of the note's body, consistency: [base64, ...] } */
async function checkSaved(saved, found) {
  const before = parseCheckpoint(saved.checkpoint);
  if (before.origin !== found.origin) throw new ProofError("saved.origin", before.origin);
  const [older, newer] = before.size > found.size ? [found, before] : [before, found];
  const proof = hashes(saved.consistency ?? [], "merkle.hash_length");
  await verifyConsistency(older.size, newer.size, proof, older.root, newer.root);
}
