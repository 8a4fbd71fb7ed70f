// Bars of claims over time, and the stretch of days that is chosen on them by dragging. Days are proleptic ordinals, as
// the ledger counts them: 1 is the first day of year 1.

const EPOCH = 719163; // 1970-01-01
const OUTLIERS = 0.004; // of the claims at each end are let fall off the axis: one "in 1915" would flatten all others
const HIGH = 132, FOOT = 20, HEAD = 14;
const NEAR = 7; // pixels within which an edge of the chosen stretch is taken hold of
const SVG = "http://www.w3.org/2000/svg";

export const dateOf = (day) => new Date((day - EPOCH) * 864e5);
export const told = (day) => (day < 1 || day > 3652059 ? "" : dateOf(day).toISOString().slice(0, 10));
/** The day of "2017-04-28", null where there is no such day. */
export function dayOf(text) {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? Math.round(Date.parse(`${text}T00:00Z`) / 864e5) + EPOCH : NaN;
  return Number.isNaN(day) || told(day) !== text ? null : day;
}
const ordinal = (year, month = 0, date = 1) => {
  const made = new Date(Date.UTC(2000, month, date));
  made.setUTCFullYear(year + Math.floor(month / 12), ((month % 12) + 12) % 12, date);
  return Math.round(made.getTime() / 864e5) + EPOCH;
};

/** What is counted together: the first day of the piece of time that holds `day`, and that of the next. */
const UNITS = {
  day: { name: "day", first: (day) => day, next: (day) => day + 1 },
  week: { name: "week", first: (day) => day - ((day + 6) % 7), next: (day) => day + 7 },
  month: {
    name: "month",
    first: (day) => ordinal(dateOf(day).getUTCFullYear(), dateOf(day).getUTCMonth()),
    next: (day) => ordinal(dateOf(day).getUTCFullYear(), dateOf(day).getUTCMonth() + 1),
  },
  year: { name: "year", first: (day) => ordinal(dateOf(day).getUTCFullYear()), next: (day) => ordinal(dateOf(day).getUTCFullYear() + 1) },
};
const unitFor = (span) => (span <= 100 ? UNITS.day : span <= 800 ? UNITS.week : span <= 16 * 366 ? UNITS.month : UNITS.year);

