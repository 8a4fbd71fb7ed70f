// Deciding on one claim: the buttons with their keys, why, undo, history, and what happens when somebody was faster.
// The queue uses it for the claim it shows; on other pages it fills <div class="decide" data-key="…"> of the selected claim.

import { api, make, showKeys, toast } from "./desk.js";

const UNDO = "asreported.undo"; // what this page's person decided in this session, kept in the browser
const DONE = { accept: "Accepted", reject: "Rejected", unsure: "Marked unsure", correct: "Corrected", comment: "Comment kept" };

/** A piece of a page that the desk renders; it comes escaped, and no script in it would run. */
export async function fetchPart(address) {
  const response = await fetch(address, { headers: { accept: "text/html" } });
  if (!response.ok) throw new Error(response.status === 404 ? "This claim is not there any more." : `The desk answered ${response.status}.`);
  const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
  return [...parsed.body.childNodes].map((node) => document.importNode(node, true));
}

export const claimPath = (key) => `/api/claims/${encodeURIComponent(key)}`;

// ---- what can be undone --------------------------------------------------------------

function undoable() {
  try {
    return JSON.parse(sessionStorage.getItem(UNDO)) || [];
  } catch {
    return [];
  }
}

const keepUndoable = (list) => sessionStorage.setItem(UNDO, JSON.stringify(list.slice(-200)));

/** Takes back the last decision of this session that stands; what came of it, null where there is none. */
export async function undoLast() {
  const list = undoable();
  while (list.length) {
    const last = list.at(-1);
    const now = await api(claimPath(last.key));
    if (!now.state.standing.includes(last.n)) { // undone elsewhere
      list.pop();
      keepUndoable(list);
      continue;
    }
    const body = { action: "undo", value: last.n, expected: now.state.version };
    const answer = await api(`${claimPath(last.key)}/decisions`, { method: "POST", body });
    list.pop();
    keepUndoable(list);
    return { ...answer, undone: last };
  }
  return null;
}

// ---- the buttons ---------------------------------------------------------------------

const BUTTONS = [
  { name: "accept", key: "a", label: "Accept", className: "good" },
  { name: "correct", key: "e", label: "Correct" },
  { name: "reject", key: "r", label: "Reject", className: "bad" },
  { name: "unsure", key: "u", label: "Unsure" },
  { name: "undo", key: "z", label: "Undo" },
  { name: "comment", key: "c", label: "Comment" },
  { name: "history", key: "h", label: "History" },
];

export class Decider {
  /**
   * Buttons within `root`. `article` gives the Article that the claim is marked in; `extra` are further buttons
   * ({name, key, label, press | href}), `log` the element for the history. Tells on `root`: `claim-changed`
   * {id, key, action, decision, state, kept}, `claim-undone` with the same, `claim-again` {key} to look again.
   */
  constructor(root, { article, extra = [], log = null, editor = null } = {}) {
    this.root = root;
    this.article = article;
    this.claim = null; // {key, id, version}
    this.busy = false;
    this.bar = make("div", { className: "acts", role: "group", "aria-label": "Decide on this claim" });
    this.why = make("div", { className: "why" });
    this.log = log || make("div", { className: "log-side", hidden: true });
    this.editor = editor || make("div", { hidden: true });
    root.replaceChildren(this.bar, this.why, ...(editor ? [] : [this.editor]), ...(log ? [] : [this.log]));
    for (const one of [...BUTTONS, ...extra]) this.bar.append(this.#button(one));
    showKeys(root);
  }

  #button({ name, key, label, told = label, className = "", press, href }) {
    const content = [make("span", {}, label), make("kbd", {}, key)];
    const element = href
      ? make("a", { className: `button ${className}`, dataset: { key, act: name } }, ...content)
      : make("button", { type: "button", className, dataset: { key, act: name } }, ...content);
    element.dataset.label = element.title = told;
    if (!href) element.addEventListener("click", () => (press || (() => this.press(name)))());
    return element;
  }

