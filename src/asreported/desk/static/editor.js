// Correcting a claim: its kind and status, its words, and the values that come of them. When words change, the desk reads
// their values anew by the rules of reading; a person may put others in their place. Only what is changed is sent, and
// what was read stays beside it. A claim that was missed is made in the same way, from words alone.

import { api, make, showKeys, toast } from "./desk.js";
import { LABELS } from "./article.js";
import { Revision, bare, same, span } from "./revision.js";
import { Words } from "./spans.js";
import { placeSection } from "./placing.js";
import { dateSection, figureSection } from "./values.js";
import { wordSection } from "./wording.js";

export class Editor {
  constructor(root, options) {
    this.root = root;
    this.options = options; // report, claim, asRead, article, decide, onOpen, onClose, onSaved; marked, of a missed one
    this.article = options.article;
    this.words = new Words(this.article.lines);
    this.revision = new Revision({ ...options, words: this.words });
    this.active = null; // the row whose words are being moved
    this.picked = null; // words that were selected in the text, not yet said what they are
  }

  get marked() {
    return this.revision.marked;
  }

  get now() {
    return this.revision.now;
  }

  get missed() {
    return this.revision.missed;
  }

  async open() {
    this.#build();
    this.options.onOpen?.();
    this.render();
    this.#paint();
    this.form.querySelector("select, button").focus({ preventScroll: true });
    await this.read();
  }

  /** Asks for the values of the marked words, and shows them. */
  async read() {
    this.form.setAttribute("aria-busy", "true");
    try {
      await this.revision.read();
      this.fail("words", "");
    } catch (err) {
      this.fail("words", err.message);
    } finally {
      this.form.setAttribute("aria-busy", "false");
    }
    this.render();
  }

  // ---- building ----------------------------------------------------------------------

  #build() {
    const { kinds, statuses } = vocabulary();
    const choice = (name, values) => {
      const field = make("select", { id: `edit-${name}` }, ...values.map((value) => make("option", { value, selected: value === this.marked[name] }, value)));
      field.addEventListener("change", () => {
        this.marked[name] = field.value;
        if (this.missed) this.change();
        else this.settle();
      });
      return make("div", { className: "field" }, make("label", { for: `edit-${name}` }, name), field);
    };
    this.parts = {};
    const section = (name, heading) => {
      const body = make("div", { className: "body" });
      const read = make("p", { className: "read" });
      const wrong = make("p", { className: "bad-field", role: "alert", hidden: true });
      const head = make("div", { className: "heading" }, make("h3", {}, heading));
      if (!this.missed) head.append(this.#back(name, heading));
      this.parts[name] = { body, read, wrong, head };
      return make("section", { "aria-label": heading }, head, read, body, wrong);
    };
    this.why = make("input", { id: "edit-why", type: "text", maxLength: 4000, autocomplete: "off", placeholder: "may stay empty" });
    this.save = make("button", { type: "button", className: "primary" }, this.missed ? "Add this claim" : "Save correction", make("kbd", {}, "Ctrl Enter"));
    this.leave = make("button", { type: "button", dataset: { key: "Escape" } }, "Leave", make("kbd", {}, "Esc"));
    this.form = make("div", { className: "editor", role: "form", "aria-label": this.missed ? "A missed claim" : "Correct this claim" },
      make("h2", {}, this.missed ? "A missed claim" : "Correct this claim"),
      make("div", { className: "top" }, make("div", { className: "fields" }, choice("kind", kinds), choice("status", statuses))),
      section("words", "Words"), section("figures", "How many"), section("when", "When"), section("where", "Where"),
      make("div", { className: "done" }, make("div", { className: "field grow" }, make("label", { for: "edit-why" }, "why"), this.why), this.save, this.leave),
      make("p", { className: "bad-field all", role: "alert", hidden: true }));
    this.root.replaceChildren(this.form);
    this.save.addEventListener("click", () => this.finish());
    this.leave.addEventListener("click", () => this.close());
    this.form.addEventListener("keydown", (event) => this.#key(event));
    this.entered = (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      document.activeElement?.blur(); // a field that is being written in tells what it holds
      this.finish();
    };
    document.addEventListener("keydown", this.entered);
    this.dragged = () => setTimeout(() => this.#drag());
    this.article.text.addEventListener("pointerup", this.dragged);
    showKeys(this.form);
  }

  #back(name, heading) {
    const button = make("button", { type: "button", className: "back", hidden: true, "aria-label": `Set back: ${heading}` }, "set back");
    button.addEventListener("click", () => this.setBack(name));
    return button;
  }

  async setBack(name) {
    this.active = null;
    await this.revision.setBack(name);
    this.fail(name, "");
    this.render();
    this.#paint();
    this.save.focus({ preventScroll: true });
  }

  /** After a value was put: the claim anew. */
  settle() {
    this.revision.settle();
    this.render();
  }

  // ---- the words ---------------------------------------------------------------------

  /** Every stretch of words of the claim: its part, where it is, how it is changed or taken away. */
  rows() {
    const { marked } = this;
    const rows = [{ id: "trigger", part: "trigger", at: marked.trigger, set: (at) => { marked.trigger = at; } }];
    marked.roles.forEach((role, n) => rows.push({
      id: `role${n}`, part: role.role, at: span(role), of: this.now?.roles[n],
      set: (at) => Object.assign(role, at),
      rename: (name) => { role.role = name; },
      remove: () => marked.roles.splice(n, 1),
    }));
    marked.sources.forEach((source, n) => {
      const drop = (part) => { source[part] = null; if (!source.who && !source.cue) marked.sources.splice(n, 1); };
      rows.push({ id: `who${n}`, part: "source", at: source.who, set: (at) => { source.who = at; }, remove: source.who ? () => drop("who") : null });
      if (source.cue) rows.push({ id: `cue${n}`, part: "cue", at: source.cue, set: (at) => { source.cue = at; }, remove: () => drop("cue") });
    });
    return rows;
  }

  /** After words were changed: their values, and everything that shows them. */
  async change() {
    this.#paint();
    await this.read();
  }

  add(part, at) {
    if (part === "trigger") this.marked.trigger = at;
    else if (part === "source") this.marked.sources.push({ who: at, cue: null });
    else if (part === "cue") {
      const open = this.marked.sources.find((source) => !source.cue);
      if (open) open.cue = at;
      else this.marked.sources.push({ who: null, cue: at });
    } else this.marked.roles.push({ role: part, ...at });
    return this.change();
  }

  #drag() {
    const chosen = this.article.offsets();
    if (!chosen) return;
    const at = span(chosen);
    window.getSelection().removeAllRanges();
    if (this.active) {
      const { id } = this.active;
      this.active.set(at);
      this.active = null;
      this.change().then(() => this.focusRow(id));
      return;
    }
    this.picked = at;
    this.render();
    this.#paint();
    this.form.querySelector("#picked-part")?.focus({ preventScroll: true });
  }

