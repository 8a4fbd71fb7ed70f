// The editor's list of words: each stretch of the text that the claim is made from, to be moved, renamed, taken away.

import { make } from "./desk.js";
import { LABELS } from "./article.js";
import { span } from "./revision.js";

const ROLES = ["actor", "target", "place", "origin", "destination", "time", "figure", "means"];

export function wordSection(editor) {
  editor.parts.words.body.replaceChildren(spans(editor), ...picked(editor), adding(editor), keys(editor));
}

function spans(editor) {
  const list = make("ul", { className: "spans" });
  for (const row of editor.rows()) {
    const active = editor.active?.id === row.id;
    const at = active ? editor.active.at : row.at;
    const words = at ? `“${editor.words.text(at)}”` : "someone unnamed";
    const button = make("button", { type: "button", className: "span", dataset: { row: row.id }, "aria-pressed": String(active), dir: "auto",
      title: "Enter or a click, then arrows or the mouse choose other words" }, words);
    button.addEventListener("click", () => editor.toggle(row));
    const name = row.rename ? roleChoice(editor, row) : make("span", { className: "fixed" }, LABELS[row.part]);
    const remove = row.remove ? make("button", { type: "button", className: "remove plain", "aria-label": `Remove ${LABELS[row.part]} ${words}` }, "×") : null;
    remove?.addEventListener("click", () => {
      row.remove();
      editor.active = null;
      editor.change().then(() => editor.focusRow("trigger"));
    });
    const entity = row.of?.entity;
    list.append(make("li", {}, name, make("div", {}, button,
      entity && entity.name !== row.of.text ? make("span", { className: "read" }, " → ", make("b", { dir: "auto" }, entity.name), entity.rule ? ` rule ${entity.rule}` : "") : null),
    remove || make("span", {})));
  }
  return list;
}

function roleChoice(editor, row) {
  const field = make("select", { id: `edit-${row.id}`, "aria-label": `what “${editor.words.text(row.at)}” is` },
    ...ROLES.map((role) => make("option", { value: role, selected: role === row.part }, LABELS[role])));
  field.addEventListener("change", () => {
    row.rename(field.value);
    editor.change();
  });
  return field;
}

function picked(editor) {
  if (!editor.picked) return [];
  const field = make("select", { id: "picked-part" }, ...["trigger", ...ROLES, "source", "cue"].map((part) => make("option", { value: part, selected: part === "actor" }, LABELS[part])));
  const add = make("button", { type: "button", className: "primary", id: "picked-add" }, "Add");
  add.addEventListener("click", () => {
    const at = editor.picked;
    editor.picked = null;
    editor.add(field.value, at).then(() => editor.focusRow("trigger"));
  });
  return [make("div", { className: "fields picked" }, make("div", { className: "field" }, make("label", { for: "picked-part" }, `“${editor.words.text(editor.picked)}” is`), field), add)];
}

function adding(editor) {
  const field = make("select", { id: "add-part", "aria-label": "what to add" }, ...[...ROLES, "source", "cue"].map((part) => make("option", { value: part }, LABELS[part])));
  const add = make("button", { type: "button", id: "add-words" }, "Add words");
  add.addEventListener("click", async () => {
    const part = field.value;
    await editor.add(part, span(editor.words.after(editor.marked.trigger.end)));
    const rows = editor.rows().filter((row) => row.part === part);
    const row = part === "cue" || part === "source" ? rows.at(-1) : editor.rows().filter((one) => one.rename).at(-1);
    editor.toggle(row);
  });
  return make("div", { className: "fields adding" }, field, add);
}

function keys(editor) {
  const key = (name) => make("kbd", {}, name);
  const said = editor.active ? editor.words.text(editor.active.at) : "";
  return make("p", { className: "keys", "aria-live": "polite" }, ...(editor.active
    ? [make("span", { className: "unseen" }, said), key("← →"), " move  ", key("⇧ ← →"), " the end, ", key("Ctrl ← →"), " the start, by words; ", key("⇧ ↑ ↓"), " ", key("Ctrl ↑ ↓"), " by characters. Or select words in the text. ", key("Enter"), " takes them."]
    : ["Choose words and press ", key("Enter"), " to move them, or select words in the text to add them."]));
}