function draw(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** The first and last day of the axis: nearly all claims, and the stretch that is chosen. */
function extent(days, since, until) {
  const total = days.reduce((sum, [, all]) => sum + all, 0);
  let first = days[0][0], last = days[days.length - 1][0], seen = 0;
  for (const [day, all] of days) {
    if (seen <= total * OUTLIERS) first = day;
    seen += all;
    if (seen >= total * (1 - OUTLIERS)) { last = day; break; }
  }
  return [Math.min(first, since ?? first), Math.max(last, until ?? last, first)];
}

/** The day that is written; of a month or a year, "2017-04", the first or the last one; null where it is none. */
export function edge(text, last) {
  if (dayOf(text) !== null) return dayOf(text);
  const found = /^(\d{4})(?:-(\d\d))?$/.exec(text);
  if (!found) return null;
  const [year, month] = [Number(found[1]), found[2] ? Number(found[2]) : null];
  const next = month === null ? [year + 1, 1] : month === 12 ? [year + 1, 1] : [year, month + 1];
  const iso = ([y, m]) => `${String(y).padStart(4, "0")}-${String(m).padStart(2, "0")}-01`;
  return last ? dayOf(iso(next)) - 1 : dayOf(iso([year, month ?? 1]));
}

export class Timeline {
  /** Draws in `element`. `onChange(since, until, {done})` is told the chosen days, null where a side is open. */
  constructor(element, { onChange }) {
    this.element = element;
    this.onChange = onChange;
    this.days = [];
    this.since = this.until = null;
    this.listen();
    new ResizeObserver(() => this.draw()).observe(element);
  }

  /** `days` is a list of [day, claims, claims of what happened], in order. */
  show(days) {
    this.days = days;
    this.draw();
  }

  choose(since, until) {
    [this.since, this.until] = [since, until];
    this.draw();
  }

  /** What the bars stand for, and what the axis leaves out. */
  describe() {
    if (!this.days.length) return "";
    const beyond = (test) => this.days.reduce((sum, [day, all]) => sum + (test(day) ? all : 0), 0);
    const [before, after] = [beyond((day) => day < this.first), beyond((day) => day >= this.end)];
    const left = [before && `${before.toLocaleString("en")} before ${told(this.first)}`, after && `${after.toLocaleString("en")} after ${told(this.end - 1)}`];
    const beside = left.filter(Boolean).join(" and ");
    return `Claims a ${this.unit.name}: filled what is told as happened, hatched what is planned, possible, attempted, denied or general.${beside ? ` Off the axis: ${beside}.` : ""}`;
  }

  draw() {
    const width = Math.floor(this.element.clientWidth);
    if (!width || !this.days.length) {
      this.element.replaceChildren();
      return;
    }
    const [first, last] = extent(this.days, this.since, this.until);
    this.unit = unitFor(last - first);
    [this.first, this.end] = [this.unit.first(first), this.unit.next(this.unit.first(last))];
    this.width = width;
    const svg = draw("svg", { viewBox: `0 0 ${width} ${HIGH}`, width, height: HIGH, role: "img", "aria-label": this.summary() });
    svg.append(draw("defs", {}, hatch()));
    svg.append(...this.ticks(), ...this.bars(), ...this.brush());
    this.element.replaceChildren(svg);
  }

  x(day) {
    return ((day - this.first) / (this.end - this.first)) * this.width;
  }

  dayAt(x) {
    return Math.floor(this.first + (Math.min(Math.max(x, 0), this.width - 1) / this.width) * (this.end - this.first));
  }

  counted() {
    const bins = new Map();
    for (const [day, all, actual] of this.days) {
      if (day < this.first || day >= this.end) continue;
      const start = this.unit.first(day);
      const bin = bins.get(start) || bins.set(start, [0, 0]).get(start);
      bin[0] += all;
      bin[1] += actual;
    }
    return bins;
  }

  bars() {
    const bins = this.counted();
    const most = Math.max(1, ...[...bins.values()].map(([all]) => all));
    const foot = HIGH - FOOT, scale = (foot - HEAD) / most;
    const made = [draw("text", { x: 2, y: 10, class: "axis" }, most.toLocaleString("en")), draw("line", { x1: 0, x2: this.width, y1: HEAD, y2: HEAD, class: "rule" })];
    for (const [start, [all, actual]] of bins) {
      const [x, end] = [this.x(start), this.x(this.unit.next(start))];
      const wide = Math.max(end - x - (end - x > 4 ? 1 : 0), 1);
      const chosen = this.isChosen(start, this.unit.next(start) - 1);
      const high = all ? Math.max(all * scale, 1.5) : 0, low = (actual / (all || 1)) * high;
      const group = draw("g", { class: chosen ? "bar" : "bar off" });
      if (low) group.append(draw("rect", { x, y: foot - low, width: wide, height: low, class: "actual" }));
      if (high - low > 0) group.append(draw("rect", { x, y: foot - high, width: wide, height: high - low, class: "other" }));
      group.append(draw("title", {}, `${this.nameOf(start)}: ${all.toLocaleString("en")}, of which ${actual.toLocaleString("en")} happened as told`));
      made.push(group);
    }
    made.push(draw("line", { x1: 0, x2: this.width, y1: foot + 0.5, y2: foot + 0.5, class: "foot" }));
    return made;
  }

  nameOf(start) {
    if (this.unit === UNITS.year) return told(start).slice(0, 4);
    if (this.unit === UNITS.month) return told(start).slice(0, 7);
    return this.unit === UNITS.week ? `${told(start)} to ${told(start + 6)}` : told(start);
  }

  isChosen(first, last) {
    return (this.since === null || last >= this.since) && (this.until === null || first <= this.until);
  }

  ticks() {
    const span = this.end - this.first, most = Math.max(2, Math.floor(this.width / 76));
    const steps = [["day", 1], ["day", 2], ["week", 7], ["month", 1], ["month", 2], ["month", 3], ["month", 6], ["year", 1], ["year", 2], ["year", 5], ["year", 10], ["year", 25], ["year", 100]];
    const long = { day: 1, week: 1, month: 30.5, year: 365.25 };
    const [kind, step] = steps.find(([kind, step]) => span / (long[kind] * step) <= most) || steps[steps.length - 1];
    const made = [];
    const add = (day, label) => {
      if (day < this.first || day >= this.end) return;
      const x = this.x(day);
      made.push(draw("line", { x1: x, x2: x, y1: HIGH - FOOT, y2: HIGH - FOOT + 4, class: "foot" }));
      if (x < this.width - 44) made.push(draw("text", { x: x + 2, y: HIGH - 5, class: "axis" }, label));
    };
    if (kind === "day" || kind === "week") {
      for (let day = kind === "week" ? UNITS.week.first(this.first) : this.first; day < this.end; day += step) add(day, told(day));
      return made;
    }
    const year = dateOf(this.first).getUTCFullYear();
    if (kind === "year") for (let one = year - (year % step); ordinal(one) < this.end; one += step) add(ordinal(one), String(one));
    else for (let month = 0; ordinal(year, month) < this.end; month += step) add(ordinal(year, month), told(ordinal(year, month)).slice(0, 7));
    return made;
  }

  brush() {
    if (this.since === null && this.until === null) return [];
    const from = this.since === null ? 0 : this.x(this.since), to = this.until === null ? this.width : this.x(this.until + 1);
    const edge = (x) => draw("line", { x1: x, x2: x, y1: 0, y2: HIGH - FOOT, class: "edge" });
    return [
      draw("rect", { x: from, y: 0, width: Math.max(to - from, 1), height: HIGH - FOOT, class: "window" }),
      ...(this.since === null ? [] : [edge(Math.max(from, 1))]), ...(this.until === null ? [] : [edge(Math.min(to, this.width - 1))]),
    ];
  }

  summary() {
    const bins = this.counted();
    const [start, [most]] = [...bins].reduce((best, bin) => (bin[1][0] > best[1][0] ? bin : best), [0, [0]]);
    return `Claims a ${this.unit.name} from ${told(this.first)} to ${told(this.end - 1)}; most, ${most.toLocaleString("en")}, in ${this.nameOf(start)}. Days are chosen with the fields above.`;
  }

  // ---- choosing ----

  listen() {
    let held = null; // the day that does not move, while the other side is dragged
    let from = 0, moved = false;
    const at = (event) => event.clientX - this.element.getBoundingClientRect().left;
    this.element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !this.days.length) return;
      event.preventDefault();
      from = at(event);
      moved = false;
      held = this.grasped(from) ?? this.dayAt(from);
      this.element.setPointerCapture(event.pointerId);
    });
    this.element.addEventListener("pointermove", (event) => {
      if (held === null) return;
      if (Math.abs(at(event) - from) > 3) moved = true;
      if (moved) this.drag(held, this.dayAt(at(event)), false);
    });
    const end = (event) => {
      if (held === null) return;
      if (moved) this.drag(held, this.dayAt(at(event)), true);
      else this.press(this.dayAt(from));
      held = null;
    };
    this.element.addEventListener("pointerup", end);
    this.element.addEventListener("pointercancel", () => { held = null; });
  }

  /** Where an edge is taken hold of, the day at the other one. */
  grasped(x) {
    if (this.since !== null && this.until !== null && Math.abs(x - this.x(this.since)) < NEAR) return this.until;
    return this.since !== null && this.until !== null && Math.abs(x - this.x(this.until + 1)) < NEAR ? this.since : null;
  }

  drag(one, other, done) {
    const [low, high] = [Math.min(one, other), Math.max(one, other)];
    // Whole pieces of time: bars are what one sees.
    const since = low === this.since ? low : this.unit.first(low);
    const until = high === this.until ? high : this.unit.next(this.unit.first(high)) - 1;
    this.onChange(since, until, { done });
  }

  press(day) {
    const start = this.unit.first(day);
    const same = this.since === start && this.until === this.unit.next(start) - 1;
    this.onChange(same ? null : start, same ? null : this.unit.next(start) - 1, { done: true });
  }
}

function hatch() {
  const pattern = draw("pattern", { id: "hatch", width: 4, height: 4, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
  pattern.append(draw("rect", { width: 4, height: 4, class: "hatch-ground" }), draw("line", { x1: 0, x2: 0, y1: 0, y2: 4, class: "hatch-line" }));
  return pattern;
}
