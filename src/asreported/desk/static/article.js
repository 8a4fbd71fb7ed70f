// The text of a report with the words of its claims marked. The desk draws it first (articles.py); here it is drawn anew,
// line by line and by the same rules, when another claim is selected, claims are left out, or an editor marks words.
// Offsets count code points of the report's text, as everywhere in the ledger; those of the DOM count UTF-16 units.

const STACKED = 3;
const SAID = { source: "said", cue: "cue" };
const GLYPHS = { fighting: "▲", harm: "✚", liberty: "■", territory: "◆", forces: "●", people: "◗", politics: "★" };
export const LABELS = {
  actor: "who", target: "whom", place: "where", origin: "from", destination: "to", time: "when", figure: "how many",
  means: "by means of", source: "according to", cue: "cue", trigger: "trigger",
};

/** How many code points a string has. */
export const codePoints = (text) => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};

export class Article {
  /** `root` is the element that the template's macro `article` made. */
  constructor(root) {
    this.root = root;
    this.key = root.dataset.key;
    this.text = root.querySelector(".text");
    this.claims = new Map(JSON.parse(root.dataset.claims).map((one) => [one.id, claimOf(one)]));
    this.current = root.dataset.selected !== undefined ? this.#idOf(Number(root.dataset.selected)) : null;
    this.hidden = new Set(); // ids of claims that are left out
    this.also = new Set(); // ids of claims that are told of beside the selected one
    this.differing = []; // words of figures that another report gives otherwise
    this.temporary = null; // the marks of an editor, in place of those of the selected claim
    this.lines = [...this.text.querySelectorAll(":scope > .line")].map((element) => {
      const points = [...element.textContent];
      const start = Number(element.dataset.o);
      return { element, points, start, end: start + points.length };
    });
    this.text.addEventListener("click", (event) => this.#click(event));
    this.text.addEventListener("pointerdown", selectInLinks);
  }

  #idOf(number) {
    return [...this.claims.values()].find((claim) => claim.n === number)?.id ?? null;
  }

  /** The claims that are not left out, in the order of their triggers. */
  get visible() {
    return [...this.claims.values()].filter((claim) => !this.hidden.has(claim.id));
  }

  // ---- selecting ---------------------------------------------------------------------

  /** Marks the words of the claim `id`, or of none; the event `claim-select` tells of it. */
  select(id, { scroll = true, focus = false, quiet = false } = {}) {
    if (id !== null && !this.claims.has(id)) return;
    const before = this.current;
    this.current = id;
    this.#drawFor([before, id]);
    if (id !== null && scroll) this.scrollTo(id);
    if (id !== null && focus) this.trigger(id)?.focus({ preventScroll: true });
    if (!quiet) this.root.dispatchEvent(new CustomEvent("claim-select", { bubbles: true, detail: { id } }));
  }

  /** The next claim that is not left out, or the one before; round at the ends. */
  step(by, options) {
    const ids = this.visible.map((claim) => claim.id);
    if (!ids.length) return;
    const at = ids.indexOf(this.current);
    this.select(ids[at < 0 ? (by > 0 ? 0 : ids.length - 1) : (at + by + ids.length) % ids.length], options);
  }

  /** The first piece of the claim's trigger. */
  trigger(id) {
    const number = String(this.claims.get(id)?.n);
    return [...this.text.querySelectorAll("a.t")].find((one) => one.dataset.c.split(" ").includes(number)) || null;
  }

  /** Claim id → the first piece of its trigger, of all claims that are shown. */
  triggers() {
    const found = new Map();
    const ids = new Map([...this.claims.values()].map((claim) => [String(claim.n), claim.id]));
    for (const piece of this.text.querySelectorAll("a.t")) {
      for (const number of piece.dataset.c.split(" ")) if (!found.has(ids.get(number))) found.set(ids.get(number), piece);
    }
    return found;
  }

