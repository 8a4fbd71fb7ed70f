// A claim as a person revises it: which words it is made from, what these come to by the rules of reading, and what the
// person put in their place. Values change only where the words they come from were changed: to read the same words again
// changes nothing.

import { api } from "./desk.js";

export const BY_HAND = "by a person"; // the rule of a value that a person put
const FIELDS = ["kind", "status", "trigger", "evidence", "roles", "figures", "sources", "when", "undated", "where"];

export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
export const span = ({ start, end }) => ({ start, end });
/** What else a place could be is scored anew each time it is read; it is no difference. */
export const bare = (where) => where && { ...where, candidates: [] };
const wordsOf = (figure) => `${figure.start}-${figure.end}`;

/** The words that a claim was made from, as the desk is asked to read them again. */
function markedOf(claim) {
  return {
    kind: claim.kind,
    status: claim.status,
    trigger: span(claim.trigger),
    roles: claim.roles.map((role, origin) => ({ role: role.role, ...span(role), origin })),
    sources: claim.sources.map((source, origin) => ({
      who: source.start === null ? null : span(source), cue: source.cue && span(source.cue), origin,
    })),
  };
}

export class Revision {
  /** Of a `claim` that was read `asRead`; of a missed one only what is `marked` is known. `words` are those of the text. */
  constructor({ report, words, claim = null, asRead = null, marked = null }) {
    Object.assign(this, { report, words, claim, asRead });
    this.from = claim;
    this.marked = claim ? markedOf(claim) : marked;
    this.put = { figures: {} }; // what a person put in place: when, where, and figures by their words
    this.fresh = this.baseline = this.now = null; // read from the marked words, from those of `from`; what comes of all
    this.asked = 0;
  }

  get missed() {
    return !this.claim;
  }

  /** What the desk is asked about. */
  get request() {
    const { kind, status, trigger, roles, sources } = this.marked;
    return {
      kind, status, trigger,
      roles: roles.map(({ role, start, end }) => ({ role, start, end })),
      sources: sources.filter((one) => one.who || one.cue).map(({ who, cue }) => ({ who, cue })),
    };
  }

  /** Asks for the values of the marked words; whether they are the latest that were asked for. Throws `Failed`. */
  async read() {
    const asked = ++this.asked;
    const body = { ...this.request, ...(this.from ? { kind: this.from.kind, status: this.from.status } : {}) };
    const answer = await api(`/api/reports/${this.report}/resolve`, { method: "POST", body });
    if (asked !== this.asked) return false;
    this.fresh = answer.claim;
    this.baseline ||= answer.claim;
    this.settle();
    return true;
  }

  /** Makes the claim out of what was there, what the changed words come to, and what a person put. */
  settle() {
    const { from, fresh, baseline, marked } = this;
    if (!fresh) return;
    const kept = (field, clean = (value) => value) =>
      (from && same(clean(fresh[field]), clean(baseline[field])) ? from[field] : fresh[field]);
    const part = (name) => (one, n) => {
      const { origin } = one;
      const now = fresh[name][n];
      const before = origin === undefined || !from ? null : baseline[name][origin];
      return before && now && same(now, before) ? from[name][origin] : now;
    };
    const standing = marked.sources.filter((one) => one.who || one.cue);
    this.now = {
      ...(from || fresh),
      kind: marked.kind,
      status: marked.status,
      trigger: { ...marked.trigger, text: this.words.text(marked.trigger) },
      evidence: kept("evidence"),
      roles: marked.roles.map(part("roles")).filter(Boolean),
      sources: standing.map(part("sources")).filter(Boolean),
      figures: this.#figures(),
      when: "when" in this.put ? this.put.when : kept("when"),
      undated: "when" in this.put && this.put.when ? null : kept("undated"),
      where: "where" in this.put ? this.put.where : kept("where", bare),
    };
  }

  #figures() {
    const { from, fresh, baseline } = this;
    const kept = (figure) => {
      const is = (one) => wordsOf(one) === wordsOf(figure);
      return from && same(baseline.figures.find(is), figure) ? from.figures.find(is) || figure : figure;
    };
    const read = from && same(fresh.figures, baseline.figures) ? from.figures : fresh.figures.map(kept);
    return read.map((figure) => {
      const put = this.put.figures[wordsOf(figure)];
      return put ? { ...figure, ...put, rule: BY_HAND } : figure;
    });
  }

  /** What differs from the claim as it stands: field → value. */
  changes() {
    const before = this.missed ? this.fresh : this.claim;
    const changed = FIELDS.filter((field) => !same(this.now[field], before[field]));
    return Object.fromEntries(changed.map((field) => [field, this.now[field]]));
  }

  putFigure(figure, values) {
    this.put.figures[wordsOf(figure)] = values;
    this.settle();
  }

  putValue(field, value) {
    this.put[field] = value;
    this.settle();
  }

  /** Puts what was read in place of what people made of it: `words`, `figures`, `when` or `where`. */
  async setBack(name) {
    if (name === "words") {
      this.from = { ...this.asRead };
      this.marked = { ...markedOf(this.asRead), kind: this.marked.kind, status: this.marked.status };
      this.baseline = null;
      await this.read();
      return;
    }
    if (name === "figures") {
      this.from = { ...this.from, figures: this.asRead.figures };
      this.put.figures = {};
    } else this.put[name] = this.asRead[name];
    this.settle();
  }
}
