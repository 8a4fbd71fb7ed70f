// The editor's fields for days and numbers: intervals whose open side is an empty field. The fields stay in the page while
// one writes in them, and are filled anew where the claim changed.

import { make } from "./desk.js";
import { LABELS } from "./article.js";
import { BY_HAND } from "./revision.js";

const UNITS = ["people", "households", "vehicles", "aircraft", "weapons", "buildings", "settlements", "events", "money",
  "distance", "area", "mass", "volume", "time", "percent", "other"];
const COUNTED = ["actor", "target", "place", "means"];
const DAY = /^\d{4}-\d{2}-\d{2}$/;

function field(id, label, input) {
  input.id = id;
  return make("div", { className: "field" }, make("label", { for: id }, label), input);
}

const choice = (values) => make("select", { className: "short" }, ...values.map(([value, label]) => make("option", { value }, label)));

function fill(input, value) {
  const text = value === null || value === undefined ? "" : String(value);
  if (input.value !== text && document.activeElement !== input) input.value = text;
}

/** The words that a value was read from, and the rule. */
export function basis(value) {
  return make("span", { className: "read" }, make("q", { dir: "auto" }, value.text), value.rule ? ` rule ${value.rule}` : "");
}

// ---- numbers -------------------------------------------------------------------------

export function figureSection(editor) {
  const { body } = editor.parts.figures;
  const { figures } = editor.now;
  const words = JSON.stringify(figures.map(({ start, end }) => [start, end]));
  if (body.dataset.words !== words) {
    body.dataset.words = words;
    editor.figures = figures.map((_, n) => figureRow(editor, n));
    const none = make("p", { className: "read" }, "No number. Add words that are “how many” to have one.");
    body.replaceChildren(...(figures.length ? editor.figures.map((row) => row.element) : [none]));
  }
  editor.figures.forEach((row, n) => row.fill(figures[n]));
}

function figureRow(editor, n) {
  const number = () => make("input", { type: "number", step: "any", placeholder: "open" });
  const [low, high] = [number(), number()];
  const qualifier = make("input", { type: "text", className: "wide", maxLength: 80 });
  const unit = choice(UNITS.map((one) => [one, one]));
  const of = choice([["", "–"], ...COUNTED.map((one) => [one, LABELS[one]])]);
  const told = make("p", { className: "of" });
  const read = (input) => (input.value.trim() === "" ? null : Number(input.value));
  for (const input of [low, high, qualifier, unit, of]) {
    input.addEventListener("change", () => {
      const [from, to] = [read(low), read(high)];
      editor.fail("figures", from !== null && to !== null && from > to ? `${from} to ${to}: the highest number is below the lowest.` : "");
      const put = { low: from, high: to, qualifier: qualifier.value.trim() || null, unit: unit.value, of: of.value || null };
      editor.revision.putFigure(editor.now.figures[n], put);
      editor.render();
    });
  }
  const element = make("div", { className: "figure", role: "group" }, told,
    field(`edit-low${n}`, "at least", low), field(`edit-high${n}`, "at most", high), field(`edit-unit${n}`, "unit", unit),
    field(`edit-of${n}`, "counts", of), field(`edit-qualifier${n}`, "qualifier", qualifier));
  return {
    element,
    fill(figure) {
      told.replaceChildren(basis(figure));
      element.setAttribute("aria-label", `the number “${figure.text}”`);
      for (const [input, value] of [[low, figure.low], [high, figure.high], [qualifier, figure.qualifier], [unit, figure.unit], [of, figure.of]]) fill(input, value);
    },
  };
}

// ---- days ----------------------------------------------------------------------------

export function dateSection(editor) {
  const { body } = editor.parts.when;
  const { when, undated } = editor.now;
  if (!editor.days) {
    editor.days = dayFields(editor);
    body.replaceChildren(editor.days.element);
  }
  editor.days.told.replaceChildren(when ? basis(when) : make("span", { className: "read" }, undated ? `not dated: ${undated}` : "not dated"));
  fill(editor.days.first, when?.start);
  fill(editor.days.last, when?.end);
}

function dayFields(editor) {
  const day = () => make("input", { type: "text", placeholder: "open", size: 11, maxLength: 10, inputMode: "numeric", autocomplete: "off" });
  const [first, last, told] = [day(), day(), make("p", { className: "of" })];
  for (const input of [first, last]) input.addEventListener("change", () => putDays(editor, first.value.trim(), last.value.trim()));
  const element = make("div", { className: "figure", role: "group", "aria-label": "the days" }, told,
    field("edit-from", "from day", first), field("edit-to", "to day", last), make("span", { className: "read" }, "both empty: no date"));
  return { element, first, last, told };
}

function putDays(editor, start, end) {
  const wrong = [start, end].find((day) => day && (!DAY.test(day) || Number.isNaN(Date.parse(day))));
  if (wrong) {
    editor.fail("when", `“${wrong}” is no day; write it as 2017-04-28.`);
    return;
  }
  editor.fail("when", start && end && end < start ? `${end} is before ${start}.` : "");
  const time = editor.now.roles.find((role) => role.role === "time");
  const before = editor.now.when || (time
    ? { text: time.text, span: { start: time.start, end: time.end }, basis: "explicit", modifier: null }
    : { text: editor.now.trigger.text, span: null, basis: "context", modifier: null });
  const dated = { ...before, start: start || null, end: end || null, rule: BY_HAND, grain: start === end ? "day" : "range" };
  editor.revision.putValue("when", start || end ? dated : null);
  editor.render();
}