  scrollTo(id) {
    const start = this.claims.get(id)?.marks.find((mark) => mark.part === "trigger")?.start;
    const element = this.trigger(id) || (start === undefined ? null : this.#at(start));
    if (element) bring(element);
  }

  /** Leaves out the claims that `keep` says false of. */
  filter(keep) {
    const before = this.hidden;
    this.hidden = new Set([...this.claims.values()].filter((claim) => !keep(claim)).map((claim) => claim.id));
    const changed = [...this.claims.keys()].filter((id) => before.has(id) !== this.hidden.has(id));
    if (changed.length) this.#drawFor(changed);
  }

  /** Marks the triggers of further claims, those that tell of the same as the selected one of another report. */
  point(ids) {
    const before = this.also;
    this.also = new Set(ids);
    this.#drawFor([...before, ...ids]);
  }

  /** Marks the words ([{start, end}]) of figures that another report gives otherwise. */
  differences(spans) {
    this.differing = spans.map(({ start, end }) => ({ start, end, part: "differs", claim: 0 }));
    this.#drawSpans(this.differing);
  }

  /** Puts a claim that was changed, or is new, in place of what was known of it: `plain` as the desk's card gives it. */
  update(plain) {
    const old = this.claims.get(plain.id);
    const claims = [...this.claims.values()].filter((claim) => claim.id !== plain.id);
    if (old) this.claims.delete(plain.id);
    const changed = claimOf({ ...plain, n: old?.n ?? Math.max(0, ...claims.map((claim) => claim.n)) + 1 });
    const place = (claim) => claim.marks.find((mark) => mark.part === "trigger")?.start ?? 0;
    this.claims = new Map([...claims, changed].sort((a, b) => place(a) - place(b) || a.n - b.n).map((c) => [c.id, c]));
    this.#draw((line) => [old, changed].some((claim) => claim && touches(line, claim)));
  }

  // ---- an editor's marks -------------------------------------------------------------

  /** Shows `spans` ([{start, end, part}]) in place of the words of the selected claim, until `clearMarks`. */
  mark(spans) {
    const before = this.temporary || [];
    this.temporary = spans.map((span) => ({ ...span }));
    this.#drawSpans([...before, ...this.temporary]);
  }

  clearMarks() {
    const before = this.temporary || [];
    this.temporary = null;
    this.#drawSpans(before);
  }

  #drawSpans(spans) {
    const own = this.claims.get(this.current);
    this.#draw((line) => spans.some((span) => meets(line, span)) || (own && touches(line, own)));
  }

  /** Brings the words at `start` into view, and the focus to them where they can take it. */
  focusAt(start) {
    const element = this.#at(start);
    if (!element) return;
    bring(element);
    if (element.matches("a")) element.focus({ preventScroll: true });
  }

  /** Shows which words are meant, as while the mouse is over a value that comes from them; none without `start`. */
  hint(start = null, end = null) {
    for (const element of this.text.querySelectorAll("[data-o]:not(.line)")) {
      const at = Number(element.dataset.o);
      element.classList.toggle("hit", start !== null && at >= start && at < end);
    }
  }

