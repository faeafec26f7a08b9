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
