// What stands on the map for the claims of a place: its picture says how exactly the place is known, what most of the
// claims are, whether any tells of what happened, and how many or how many people. Never by colour alone.
import { pageColour } from "/static/basemap.js";

const MIXED = { name: "several", glyph: "✱", colour: "faint", told: "several, none ahead" };
const LEADS = 1 / 3; // of the claims at a place: fewer, and none stands for them

const STATUSES = {
  actual: { glyph: "●", colour: "accent", told: "actual: told as happened" }, planned: { glyph: "»", colour: "people", told: "planned" },
  possible: { glyph: "?", colour: "time", told: "possible" }, attempted: { glyph: "◐", colour: "forces", told: "attempted" },
  denied: { glyph: "✕", colour: "bad", told: "denied" }, generic: { glyph: "≈", colour: "politics", told: "general" },
};
const REVIEWS = {
  unreviewed: { glyph: "○", colour: "politics" }, accepted: { glyph: "✓", colour: "good" }, corrected: { glyph: "✎", colour: "people" },
  rejected: { glyph: "✕", colour: "bad" }, unsure: { glyph: "?", colour: "warn" },
};

/** The classes that claims are coloured by: of `by` the list, and for each claim's value which of them it is. */
export function classesOf(by, data, words) {
  if (by === "status") return { list: data.statuses.map((name) => ({ name, ...STATUSES[name] })), of: (i) => data.claims.status[i] };
  if (by === "review") return { list: data.reviews.map((name) => ({ name, ...REVIEWS[name] })), of: (i) => data.claims.review[i] };
  const names = Object.keys(words.glyphs);
  const kindClass = data.kinds.map((kind) => names.indexOf(words.families[kind]));
  return {
    list: names.map((name) => ({ name, glyph: words.glyphs[name], colour: name })),
    of: (i) => kindClass[data.claims.kind[i]] ?? -1,
  };
}

/** The class that more of the claims have than any other, or `MIXED`. */
export function leading(counts, list) {
  const total = counts.reduce((sum, number) => sum + number, 0);
  const most = Math.max(...counts);
  return most > total * LEADS && counts.filter((number) => number === most).length === 1 ? list[counts.indexOf(most)] : MIXED;
}
export { MIXED };

// ---- sizes -------------------------------------------------------------------------------

const STEPS = [7, 8, 9.5, 11, 13, 15, 18, 21, 25, 29, 34]; // few sizes, so that few pictures are made
const stepped = (radius) => STEPS.reduce((best, one) => (Math.abs(one - radius) < Math.abs(best - radius) ? one : best));

/** By area, the largest place being the largest disc. */
export const radiusOfCount = (number, most) => stepped(6 + 24 * Math.sqrt(number / Math.max(most, 12)));
/** Each tenfold a step: figures of people reach from one to millions. */
export const radiusOfPeople = (number) => stepped(6 + 4.4 * Math.log10(number + 1));

// ---- pictures ----------------------------------------------------------------------------

const RATIO = 2;
const LINE = 2;

/** The name of a picture, drawn when the map first needs it: parts joined by a bar. */
export const picture = (form, colour, radius = 7, glyph = "") => `${form}|${colour}|${radius}|${glyph}`;

/** Draws the picture of that name; to be drawn anew when the theme changes. */
export function drawPicture(name) {
  const [form, colour, size, glyph] = name.split("|");
  const radius = Number(size), wide = Math.ceil(radius + LINE + 1) * 2;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = wide * RATIO;
  const pen = canvas.getContext("2d", { willReadFrequently: true }); // kept where it is read from, not on the graphics card
  pen.scale(RATIO, RATIO);
  pen.translate(wide / 2, wide / 2);
  FORMS[form](pen, radius, { colour: pageColour(colour), ground: pageColour("ground"), ink: pageColour("ink") }, glyph);
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  return { image: { width: canvas.width, height: canvas.height, data: new Uint8Array(data.buffer) }, options: { pixelRatio: RATIO } };
}

function disc(pen, radius) {
  pen.beginPath();
  pen.arc(0, 0, radius, 0, 2 * Math.PI);
}

function write(pen, glyph, radius, colour) {
  if (!glyph) return;
  pen.fillStyle = colour;
  pen.font = `600 ${Math.min(radius * 1.15, 15)}px system-ui, sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "alphabetic";
  const box = pen.measureText(glyph);
  pen.fillText(glyph, 0, (box.actualBoundingBoxAscent - box.actualBoundingBoxDescent) / 2);
}

const FORMS = {
  solid(pen, radius, { colour, ground }, glyph) {
    disc(pen, radius);
    pen.globalAlpha = 0.9;
    pen.fillStyle = colour;
    pen.fill();
    pen.globalAlpha = 1;
    pen.lineWidth = 1.2;
    pen.strokeStyle = ground;
    pen.stroke();
    write(pen, glyph, radius, ground);
  },
  hollow(pen, radius, { colour, ground }, glyph) {
    disc(pen, radius - LINE / 2);
    pen.globalAlpha = 0.8;
    pen.fillStyle = ground;
    pen.fill();
    pen.globalAlpha = 1;
    pen.setLineDash([3.2, 2.2]);
    pen.lineWidth = LINE;
    pen.strokeStyle = colour;
    pen.stroke();
    write(pen, glyph, radius * 0.95, colour);
  },
  ring(pen, radius, { colour }) {
    disc(pen, radius - 1);
    pen.lineWidth = LINE;
    pen.strokeStyle = colour;
    pen.stroke();
  },
  open(pen, radius, { colour }) {
    disc(pen, radius - 1);
    const part = ((radius - 1) * 2 * Math.PI) / 12;
    pen.setLineDash([part * 1.4, part * 0.6]);
    pen.lineWidth = LINE;
    pen.strokeStyle = colour;
    pen.stroke();
  },
  border(pen, radius, colours, glyph) {
    pen.beginPath();
    for (const [x, y] of [[0, -1], [1, 0], [0, 1], [-1, 0]]) pen.lineTo(x * radius, y * radius);
    outlined(pen, colours);
    write(pen, glyph, radius * 0.8, colours.colour);
  },
  line(pen, radius, colours, glyph) {
    pen.beginPath();
    pen.rect(-radius, -radius * 0.62, 2 * radius, radius * 1.24);
    outlined(pen, colours);
    write(pen, glyph, radius * 0.8, colours.colour);
  },
  sea(pen, radius, colours, glyph) {
    pen.beginPath();
    for (let i = 0; i < 6; i++) pen.lineTo(radius * Math.cos((i * Math.PI) / 3), radius * Math.sin((i * Math.PI) / 3));
    outlined(pen, colours);
    write(pen, glyph, radius * 0.8, colours.colour);
  },
};

function outlined(pen, { colour, ground }) {
  pen.closePath();
  pen.fillStyle = ground;
  pen.fill();
  pen.lineWidth = LINE;
  pen.strokeStyle = colour;
  pen.stroke();
}