  #at(start) {
    const line = this.lines.find((one) => one.start <= start && start < one.end);
    if (!line) return null;
    const pieces = [...line.element.querySelectorAll("[data-o]")].filter((one) => Number(one.dataset.o) <= start);
    const last = pieces.at(-1);
    return last && Number(last.dataset.o) + codePoints(last.textContent) > start ? last : line.element;
  }

  // ---- what is selected with the mouse -----------------------------------------------

  /**
   * The words of a selection in the text, without outer white space: {start, end, text} in code points of the report's
   * text; null where nothing of it is selected.
   */
  offsets(selection = window.getSelection()) {
    if (!selection || !selection.rangeCount || selection.isCollapsed) return null;
    const whole = document.createRange();
    whole.selectNodeContents(this.text);
    const range = selection.getRangeAt(0).cloneRange();
    if (range.compareBoundaryPoints(Range.START_TO_END, whole) <= 0) return null; // it ends before the text
    if (range.compareBoundaryPoints(Range.END_TO_START, whole) >= 0) return null; // it starts behind it
    if (range.compareBoundaryPoints(Range.START_TO_START, whole) < 0) range.setStart(this.text, 0);
    if (range.compareBoundaryPoints(Range.END_TO_END, whole) > 0) range.setEnd(this.text, this.text.childNodes.length);
    whole.setEnd(range.startContainer, range.startOffset);
    const words = range.toString();
    const text = words.trim();
    if (!text) return null;
    const start = codePoints(whole.toString()) + codePoints(words.slice(0, words.indexOf(text)));
    return { start, end: start + codePoints(text), text };
  }

  // ---- drawing -----------------------------------------------------------------------

  /** Draws every line anew. */
  draw() {
    this.#draw(() => true);
  }

  #drawFor(ids) {
    const claims = ids.map((id) => this.claims.get(id)).filter(Boolean);
    this.#draw((line) => claims.some((claim) => touches(line, claim)));
  }

  #draw(wanted) {
    const marks = this.#marks();
    const numbers = new Map([...this.claims.values()].map((claim) => [claim.n, claim]));
    for (const line of this.lines) if (wanted(line)) this.#drawLine(line, marks.filter((m) => meets(line, m)), numbers);
  }

  #marks() {
    const marks = [...this.differing];
    for (const claim of this.claims.values()) {
      const selected = claim.id === this.current;
      if (this.hidden.has(claim.id) && !selected) continue;
      const own = selected && this.temporary ? [] : claim.marks;
      for (const { start, end, part } of claim.marks) {
        if (part === "trigger" || part in SAID) marks.push({ start, end, part, claim: claim.n });
      }
      if (selected) {
        for (const { start, end, part } of own) marks.push({ start, end, part: `+${part}`, claim: claim.n });
        marks.push({ start: claim.evidence.start, end: claim.evidence.end, part: "evidence", claim: claim.n });
      }
    }
    for (const { start, end, part } of this.temporary || []) marks.push({ start, end, part: `+${part}`, claim: 0 });
    return marks;
  }

  #drawLine(line, marks, claims) {
    const focused = line.element.contains(document.activeElement) ? Number(document.activeElement.dataset.o) : null;
    const inside = marks.filter((mark) => mark.start < mark.end);
    const borders = new Set([line.start, line.end]);
    for (const mark of inside) {
      borders.add(Math.max(mark.start, line.start));
      borders.add(Math.min(mark.end, line.end));
    }
    const cuts = [...borders].sort((a, b) => a - b);
    const nodes = [];
    for (let i = 0; i + 1 < cuts.length; i += 1) {
      const [start, end] = [cuts[i], cuts[i + 1]];
      const words = line.points.slice(start - line.start, end - line.start).join("");
      nodes.push(this.#piece(words, start, inside.filter((mark) => mark.start < end && mark.end > start), claims));
    }
    line.element.replaceChildren(...nodes);
    if (focused !== null) line.element.querySelector(`a[data-o="${focused}"]`)?.focus({ preventScroll: true });
  }

  #piece(words, start, marks, claims) {
    if (!marks.length) return document.createTextNode(words);
    const triggers = marks.filter((mark) => mark.part === "trigger");
    const told = triggers.map((mark) => claims.get(mark.claim));
    const families = [...new Set(told.map((claim) => claim.family))];
    const own = marks.filter((mark) => mark.part.startsWith("+"));
    const parts = [...new Set(own.map((mark) => mark.part.slice(1)))].filter((part) => part !== "trigger");
    const classes = triggers.length ? ["t"] : [];
    [...families, ...parts].slice(0, STACKED).forEach((name, n) => classes.push(`u${n + 1}-${name}`));
    classes.push(...new Set(marks.filter((mark) => mark.part in SAID).map((mark) => SAID[mark.part])));
    if (parts.length) classes.push("sel");
    if (own.some((mark) => mark.part === "+trigger")) classes.push("selected");
    if (marks.some((mark) => mark.part === "evidence")) classes.push("ev");
    const differing = marks.filter((mark) => mark.part === "differs");
    if (differing.length) classes.push("differs", ...(differing.some((mark) => mark.start === start) ? ["begins"] : []));
    if (told.some((claim) => this.also.has(claim.id))) classes.push("also");
    const element = document.createElement(triggers.length ? "a" : "span");
    element.className = classes.join(" ");
    element.dataset.o = start;
    const starting = own.filter((mark) => mark.start === start && mark.part !== "+trigger");
    const labels = new Set(starting.map((mark) => LABELS[mark.part.slice(1)] || "other"));
    if (labels.size) element.dataset.l = [...labels].join(", ");
    if (triggers.length) {
      element.dataset.c = triggers.map((mark) => mark.claim).join(" ");
      // The further pieces of a trigger that another mark cuts are no stops of the Tab key.
      if (triggers.some((mark) => mark.start === start)) element.dataset.g = families.map((one) => GLYPHS[one]).join("");
      else element.tabIndex = -1;
      const chosen = told.find((claim) => claim.id === this.current) || told[0];
      element.href = `?claim=${encodeURIComponent(chosen.id.toWellFormed())}`;
      element.draggable = false;
      element.title = told.map((claim) => `claim ${claim.n}: ${claim.kind}, ${claim.status}`).join("; ");
    }
    element.textContent = words;
    return element;
  }

  // A word that names several claims shows the next of them at each click.
  #click(event) {
    const piece = event.target.closest("a.t");
    if (!piece || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (this.temporary || !(window.getSelection()?.isCollapsed ?? true)) return;
    const numbers = piece.dataset.c.split(" ").map(Number);
    const ids = this.visible.filter((claim) => numbers.includes(claim.n)).map((claim) => claim.id);
    if (ids.length) this.select(ids[(ids.indexOf(this.current) + 1) % ids.length], { focus: true });
  }
}

