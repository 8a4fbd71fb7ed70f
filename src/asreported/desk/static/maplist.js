// Places on the map: what tells them apart, what they are called, and the rows of the list below, which shows them all.
import { make } from "/static/desk.js";
import { leading, MIXED } from "/static/symbols.js";
import { told } from "/static/timeline.js";

const PRECISIONS = {
  exact: "the place itself", near: "near the place", adm2: "a district", adm1: "a province", region: "a region", part: "a part of a place",
  border: "a border", line: "a road or line", sea: "waters", country: "the country alone", "": "no point known",
};

/** How exactly the place is known, in words. */
export const precisionOf = (group) => PRECISIONS[group.key === "nowhere" ? "" : group.precision] || group.precision;

/** A number with its noun: "1 claim", "1,200 claims". */
export const number = (value, noun, plural = `${noun}s`) => `${value.toLocaleString("en")} ${value === 1 ? noun : plural}`;

/** The row of a place in the list; `chosen` is the one that the side tells of. */
export function placeRow(group, classes, chosen) {
  const lead = leading(group.counts, classes.list);
  const button = make("button", { type: "button", className: "link", dataset: { at: group.key } }, make("bdi", {}, group.name));
  if (chosen) button.setAttribute("aria-current", "true");
  const glyph = make("span", { className: "glyph", "aria-hidden": "true" }, lead.glyph);
  glyph.style.color = `var(--${lead.colour})`;
  return make("tr", {},
    make("th", { scope: "row" }, button, where(group)), make("td", {}, precisionOf(group), reach(group)),
    make("td", { className: "num" }, group.claims.toLocaleString("en")), make("td", {}, glyph, ` ${lead === MIXED ? "several" : lead.name}`),
    make("td", { className: "num" }, range(group.people)), make("td", { className: "num span" }, span(group)));
}

/** The row of an empty list. */
export const noPlace = (days) => make("tr", {}, make("td", { colSpan: 6 }, make("p", { className: "empty" },
  days ? "No claim in these days. “All days” shows those of the others." : "No claim fits the filter. Take something off it, or search in other words.")));

const where = (group) => make("span", { className: "faint small" }, ...[group.admin1 === group.name ? null : group.admin1, group.shape === "country" ? null : group.country_name]
  .filter(Boolean).flatMap((name, i) => [i ? ", " : " ", make("bdi", {}, name)]));
const reach = (group) => (group.radius_km && group.shape !== "point" ? make("span", { className: "faint small" }, ` within ${Math.round(group.radius_km).toLocaleString("en")} km`) : null);
/** The days that the claims of a place span. */
export const span = (group) => (group.first === null ? "undated" : group.first === group.last ? told(group.first) : `${told(group.first)} – ${told(group.last)}`);

/** The highest lower and upper bound of people in one claim, in words. */
export function range({ low, high, open, counted }) {
  if (!counted) return "";
  const figure = (value) => value.toLocaleString("en");
  if (open) return low === null ? "some" : `${figure(low)} or more`;
  return low === null || low === high ? figure(high) : `${figure(low)} to ${figure(high)}`;
}

/** What a place is called of which reports have several names: for an area or country its own, the others lie inside. */
export function named({ shape, precision, places, country_name, admin1 }) {
  const names = [...new Set(places.map((place) => place.name))];
  const whole = shape === "country" ? country_name : precision === "adm1" ? admin1 : null;
  const { name, id } = places.find((place) => place.name === whole) || places.find((place) => place.id !== null && whole === null) || { name: whole ?? names[0], id: null };
  return { name, id, inside: names.filter((other) => other !== name) };
}

/** By what places are told apart on the map. */
export function keyOf(place) {
  if (place.shape === "country") return `country:${place.country}`;
  if (place.shape === "none") return `name:${place.name}${place.country ? `,${place.country}` : ""}`;
  return `${place.shape === "point" ? "point" : place.precision}:${place.lat},${place.lon}`;
}