  button(name) {
    return this.bar.querySelector(`[data-act="${name}"]`);
  }

  /** The claim that is decided on: its key, id, and how many decisions on it are shown. */
  set(claim) {
    this.claim = claim;
    this.why.replaceChildren();
    this.log.hidden = true;
    for (const element of this.bar.querySelectorAll("button")) element.disabled = !claim && element.dataset.act !== "undo";
    for (const link of this.bar.querySelectorAll("a")) link.hidden = !claim;
    this.bar.hidden = false;
  }

  press(name) {
    if (this.busy) return;
    switch (name) {
      case "undo": return this.undo();
      case "history": return this.showHistory();
      case "correct": return this.correct();
      case "accept": return this.decide("accept");
    }
    return this.ask(name);
  }

  // ---- why ---------------------------------------------------------------------------

  /** A small field; Enter decides, with a reason or (but for a comment) without one, Escape leaves it. */
  ask(action) {
    const from = document.activeElement;
    const needed = action === "comment";
    const label = { reject: "Reject", unsure: "Unsure", comment: "Comment" }[action];
    const field = make("input", { type: "text", maxLength: 4000, id: "why-field", autocomplete: "off", required: needed,
      placeholder: needed ? "what should be known" : "why (may stay empty)" });
    const close = () => {
      this.why.replaceChildren();
      (from?.isConnected && from !== document.body ? from : this.button(action)).focus({ preventScroll: true });
    };
    const form = make("form", { className: "fields" },
      make("div", { className: "field grow" }, make("label", { for: "why-field" }, needed ? "Comment" : `${label}: why?`), field),
      make("button", { type: "submit", className: "primary" }, label, make("kbd", {}, "Enter")),
      make("button", { type: "button", className: "plain", dataset: { close: "" } }, "Leave", make("kbd", {}, "Esc")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const why = field.value.trim();
      if (needed && !why) return;
      close();
      this.decide(action, { why });
    });
    form.querySelector("[data-close]").addEventListener("click", close);
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      close();
    });
    this.why.replaceChildren(form);
    field.focus();
    form.scrollIntoView({ block: "nearest" });
  }

  // ---- deciding ----------------------------------------------------------------------

  /** Resolves to whether it was kept; where somebody was faster a dialog asks what to do. Throws what is wrong with a correction. */
  async decide(action, { value, why = "", expected = this.claim?.version } = {}) {
    if (this.busy || !this.claim) return false;
    const claim = this.claim;
    this.busy = true;
    this.root.classList.add("waiting");
    try {
      const body = { action, why, expected, ...(value === undefined ? {} : { value }) };
      const answer = await api(`${claimPath(claim.key)}/decisions`, { method: "POST", body });
      claim.version = answer.state.version;
      keepUndoable([...undoable(), { key: claim.key, n: answer.decision.n, action }]);
      const { kind, trigger } = answer.kept.claim;
      toast(`${DONE[action]}: ${kind}, “${trigger.text}”.`);
      this.#tell("claim-changed", { ...answer, action, id: claim.id, key: claim.key });
      return true;
    } catch (err) {
      if (err.status === 409) this.#conflict(claim, err.answer);
      else if (action === "correct" && err.status === 400) throw err;
      else toast(err.message, "bad");
      return false;
    } finally {
      this.busy = false;
      this.root.classList.remove("waiting");
    }
  }

  async undo() {
    if (this.busy) return;
    this.busy = true;
    try {
      const answer = await undoLast();
      if (!answer) {
        toast("There is nothing of this session to undo.");
        return;
      }
      const { key, action } = answer.undone;
      toast(`Undone: ${action}, “${answer.kept.claim.trigger.text}” is ${answer.state.review} again.`);
      if (this.claim?.key === key) this.claim.version = answer.state.version;
      this.#tell("claim-undone", { ...answer, action, key, id: answer.kept.claim.id });
    } catch (err) {
      toast(err.status === 409 ? "Somebody decided on it at this moment; press undo again." : err.message, "bad");
    } finally {
      this.busy = false;
    }
  }

  #tell(name, detail) {
    this.root.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }

  // ---- somebody was faster -----------------------------------------------------------

  #conflict(claim, { found, yours }) {
    const dialog = make("dialog", { className: "conflict", "aria-labelledby": "conflict-title" });
    const since = found.history.slice(yours.expected);
    const done = (again) => {
      dialog.close();
      dialog.remove();
      if (!again) claim.version = found.state.version;
      if (again) this.#tell("claim-again", { key: claim.key, id: claim.id });
      else this.decide(yours.action, { value: yours.value ?? undefined, why: yours.why, expected: found.state.version }).catch(
        (err) => toast(err.message, "bad"));
    };
    const look = make("button", { type: "button", className: "primary", dataset: { key: "l" } }, "Look again", make("kbd", {}, "l"));
    const insist = make("button", { type: "button", dataset: { key: "y" } }, `Decide on top of it: ${yours.action}`, make("kbd", {}, "y"));
    look.addEventListener("click", () => done(true));
    insist.addEventListener("click", () => done(false));
    dialog.addEventListener("cancel", () => dialog.remove());
    dialog.append(
      make("h2", { id: "conflict-title" }, "Decided meanwhile"),
      make("p", {}, "Nothing of yours was saved. ", make("b", { dir: "auto" }, `“${found.kept.claim.trigger.text}”`), ` (${found.kept.claim.kind}) is ${found.state.review} now.`),
      make("div", { className: "both" },
        make("section", {}, make("h3", {}, "Theirs"), ...since.map((one) => told(one, true))),
        make("section", {}, make("h3", {}, "Yours"), told(yours, false))),
      make("div", { className: "fields" }, look, insist));
    document.body.append(dialog);
    showKeys(dialog);
    dialog.showModal();
    look.focus();
  }

  // ---- history -----------------------------------------------------------------------

  async showHistory() {
    if (!this.log.hidden) {
      this.log.hidden = true;
      return;
    }
    try {
      const nodes = await fetchPart(`/claims/${encodeURIComponent(this.claim.key)}/history`);
      this.log.replaceChildren(make("h3", {}, "History"), ...nodes);
      this.log.hidden = false;
      this.log.scrollIntoView({ block: "nearest" });
    } catch (err) {
      toast(err.message, "bad");
    }
  }

  // ---- correcting --------------------------------------------------------------------

  async correct() {
    const claim = this.claim;
    const article = this.article?.();
    if (!article) return;
    try {
      const [{ openEditor }, shown] = await Promise.all([import("./editor.js"), api(claimPath(claim.key))]);
      const card = this.root.closest(".card");
      openEditor(this.editor, {
        report: claim.key.split(":")[0],
        key: claim.key,
        claim: shown.kept.claim,
        asRead: shown.as_read,
        state: shown.state,
        article,
        decide: (value, why) => this.decide("correct", { value, why, expected: shown.state.version }),
        onOpen: () => this.#quiet(true, card),
        onClose: () => this.#quiet(false, card),
      });
    } catch (err) {
      toast(err.message, "bad");
    }
  }

  // While the editor is open, its keys hold and not those of the buttons.
  #quiet(on, card) {
    this.bar.hidden = on;
    this.editor.hidden = !on;
    card?.classList.toggle("editing", on);
    this.root.dispatchEvent(new CustomEvent("claim-editing", { bubbles: true, detail: { on } }));
    if (!on && this.bar.isConnected) this.button("correct").focus({ preventScroll: true });
  }
}

