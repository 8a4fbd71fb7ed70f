// What every page of the desk does: keys that press the buttons they are shown on, requests, messages, the help.
// Text reaches the page by textContent alone; no markup is made out of data in any script of the desk.

const KEYS = "asreported.keys"; // what a person changed keys to, kept in the browser

/** A request to the desk; the answer decoded. Throws a `Failed` with the status and what the desk said. */
export async function api(path, { method = "GET", body, signal } = {}) {
  const options = { method, signal, headers: { accept: "application/json" } };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["content-type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch (err) {
    if (err.name === "AbortError") throw err;
    throw new Failed(0, { error: "The desk does not answer. Is it still running? Nothing was saved." });
  }
  let answer = null;
  try {
    answer = await response.json();
  } catch (err) {
    if (err.name === "AbortError") throw err;
  }
  // An answer that was cut off is none, whatever its status says.
  if (!response.ok || answer === null) throw new Failed(response.status, answer ?? { error: `The desk answered ${response.status}.` });
  return answer;
}

export class Failed extends Error {
  constructor(status, answer) {
    super(answer.error || "It did not work.");
    this.status = status;
    this.answer = answer;
  }
}

/** A message at the edge of the page, read out too; `kind` "bad" stays until it is pressed. */
export function toast(text, kind = "") {
  const made = make("div", { className: `toast ${kind}`.trim() }, text);
  if (kind === "bad") made.setAttribute("role", "alert");
  made.addEventListener("click", () => made.remove());
  document.getElementById("toasts").append(made);
  setTimeout(() => made.remove(), kind === "bad" ? 15000 : 4000);
}

/** An element with properties and children; strings become text. */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "dataset") Object.assign(element.dataset, value);
    else if (key.startsWith("aria-") || key === "role" || key === "for" || key === "dir") element.setAttribute(key, value);
    else element[key] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// ---- keys ----------------------------------------------------------------------------
// An element with data-key is pressed by that key while it can be seen. A person may change keys (/you#keys).

export function changedKeys() {
  try {
    return JSON.parse(localStorage.getItem(KEYS)) || {};
  } catch {
    return {};
  }
}

export function changeKey(from, to) {
  const keys = changedKeys();
  if (to && to !== from) keys[from] = to;
  else delete keys[from];
  localStorage.setItem(KEYS, JSON.stringify(keys));
}

const keyOf = (element) => {
  const own = element.dataset.key;
  return changedKeys()[own] || own;
};
const canBeSeen = (element) => !element.disabled && element.checkVisibility();
const layer = () => document.querySelector("dialog[open]") || document;

const PRESSED = ["button", "a", "summary"].map((name) => `${name}[data-key]`).join();

export function keyed() {
  return [...layer().querySelectorAll(PRESSED)].filter(canBeSeen);
}

/** Shows on each button the key that presses it now; to be called after buttons were added. */
export function showKeys(root = document) {
  for (const element of root.querySelectorAll(PRESSED)) {
    const shown = element.querySelector("kbd");
    if (shown) shown.textContent = named(keyOf(element));
    element.setAttribute("aria-keyshortcuts", keyOf(element));
  }
}

export const named = (key) => ({ ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", " ": "Space" })[key] || key;

const isWriting = (target) =>
  target.closest("input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isWriting(event.target)) return;
  if (event.key === "/" && !document.querySelector("dialog[open]")) {
    const field = document.querySelector("[data-key-focus='/']");
    if (field) { event.preventDefault(); field.focus(); return; }
  }
  const element = keyed().find((one) => keyOf(one) === event.key);
  if (!element) return;
  event.preventDefault();
  element.click();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-help]")) openHelp();
  const copy = event.target.closest("[data-copy]");
  if (copy) copyText(copy.dataset.copy === "link" ? location.href : copy.dataset.copy);
  if (event.target.closest("[data-print]")) window.print();
});

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied.");
  } catch {
    toast(text);
  }
}

function openHelp() {
  const help = document.getElementById("help");
  const rows = keyed().filter((one) => one.closest("#help") === null).map((one) => {
    const label = (one.dataset.label || one.getAttribute("aria-label") || one.textContent.replace(one.querySelector("kbd")?.textContent || "", "")).trim();
    return make("tr", {}, make("td", {}, make("kbd", {}, named(keyOf(one)))), make("td", {}, label));
  });
  rows.push(make("tr", {}, make("td", {}, make("kbd", {}, "/")), make("td", {}, "search")));
  help.querySelector("tbody").replaceChildren(...rows);
  if (!help.open) help.showModal();
}

// On a narrow screen the menu is folded until it is asked for.
const menu = document.querySelector("details.menu");
const narrow = window.matchMedia("(max-width: 63.99rem)");
const fold = () => { menu.open = !narrow.matches; };
narrow.addEventListener("change", fold);
fold();
showKeys();
document.addEventListener("htmx:after:swap", () => showKeys());
document.addEventListener("htmx:error", () => toast("The desk does not answer. Is it still running?", "bad"));