// Browsers start no selection within a link, so a trigger is none while the button is down.
function selectInLinks(event) {
  const link = event.target.closest("a.t");
  const href = link?.getAttribute("href");
  if (!href || event.button !== 0 || event.ctrlKey || event.metaKey || event.pointerType === "touch") return;
  link.removeAttribute("href");
  const restore = () => {
    link.setAttribute("href", href);
    for (const name of ["pointerup", "pointercancel"]) window.removeEventListener(name, restore, true);
  };
  for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, restore, true);
}

function claimOf(plain) {
  const [start, end] = plain.evidence;
  const marks = plain.marks.map((mark) => ({ start: mark[0], end: mark[1], part: mark[2] }));
  return { ...plain, evidence: { start, end }, marks };
}

const meets = (line, span) => span.start < line.end && span.end > line.start;
const touches = (line, claim) => meets(line, claim.evidence) || claim.marks.some((mark) => meets(line, mark));

// Into view, unless it is there already with some room around it: within the frame that scrolls, or on the page, whose
// lower half a sheet may cover.
function bring(element) {
  const box = element.getBoundingClientRect();
  const frame = element.closest(".frame");
  if (frame && frame.scrollHeight > frame.clientHeight) {
    const { top, bottom, height } = frame.getBoundingClientRect();
    if (box.top < top + 24 || box.bottom > bottom - 24) frame.scrollTop += box.top - top - height / 3;
    return;
  }
  const sheet = document.querySelector(".panel.sheet.open")?.getBoundingClientRect();
  if (box.top >= 78 && box.bottom <= (sheet ? sheet.top : window.innerHeight) - 24) return;
  element.scrollIntoView({ block: sheet ? "start" : "center", inline: "nearest" });
}
