// What the desk's pages do with a script; without one they work all the same.

// A document's hash is computed here: the document itself never leaves this device.
for (const input of document.querySelectorAll("input[data-hash]")) {
  const picker = document.createElement("input");
  picker.type = "file";
  picker.setAttribute("aria-label", input.dataset.hash);
  picker.addEventListener("change", async () => {
    const file = picker.files[0];
    if (!file) return;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    input.value = Array.from(digest, (one) => one.toString(16).padStart(2, "0")).join("");
  });
  input.after(picker);
}

// An upload's progress, asked for until it is complete; then the whole page is read again.
const progress = document.querySelector("progress[data-state]");
if (progress) {
  const ask = async () => {
    const answer = await fetch(progress.dataset.state, { headers: { Accept: "application/json" } });
    if (!answer.ok) return location.reload();
    const state = await answer.json();
    progress.value = state.committed + state.refused;
    document.getElementById("upload-committed").textContent = state.committed.toLocaleString("en");
    return state.complete ? location.reload() : setTimeout(ask, 1000);
  };
  setTimeout(ask, 700);
}

// One click is enough.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", () => setTimeout(() => form.querySelectorAll("button").forEach((one) => (one.disabled = true)), 0));
}
// … and coming back to the page gives the buttons back.
addEventListener("pageshow", () => document.querySelectorAll("form button").forEach((one) => (one.disabled = false)));

// A commitment is made here: secret and salt never leave this device but by the hand of who made them.
const hex = (bytes) => Array.from(new Uint8Array(bytes), (one) => one.toString(16).padStart(2, "0")).join("");
const commitment = async (prefix, salt, value) => {
  const parts = [new TextEncoder().encode(prefix), salt, value];
  const joined = new Uint8Array(parts.reduce((length, one) => length + one.length, 0));
  parts.reduce((at, one) => (joined.set(one, at), at + one.length), 0);
  return hex(await crypto.subtle.digest("SHA-256", joined));
};
for (const input of document.querySelectorAll("input[data-commit]")) {
  const [make, keep, secretWord, saltWord, seedWord, valueWord] = input.dataset.words.split("|");
  const lane = input.dataset.commit;
  const row = document.createElement("div");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: make });
  const typed = Object.assign(document.createElement("input"), { type: "text", maxLength: 256, autocomplete: "off" });
  const shown = Object.assign(document.createElement("div"), { className: "note warn", hidden: true });
  shown.setAttribute("role", "status");
  const seed = /^rewards:(AnnounceDraw|CommitSeed)$/.test(lane);
  const stated = lane === "disclosures:Show";
  if (stated) {
    typed.setAttribute("aria-label", valueWord);
    typed.placeholder = valueWord;
    row.append(typed);
  }
  button.addEventListener("click", async () => {
    const salt = crypto.getRandomValues(new Uint8Array(32));
    const secret = stated ? typed.value.trim() : hex(crypto.getRandomValues(new Uint8Array(8)));
    if (stated && !secret) return typed.focus();
    const value = seed ? new Uint8Array() : new TextEncoder().encode(secret);
    input.value = await commitment(seed ? "tanhui draw seed v1\n" : "tanhui commitment v1\n", salt, value);
    shown.replaceChildren(keep);
    const list = Object.assign(document.createElement("dl"), { className: "facts mono" });
    const told = seed ? [[seedWord, hex(salt)]] : [[stated ? valueWord : secretWord, secret], [saltWord, hex(salt)]];
    for (const [word, text] of told) {
      list.append(Object.assign(document.createElement("dt"), { textContent: word }));
      list.append(Object.assign(document.createElement("dd"), { textContent: text }));
    }
    shown.append(list);
    shown.hidden = false;
  });
  row.className = "row";
  row.append(button);
  input.after(row, shown);
}
