// Decisions on pairs: two claims of the incident that were chosen, or the incident and another one; and linking anew.

import { api, make, toast } from "/static/desk.js";

const root = document.querySelector("[data-pairs]");
const id = root.dataset.id;
const versions = JSON.parse(root.dataset.versions);
const two = root.querySelector("[data-two]");
const chosen = () => [...root.querySelectorAll("[data-pick]:checked")];

const target = (a, b) => [a, b].sort().join(" ");

async function decide(a, b, action, why) {
  const body = { a, b, action, why, expected: versions[target(a, b)] || 0 };
  try {
    await api("/api/incidents/decisions", { method: "POST", body });
    location.hash = "history";
    location.reload();
  } catch (err) {
    if (err.status !== 409) return toast(err.message, "bad");
    const { history } = err.answer.found;
    versions[target(a, b)] = history.length;
    const last = history.at(-1);
    toast(`${last.who} decided “${last.action}” on this pair meanwhile (${last.decided_at.slice(0, 16).replace("T", " ")}). Press again if yours is to follow it; nothing was saved.`, "bad");
  }
}

root.addEventListener("change", (event) => {
  if (!event.target.matches("[data-pick]")) return;
  const picked = chosen();
  if (picked.length > 2) picked.find((one) => one !== event.target).checked = false;
  two.hidden = chosen().length !== 2;
});

two.addEventListener("click", (event) => {
  const { act } = event.target.closest("[data-act]")?.dataset || {};
  if (!act) return;
  const [a, b] = chosen().map((one) => one.dataset.pick);
  if (act === "clear") {
    for (const one of chosen()) one.checked = false;
    two.hidden = true;
  } else decide(a, b, act, document.getElementById("why-two").value);
});

document.querySelector("[data-others]").addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  const other = button.dataset.with || document.getElementById("other").value.trim();
  if (!other) {
    document.getElementById("other").focus();
    return toast("Give the id of the other incident.", "bad");
  }
  decide(id, other, button.dataset.act, document.getElementById("why-other").value);
});

for (const button of document.querySelectorAll("[data-undo]")) {
  button.addEventListener("click", () => decide(...button.dataset.undo.split(" "), "undo", ""));
}

const link = document.querySelector("[data-link]");
link?.addEventListener("click", async () => {
  const state = document.querySelector("[data-link-state]");
  link.disabled = true;
  state.textContent = "Linking … a few seconds for a small ledger, minutes for a large one. Other work goes on meanwhile.";
  try {
    let linking = await api("/api/link", { method: "POST", body: {} });
    while (linking.state === "waiting" || linking.state === "running") {
      await new Promise((done) => setTimeout(done, 500));
      linking = await api("/api/imports/linking");
      if (linking.whole) state.textContent = `Linking: ${linking.what} ${linking.done.toLocaleString("en")} of ${linking.whole.toLocaleString("en")}`;
    }
    if (linking.state !== "done") throw new Error(linking.message || "It was not linked.");
    const { changed, seconds } = linking.linked;
    const told = changed === 1 ? "1 claim is" : `${changed.toLocaleString("en")} claims are`;
    state.replaceChildren(`Linked in ${seconds.toLocaleString("en", { maximumFractionDigits: 1 })} s; ${told} linked otherwise than before. `, make("a", { href: location.pathname }, "Show"));
  } catch (err) {
    state.textContent = "";
    link.disabled = false;
    toast(err.message, "bad");
  }
});