  /** Begins to move the words of a row, or takes them. */
  toggle(row) {
    if (this.active?.id === row.id) {
      this.active = null;
      this.change().then(() => this.focusRow(row.id));
      return;
    }
    const at = row.at || span(this.words.after(this.marked.trigger.end));
    this.active = { ...row, at, before: row.at };
    this.render();
    this.#paint();
    this.focusRow(row.id);
  }

  focusRow(id) {
    this.form.querySelector(`[data-row="${id}"]`)?.focus({ preventScroll: true });
  }

  #key(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      this.#escape(event.target);
      return;
    }
    const moved = this.active && event.target.matches("[data-row]") ? moveOf(event, this.words, this.active.at) : null;
    if (!moved) return;
    event.preventDefault();
    event.stopPropagation();
    this.active.at = moved;
    this.active.set(moved);
    this.render();
    this.#paint();
    this.focusRow(this.active.id);
  }

  /** Leaves what is innermost: words that are being moved, words that were selected, a field, at last the editor. */
  #escape(from) {
    if (this.active || this.picked) {
      const { id, before } = this.active || { id: "trigger" };
      if (this.active && before) this.active.set(before);
      this.active = this.picked = null;
      this.render();
      this.#paint();
      this.focusRow(id);
    } else if (from.matches("input, select") && this.now && Object.keys(this.revision.changes()).length) {
      this.save.focus({ preventScroll: true });
    } else this.close();
  }

  /** Shows the words in the text. */
  #paint() {
    const rows = this.rows().filter((row) => row.at);
    const marks = rows.map((row) => ({ ...(this.active?.id === row.id ? this.active.at : row.at), part: row.part }));
    if (this.active && !this.active.before) marks.push({ ...this.active.at, part: this.active.part });
    if (this.picked) marks.push({ ...this.picked, part: "other" });
    this.article.mark(marks);
    const chosen = this.active?.at || this.picked;
    this.article.hint(chosen?.start ?? null, chosen?.end ?? null);
    if (chosen) this.article.text.querySelector(".hit")?.scrollIntoView({ block: "nearest" });
  }

  // ---- drawing -----------------------------------------------------------------------

  render() {
    const focused = this.form.contains(document.activeElement) ? document.activeElement.id || document.activeElement.dataset.row : null;
    wordSection(this);
    if (this.now) {
      figureSection(this);
      dateSection(this);
      placeSection(this);
      if (!this.missed) for (const name of Object.keys(this.parts)) this.#compare(name);
    }
    if (focused && !this.form.contains(document.activeElement)) {
      (document.getElementById(focused) || this.form.querySelector(`[data-row="${focused}"]`))?.focus({ preventScroll: true });
    }
  }

  /** What was read beside what it is now, where they differ. */
  #compare(name) {
    const { read, head } = this.parts[name];
    const fields = { words: ["trigger", "roles", "sources"], figures: ["figures"], when: ["when"], where: ["where"] }[name];
    const clean = name === "where" ? bare : (value) => value;
    const differs = fields.some((field) => !same(clean(this.now[field]), clean(this.revision.asRead[field])));
    head.querySelector(".back").hidden = !differs;
    read.replaceChildren(...(differs ? ["read: ", make("b", { dir: "auto" }, fields.filter((field) => !same(this.now[field], this.revision.asRead[field])).map((field) => tell(field, this.revision.asRead[field])).join("; "))] : []));
  }

  /** A message at the part that is wrong; empty takes it away. */
  fail(name, message) {
    const place = this.parts[name]?.wrong || this.form.querySelector(".bad-field.all");
    place.textContent = message;
    place.hidden = !message;
    if (message) place.scrollIntoView({ block: "nearest" });
  }

  // ---- done --------------------------------------------------------------------------

  async finish() {
    if (this.active) {
      this.active = null;
      await this.change();
    }
    if (!this.now || this.ending) return;
    if (!this.parts.when.wrong.hidden) return; // a day that is none was not taken
    for (const name of [...Object.keys(this.parts), "all"]) this.fail(name, "");
    const changes = this.revision.changes();
    if (!this.missed && !Object.keys(changes).length) {
      toast("Nothing was changed.");
      return;
    }
    this.ending = true;
    try {
      if (this.missed) await this.#add(changes);
      else {
        const kept = await this.options.decide(changes, this.why.value.trim());
        if (kept || document.querySelector("dialog.conflict[open]")) this.close();
      }
    } catch (err) {
      const field = err.message.match(/\$\.(\w+)/)?.[1];
      const part = { figures: "figures", when: "when", where: "where", roles: "words", sources: "words", trigger: "words" }[field];
      this.fail(part || "all", err.message);
    } finally {
      this.ending = false;
    }
  }

  async #add(changes) {
    const body = { ...this.revision.request, changes, why: this.why.value.trim() };
    const answer = await api(`/api/reports/${this.options.report}/claims`, { method: "POST", body });
    this.close();
    this.options.onSaved?.(answer);
  }

  close() {
    this.article.text.removeEventListener("pointerup", this.dragged);
    document.removeEventListener("keydown", this.entered);
    this.article.clearMarks();
    this.article.hint();
    this.places?.remove();
    this.root.replaceChildren();
    this.options.onClose?.();
  }
}

