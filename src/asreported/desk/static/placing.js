// The editor's choice of a place: what was read, what else the words could mean, and what a search finds, as a list for
// the keyboard and as numbers on a map.

import { api, make } from "./desk.js";
import { BY_HAND } from "./revision.js";
import { basis } from "./values.js";

const PRECISION = { country: "country", adm1: "adm1", adm2: "adm2", region: "region", sea: "sea", lake: "sea", river: "line", line: "line",
  feature: "region", mountain: "region", disputed: "region" };
const PLACES = ["place", "origin", "destination"];

export function placeSection(editor) {
  const { body } = editor.parts.where;
  const { where } = editor.now;
  if (!editor.places) {
    editor.places = new Places(editor);
    body.replaceChildren(editor.places.element);
  }
  editor.places.show(where);
}

class Places {
  constructor(editor) {
    this.editor = editor;
    this.found = [];
    this.listed = [];
    this.told = make("p", { className: "read" });
    this.list = make("ul", { className: "places" });
    this.map = make("div", { className: "pick-map" });
    this.watch = new IntersectionObserver((entries) => {
      this.inView = entries.at(-1).isIntersecting;
      if (this.inView && !this.picker) this.#draw();
    });
    this.watch.observe(this.map);
    this.query = make("input", { id: "edit-place", type: "search", maxLength: 200, placeholder: "Hama, Syria", autocomplete: "off" });
    const search = make("button", { type: "button", id: "edit-place-search" }, "Search");
    const none = make("button", { type: "button", className: "plain", id: "edit-no-place" }, "no place");
    search.addEventListener("click", () => this.search());
    none.addEventListener("click", () => this.put(null));
    this.query.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.ctrlKey) return;
      event.preventDefault();
      this.search();
    });
    this.element = make("div", { className: "body" }, this.told, this.list, this.map,
      make("div", { className: "fields" }, make("div", { className: "field grow" }, make("label", { for: "edit-place" }, "another place, by name"), this.query), search, none));
  }

  show(where) {
    this.told.replaceChildren(...(where ? [basis(where)] : ["No place."]));
    const { asRead, claim } = this.editor.revision;
    // The place that holds comes last where it is none of the others, so that the list stays as it is when one chooses.
    const named = (one) => ({ ...one, id: one.gazetteer_id, where: one });
    const read = [claim?.where, asRead?.where].filter(Boolean).map(named);
    const other = [claim?.where, asRead?.where, where].flatMap((one) => one?.candidates || []);
    const places = distinct([...read, ...other, ...this.found, ...(where ? [named(where)] : [])]);
    const chosen = where ? places.findIndex((one) => key(one) === key({ ...where, id: where.gazetteer_id })) : -1;
    if (JSON.stringify(places.map(key)) !== JSON.stringify(this.listed.map(key))) {
      this.listed = places;
      this.chosen = chosen;
      this.#list();
      this.#draw();
    } else {
      this.chosen = chosen;
      this.picker?.choose(chosen);
    }
    [...this.list.querySelectorAll("input")].forEach((input, n) => { input.checked = n === chosen; });
  }

  #list() {
    const held = this.list.contains(document.activeElement);
    this.list.replaceChildren(...this.listed.map((place, n) => {
      const input = make("input", { type: "radio", name: "edit-places", value: String(n) });
      input.addEventListener("change", () => this.pick(n));
      const about = [place.admin1 === place.name ? null : place.admin1, countryOf(place)].filter(Boolean).join(", ");
      return make("li", {}, make("label", {}, input, make("span", { className: "place-n" }, String(n + 1)), make("span", {}, make("bdi", {}, place.name), " ", make("small", {}, about, place.level && place.level !== "place" ? ` · ${place.level}` : "", place.population ? ` · ${place.population.toLocaleString("en")} people` : ""))));
    }));
    this.list.hidden = !this.listed.length;
    if (held) this.list.querySelector("input")?.focus();
  }

  // A map is drawn when it comes into view, for most corrections are not of the place; one at a time.
  async #draw() {
    this.map.hidden = !this.listed.some((place) => Number.isFinite(place.lat));
    if (this.map.hidden || !this.inView || this.drawing) return;
    const { listed } = this;
    this.drawing = true;
    this.picker?.remove();
    this.picker = null;
    try {
      const { pickPlace } = await import("./basemap.js");
      const element = make("div", { className: "pick-map-inner" });
      this.map.replaceChildren(element);
      this.picker = await pickPlace(element, listed, { chosen: this.chosen, onPick: (_, n) => this.pick(n) });
    } catch {
      this.map.replaceChildren(); // the list does without a map
    }
    this.drawing = false;
    if (this.gone) this.remove();
    else if (listed !== this.listed) this.#draw();
    else this.picker?.choose(this.chosen);
  }

  async search() {
    const text = this.query.value.trim();
    if (!text) return;
    try {
      const { places } = await api(`/api/places?q=${encodeURIComponent(text)}`);
      this.editor.fail("where", places.length ? "" : `The gazetteer has no place called “${text}”.`);
      this.found = places;
      this.show(this.editor.now.where);
      if (places.length) {
        const first = this.listed.findIndex((place) => key(place) === key(places[0]));
        this.list.querySelectorAll("input")[first]?.focus();
      }
    } catch (err) {
      this.editor.fail("where", err.message);
    }
  }

  async pick(n) {
    const place = this.listed[n];
    if (place.where) {
      this.put(place.where);
      return;
    }
    const whole = place.level ? place : (await this.#described(place)) || place;
    this.put(whereOf(whole, this.editor));
  }

  /** What the gazetteer knows of a candidate beside its name and point. */
  async #described(place) {
    const answer = await api(`/api/places?q=${encodeURIComponent(place.name)}`).catch(() => ({ places: [] }));
    return answer.places.find((one) => one.id === place.id);
  }

  put(where) {
    this.editor.revision.putValue("where", where);
    this.editor.fail("where", "");
    this.editor.render();
  }

  remove() {
    this.gone = true;
    this.watch.disconnect();
    this.picker?.remove();
    this.picker = null;
  }
}

const key = (place) => `${place.id ?? ""}|${place.name}|${place.lat ?? ""}|${place.lon ?? ""}`;

function distinct(places) {
  const seen = new Map();
  for (const place of places) if (!seen.has(key(place))) seen.set(key(place), place);
  return [...seen.values()];
}

const names = new Intl.DisplayNames(["en"], { type: "region" });
const countryOf = (place) => place.country_name || (place.country && /^[A-Z]{2}$/.test(place.country) ? names.of(place.country) : place.country);

/** The place of a claim, of the words that it had: those of the former place, or of a role. */
function whereOf(place, editor) {
  const { now } = editor;
  const role = now.roles.find((one) => PLACES.includes(one.role));
  const words = now.where || (role ? { text: role.text, span: { start: role.start, end: role.end } } : { text: place.name, span: null });
  return {
    name: place.name, admin1: place.admin1 ?? null, country: place.country ?? null, country_name: countryOf(place) ?? null,
    lat: place.lat ?? null, lon: place.lon ?? null, gazetteer_id: place.id > 0 ? place.id : null, alternates: [],
    candidates: now.where?.candidates || [], precision: PRECISION[place.level] || "exact", radius_km: place.radius_km ?? null,
    text: words.text, span: words.span, rule: BY_HAND,
  };
}