function told(one, named) {
  const list = make("div", { className: "told" });
  const line = make("p", {}, make("b", {}, one.action));
  if (named) line.append(" by ", make("bdi", {}, one.who), ` ${ago(one.decided_at)}`);
  list.append(line);
  if (one.action === "correct" && one.value) {
    for (const [field, value] of Object.entries(one.value)) {
      list.append(make("p", { className: "value" }, make("span", { className: "faint" }, `${field} `), make("bdi", {}, tellValue(value))));
    }
  }
  if (one.why) list.append(make("blockquote", { dir: "auto" }, one.why));
  return list;
}

/** A corrected field in a few words. */
export function tellValue(value) {
  if (value === null) return "none";
  if (Array.isArray(value)) return value.map(tellValue).join("; ") || "none";
  if (typeof value !== "object") return String(value);
  if ("low" in value) return `${value.low ?? "?"} to ${value.high ?? "open"} ${value.unit} (“${value.text}”)`;
  if ("gazetteer_id" in value) return [value.name, value.admin1, value.country_name].filter(Boolean).join(", ");
  if ("grain" in value) return `${value.start ?? "…"} to ${value.end ?? "…"}`;
  return value.text ?? value.name ?? JSON.stringify(value).slice(0, 200);
}

/**
 * How long ago, in words: "10 seconds ago".
 */