/** Where the keys lead the words `at`; null where the key is none of these. */
function moveOf(event, words, at) {
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!by) return null;
  const across = event.key === "ArrowLeft" || event.key === "ArrowRight";
  const end = event.shiftKey ? "end" : event.ctrlKey || event.altKey ? "start" : null;
  if (!end) return across ? words.move(at, by) : null;
  return across ? words.moveEnd(at, end, by) : words.nudge(at, end, by);
}

/** A field as it was read, in a few words. */
function tell(field, value) {
  if (value === null || value.length === 0) return "none";
  switch (field) {
    case "trigger": return `“${value.text}”`;
    case "roles": return value.map((role) => `${LABELS[role.role]} “${role.text}”`).join("; ");
    case "sources": return value.map((source) => (source.text ? `“${source.text}”` : "someone unnamed")).join(" quoting ");
    case "figures": return value.map((figure) => `${figure.low ?? "open"} to ${figure.high ?? "open"} ${figure.unit}`).join("; ");
    case "when": return `${value.start ?? "open"} to ${value.end ?? "open"}`;
    case "where": return [value.name, value.admin1, value.country_name].filter(Boolean).join(", ");
  }
  return String(value);
}

let known = null;
/** The kinds and statuses of the codebook, as the page has them. */
function vocabulary() {
  const from = document.querySelector("[data-words]");
  known ||= from ? JSON.parse(from.dataset.words) : { kinds: [], statuses: [] };
  return known;
}

/** Opens the editor for a claim within `root`. */
export async function openEditor(root, options) {
  known ||= document.querySelector("[data-words]") ? null : await api("/api/codebook");
  const editor = new Editor(root, options);
  root.editor = editor;
  await editor.open();
  return editor;
}

/** The same for a claim that was missed: the selected words, or the first ones of the sentence in view, are its trigger. */
export async function openMissed(root, options) {
  const { article } = options;
  const words = new Words(article.lines);
  const chosen = article.offsets();
  const current = article.claims.get(article.current);
  const at = chosen || words.after(current ? current.evidence.start : 0);
  window.getSelection()?.removeAllRanges();
  const { kinds, statuses } = document.querySelector("[data-words]") ? vocabulary() : (known ||= await api("/api/codebook"));
  const marked = { kind: current?.kind || kinds[0], status: statuses[0], trigger: { start: at.start, end: at.end }, roles: [], sources: [] };
  const editor = new Editor(root, { ...options, marked });
  root.editor = editor;
  await editor.open();
  if (!chosen) editor.toggle(editor.rows()[0]);
  return editor;
}
