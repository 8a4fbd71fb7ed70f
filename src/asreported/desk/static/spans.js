// Words of a text by their offsets, and how the ends of a stretch of it move: by words, or by single characters.

const WORD = /[\p{L}\p{N}\p{M}$€£%]+(?:[.,'’\-–/&][\p{L}\p{N}\p{M}]+)*/gu;

export class Words {
  /** `lines` are those of an Article: {points, start, end}; between them is white space. */
  constructor(lines) {
    this.length = lines.at(-1)?.end ?? 0;
    this.points = Array(this.length).fill("\n");
    for (const line of lines) line.points.forEach((point, n) => { this.points[line.start + n] = point; });
    this.words = [];
    for (const line of lines) {
      const text = line.points.join("");
      const at = []; // UTF-16 unit → code point
      line.points.forEach((point, n) => { for (let unit = 0; unit < point.length; unit += 1) at.push(n); });
      at.push(line.points.length);
      for (const match of text.matchAll(WORD)) {
        this.words.push({ start: line.start + at[match.index], end: line.start + at[match.index + match[0].length] });
      }
    }
  }

  text({ start, end }) {
    return this.points.slice(start, end).join("");
  }

  /** The places in `words` of the first and the last word that `span` touches, or of the one behind it. */
  #touched(span) {
    let first = this.words.findIndex((word) => word.end > span.start);
    if (first < 0) first = this.words.length - 1;
    let last = first;
    while (last + 1 < this.words.length && this.words[last + 1].start < span.end) last += 1;
    return [first, last];
  }

  /** The whole of `span` moved by words, as many as it has. */
  move(span, by) {
    const [first, last] = this.#touched(span);
    if (!this.words[first + by] || !this.words[last + by]) return span;
    return { start: this.words[first + by].start, end: this.words[last + by].end };
  }

  /** One end (`start` or `end`) moved by words. */
  moveEnd(span, end, by) {
    const [first, last] = this.#touched(span);
    const word = this.words[(end === "start" ? first : last) + by];
    return word ? fitting({ ...span, [end]: word[end] }, span) : span;
  }

  /** One end moved by characters. */
  nudge(span, end, by) {
    const at = span[end] + by;
    return at < 0 || at > this.length ? span : fitting({ ...span, [end]: at }, span);
  }

  /** The word at or behind `at`. */
  after(at) {
    return this.words.find((word) => word.start >= at) || this.words.at(-1);
  }
}

const fitting = (made, before) => (made.start < made.end ? made : before);