export function ago(moment) {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(moment)) / 1000));
  for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    const count = Math.floor(seconds / size);
    if (count) return `${count} ${unit}${count > 1 ? "s" : ""} ago`;
  }
  return seconds === 1 ? "1 second ago" : `${seconds} seconds ago`;
}

// Whatever page the buttons are on, they look alike.
const SHEET = "/static/queue.css";
if (!document.querySelector(`link[href="${SHEET}"]`)) document.head.append(make("link", { rel: "stylesheet", href: SHEET }));

// ---- on pages with cards -------------------------------------------------------------

if (document.body.dataset.view !== "queue") {
  const mount = async (card, id) => {
    const place = card?.querySelector(".decide[data-key]");
    if (!place || place.childElementCount) return;
    for (const other of document.querySelectorAll(".decide[data-key]")) other.replaceChildren();
    const reader = () => document.querySelector(".reader[data-key]")?.reader?.article || null;
    const decider = new Decider(place, { article: reader, extra: [{ name: "missed", key: "m", label: "Missed", told: "add a claim that was missed", press: () => missed(decider, reader(), place) }] });
    decider.set(null);
    try {
      const shown = await api(claimPath(place.dataset.key));
      decider.set({ key: place.dataset.key, id, version: shown.state.version });
      const tag = card.querySelector(".state .tag");
      if (tag && tag.textContent !== shown.state.review) place.dispatchEvent(new CustomEvent("claim-changed", { bubbles: true, detail: { id } }));
    } catch (err) {
      toast(err.message, "bad");
    }
    place.addEventListener("claim-undone", (event) => {
      const changed = new CustomEvent("claim-changed", { bubbles: true, detail: event.detail });
      if (event.detail.key.split(":")[0] === reader()?.key) place.dispatchEvent(changed);
    });
    place.addEventListener("claim-again", (event) => {
      place.dispatchEvent(new CustomEvent("claim-changed", { bubbles: true, detail: event.detail }));
    });
  };
  const missed = async (decider, article, place) => {
    if (!article) return;
    const { openMissed } = await import("./editor.js");
    const quiet = (on) => {
      decider.bar.hidden = on;
      decider.editor.hidden = !on;
      place.closest(".card").classList.toggle("editing", on);
    };
    openMissed(decider.editor, {
      report: article.key,
      article,
      onOpen: () => quiet(true),
      onClose: () => quiet(false),
      onSaved: ({ kept }) => {
        toast(`Added: ${kept.claim.kind}, “${kept.claim.trigger.text}”.`);
        place.dispatchEvent(new CustomEvent("claim-changed", { bubbles: true, detail: { id: kept.claim.id, key: kept.key } }));
      },
    });
  };
  const cardOf = (id) => [...document.querySelectorAll(".card[data-id]")].find((card) => card.dataset.id === id);
  document.addEventListener("claim-select", (event) => { if (event.detail.id !== null) mount(cardOf(event.detail.id), event.detail.id); });
  const selected = document.querySelector(".card.current[data-id]");
  if (selected) mount(selected, selected.dataset.id);
}
