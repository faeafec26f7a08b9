// What the reader sees of verify(): the steps, the verdict, what it does not show. Stands below the verifier in one
// script, so that a saved copy needs no other file. Nothing is sent anywhere; bundles are read from this device, or
// from the site that this page was loaded from.

const words = JSON.parse(document.getElementById("words").textContent);
const byId = (id) => document.getElementById(id);
const FILE_BYTES_MAX = 8 << 20;
let language = /^en/i.test(navigator.language) || location.search === "?en" ? "en" : "zh";
let last = null;

const say = (key, values = {}) =>
  (words[language][key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

function speak() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = say("title");
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = say(node.dataset.t);
  for (const node of document.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", say(node.dataset.tLabel));
  if (last) show(last);
}

function element(name, text = "", className = "") {
  const node = document.createElement(name);
  node.textContent = text;
  if (className) node.className = className;
  return node;
}

const tonnes = (kilograms) => {
  const amount = BigInt(kilograms);
  return `${(amount / 1000n).toLocaleString("en")}.${String(amount % 1000n).padStart(3, "0")}`;
};

function party(who) {
  if (!who) return "";
  return who.organisation ?? `${say("person")} ${who.person.slice(0, 12)}…`;
}

function factsOf(verdict) {
  const about = verdict.effect === null ? null : verdict.effects[verdict.effect];
  const rows = [];
  if (about?.kind === "retirements.retired") {
    rows.push([say("fact.beneficiary"), party(about.beneficiary)], [say("fact.quantity"), `${tonnes(about.quantity_kg)} tCO2e`]);
    rows.push([say("fact.purpose"), say(`purpose.${about.purpose}`)], [say("fact.day"), about.day], [say("fact.holder"), about.holder]);
    if (about.reference) rows.push([say("fact.reference"), about.reference]);
    for (const one of about.ranges) rows.push([say("fact.serials"), `${one.batch} ${one.first}–${one.last}`]);
  } else if (about) {
    rows.push([say("fact.effect"), about.kind]);
  }
  rows.push([say("fact.transaction"), verdict.leaf.txid], [say("fact.block"), verdict.leaf.block], [say("fact.size"), verdict.size]);
  if (verdict.time) rows.push([say("fact.time"), new Date(Number(verdict.time) * 1000).toISOString()]);
  if (verdict.issuer) rows.push([say("fact.issuer"), verdict.issuer]);
  for (const [field, value] of Object.entries(verdict.opened ?? {})) rows.push([`${say("fact.opened")} ${field}`, value]);
  return rows;
}

function stepsOf({ verdict, passed }) {
  const list = byId("steps");
  list.replaceChildren();
  let failed = false;
  for (const step of STEPS.filter((one) => one !== "saved" || passed.includes("saved"))) {
    const good = passed.includes(step);
    const unmet = step === "signatures" && verdict.outcome === "insufficient";
    const state = good && !unmet ? "good" : unmet ? "part" : failed || verdict.outcome !== "invalid" ? "skipped" : "bad";
    if (state === "bad") failed = true;
    const item = element("li", "", state);
    item.append(element("strong", say(`state.${state}`)), " ", element("span", say(`step.${step}`)));
    list.append(item);
  }
}

function show(found) {
  last = found;
  const { verdict, fingerprint, expected } = found;
  const other = verdict.outcome === "valid" && expected && expected !== `${verdict.leaf.txid}.${verdict.effect}`;
  const outcome = other ? "other" : verdict.outcome;
  byId("result").hidden = false;
  byId("verdict").className = `verdict ${outcome}`;
  byId("verdict-title").textContent = say(`outcome.${outcome}`, { size: verdict.size });
  const more = { invalid: whyInvalid, insufficient: ({ missing }) => missing.join("; ") };
  byId("verdict-more").textContent = more[outcome]?.(verdict) ?? say(`more.${outcome}`);
  stepsOf(found);
  const facts = byId("facts");
  facts.replaceChildren();
  if (verdict.outcome === "valid") {
    for (const [name, value] of factsOf(verdict)) facts.append(element("dt", name), element("dd", value));
  }
  byId("facts-part").hidden = verdict.outcome !== "valid";
  byId("anchors-fingerprint").textContent = say("anchors_fingerprint", { hash: fingerprint });
}

/** What is wrong in words, by the first part of the reason's code; the code and what was found stand behind them. */
function whyInvalid({ reason, detail }) {
  const known = words[language][`reason.${reason.split(".")[0]}`];
  const shown = [reason, detail].filter(Boolean).join(": ");
  return known ? `${known} (${shown})` : shown;
}

const isPdf = (data) => String.fromCharCode(...data.subarray(0, 4)) === "%PDF";

function complain(key, values) {
  byId("problem").className = key === "pdf" ? "problem note" : "problem"; // a mistaken file is no verdict
  byId("problem").textContent = say(key, values);
  byId("problem").hidden = false;
}

async function bytesFrom(file, text) {
  if (file) {
    if (file.size > FILE_BYTES_MAX) throw new Error("too large");
    return new Uint8Array(await file.arrayBuffer());
  }
  return text.trim() ? new TextEncoder().encode(text.trim()) : null;
}

async function check() {
  byId("problem").hidden = true;
  byId("result").hidden = true;
  last = null;
  if (!globalThis.crypto?.subtle) return complain("no_crypto");
  const bundle = await bytesFrom(byId("bundle-file").files[0], byId("bundle-text").value);
  const anchors = await bytesFrom(byId("anchors-file").files[0], byId("anchors-text").value);
  if (!bundle) return complain("no_bundle");
  if (isPdf(bundle)) return complain("pdf");
  if (!anchors) return complain("no_anchors");
  const passed = [];
  const now = Math.floor(Date.now() / 1000);
  try {
    const { fingerprint } = await parseAnchors(anchors);
    const verdict = await verify(bundle, anchors, { now, passed: (step) => passed.push(step) });
    show({ verdict, passed, fingerprint, expected: byId("expected").value });
    byId("verdict-title").focus();
  } catch (error) {
    complain("bad_anchors", { reason: error.reason ? whyInvalid(error) : error.message });
  }
}

/** Text of an address of this very site; only while the page was loaded from one. */
async function load(address, into) {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    byId(into).value = await answer.text();
    return true;
  } catch (error) {
    complain("not_loaded", { address, reason: error.message });
    return false;
  }
}

async function fromLink() {
  const found = /^#certificate=([0-9a-f]{64}\.\d{1,4})$/.exec(location.hash);
  if (!found || !location.protocol.startsWith("http")) return;
  byId("expected").value = found[1];
  if (await load(`/certificates/${found[1]}.bundle.json`, "bundle-text")) byId("from-link").hidden = false;
}

byId("check").addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});
byId("draft").addEventListener("click", () => load("/v1/log/anchors", "anchors-text"));
byId("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  speak();
});
addEventListener("hashchange", fromLink);
byId("online").hidden = !location.protocol.startsWith("http");
speak();
fromLink();
