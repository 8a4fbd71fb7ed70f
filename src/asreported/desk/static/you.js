// Keys are changed here; they are kept in the browser, since a keyboard belongs to it and not to a name.
import { changeKey, changedKeys, named } from "/static/desk.js";

const FIXED = ["/", "Escape", "Tab", "Enter", " "]; // what browsers and the desk need themselves
const rows = [...document.querySelectorAll("tr[data-own]")];
const note = document.getElementById("key-note");
const resetAll = document.getElementById("reset-all");
let asked = null;

const keyOf = (row) => changedKeys()[row.dataset.own] || row.dataset.own;

function show() {
  for (const row of rows) {
    row.querySelector("kbd").textContent = named(keyOf(row));
    row.classList.toggle("changed", keyOf(row) !== row.dataset.own);
    row.classList.toggle("asked", row === asked);
    row.querySelector("[data-change]").hidden = false;
    row.querySelector("[data-reset]").hidden = keyOf(row) === row.dataset.own;
  }
  resetAll.hidden = !rows.some((row) => keyOf(row) !== row.dataset.own);
}

function ask(row) {
  asked = row;
  note.textContent = row ? `Press the new key for: ${row.cells[1].textContent}.` : "";
  show();
}

for (const row of rows) {
  row.querySelector("[data-change]").addEventListener("click", () => ask(row));
  row.querySelector("[data-reset]").addEventListener("click", () => { take(row, row.dataset.own); row.querySelector("[data-change]").focus(); });
}
resetAll.addEventListener("click", () => {
  for (const row of rows) changeKey(row.dataset.own, row.dataset.own);
  ask(null);
  note.textContent = "All keys are as they were.";
});

// Before the listener of desk.js, so that the key that is pressed here presses nothing else.
document.addEventListener("keydown", (event) => {
  if (!asked || ["Shift", "Control", "Alt", "Meta", "AltGraph"].includes(event.key)) return;
  if (event.key === "Tab") { ask(null); return; }
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.key === "Escape") { ask(null); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || FIXED.includes(event.key)) {
    note.textContent = "That key is needed for something else; press another one.";
    return;
  }
  take(asked, event.key);
}, { capture: true });

function take(row, key) {
  const other = rows.find((one) => one !== row && keyOf(one) === key);
  if (other) {
    note.textContent = `${named(key)} is the key for: ${other.cells[1].textContent}. Press another one, or change that one first.`;
    return;
  }
  changeKey(row.dataset.own, key);
  ask(null);
  note.textContent = `${named(key)} now ${row.cells[1].textContent}.`;
}

show();
