// The map that the desk's pages draw on: land, borders, waters and names out of our own files, so that nothing is asked
// for elsewhere and nobody learns where somebody looks. Glyphs are drawn by the browser: the style names no glyph server.
import { Map as MapLibre, Marker, NavigationControl, ScaleControl, LngLatBounds, prewarm, setWorkerUrl } from "/static/vendor/maplibre-gl.mjs";
import { api, make } from "/static/desk.js";

setWorkerUrl("/static/vendor/maplibre-gl-worker.mjs");
prewarm(); // a second of loading that need not wait for the map

const SHEETS = ["/static/vendor/maplibre-gl.css", "/static/basemap.css"];
const FONT = ["system-ui", "sans-serif"];
const TOWN_ZOOM = 3.5; // farther out, names of towns would crowd out those of countries
const MOST_ZOOM = 11; // the lines are exact to some kilometres; closer there is nothing more to see
const EARTH_KM = 6371;

/** Raised where the browser cannot draw maps; the element then says so. */
export class NoMap extends Error {}

// ---- colours -----------------------------------------------------------------------------

const PALETTES = {
  light: {
    water: "#d4e2ec", land: "#f6f4ee", coast: "#a9bccb", border: "#b4aea2", disputed: "#8f887a", river: "#c3d5e2",
    country: "#6b655a", town: "#3f444b", dot: "#5d646d", halo: "#f6f4ee", ink: "#1b1f24", ground: "#ffffff",
  },
  dark: {
    water: "#10191f", land: "#22282d", coast: "#3c4b56", border: "#4a525a", disputed: "#7b848d", river: "#1b2b36",
    country: "#a7aeb5", town: "#d0d5da", dot: "#98a1aa", halo: "#1b2024", ink: "#e7e9eb", ground: "#14171a",
  },
};

const darkened = window.matchMedia("(prefers-color-scheme: dark)");

/** "light" or "dark", as the page is now. */
export function theme() {
  return document.documentElement.dataset.theme || (darkened.matches ? "dark" : "light");
}

/** The colours of the map in the theme that holds. */
export const palette = () => PALETTES[theme()];

/** A colour of the page, by the name of its variable. */
export const pageColour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const changed = new Set();
/** Calls `act` whenever the theme changes. */
export function onTheme(act) {
  changed.add(act);
}
const tellTheme = () => changed.forEach((act) => act());
darkened.addEventListener("change", tellTheme);
new MutationObserver(tellTheme).observe(document.documentElement, { attributeFilter: ["data-theme"] });

// ---- what the file holds -----------------------------------------------------------------

let read;
/** The features of basemap.json by name, fetched and unpacked once. */
export function basemap() {
  read ||= fetch("/static/basemap.json").then((response) => {
    if (!response.ok) throw new NoMap("The map's own file is missing.");
    return response.json();
  }).then(unpack);
  return read;
}

function unpack(file) {
  const line = (packed) => {
    const points = [];
    let x = 0, y = 0;
    for (let i = 0; i < packed.length; i += 2) {
      x += packed[i];
      y += packed[i + 1];
      points.push([x / file.scale, y / file.scale]);
    }
    return points;
  };
  const arcs = file.arcs.map(line);
  const arcOf = (one) => (typeof one === "number" ? arcs[one] : line(one));
  const ring = (numbers) => {
    const points = [];
    for (const n of numbers) {
      const arc = n < 0 ? arcs[~n].slice().reverse() : arcs[n];
      points.push(...(points.length ? arc.slice(1) : arc));
    }
    return points;
  };
  const lines = (some, properties) => feature({ type: "MultiLineString", coordinates: some }, properties);
  return {
    countries: file.countries.map(({ id, name, polygons }) =>
      feature({ type: "MultiPolygon", coordinates: polygons.map((polygon) => polygon.map(ring)) }, { iso2: id, name })),
    names: file.countries.filter(({ people }) => people > 1000).map(({ name, people, label }) => feature({ type: "Point", coordinates: label }, { name, people })),
    lines: ["borders", "disputed"].map((kind) => lines(file[kind].map(arcOf), { kind })),
    areas: file.areas.map((area) => lines(area.lines.map(line), { name: area.name })),
    rivers: file.rivers.map((some) => lines(some.lines.map(line), { rank: some.rank })),
    lakes: file.lakes.map((some) => feature({ type: "MultiPolygon", coordinates: some.lines.map((one) => [line(one)]) }, { rank: some.rank })),
  };
}

export const feature = (geometry, properties = {}) => ({ type: "Feature", geometry, properties });
export const collection = (features = []) => ({ type: "FeatureCollection", features });

/** The polygon of all points within `km` of one, by the great circle. */
export function circle(lat, lon, km, steps = 64) {
  const [angle, north] = [km / EARTH_KM, (lat * Math.PI) / 180];
  const points = [];
  for (let i = 0; i <= steps; i++) {
    const bearing = (i / steps) * 2 * Math.PI;
    const y = Math.asin(Math.sin(north) * Math.cos(angle) + Math.cos(north) * Math.sin(angle) * Math.cos(bearing));
    const x = Math.atan2(Math.sin(bearing) * Math.sin(angle) * Math.cos(north), Math.cos(angle) - Math.sin(north) * Math.sin(y));
    points.push([lon + (x * 180) / Math.PI, (y * 180) / Math.PI]);
  }
  return { type: "Polygon", coordinates: [points] };
}

// ---- the style ---------------------------------------------------------------------------

const wider = (from, to) => ["interpolate", ["linear"], ["zoom"], 1, from, 8, to];

function layers(colours) {
  const stroke = (id, source, colour, width, more = {}) => ({
    id, source, type: "line", ...more,
    paint: { "line-color": colour, "line-width": width, ...more.paint },
    layout: { "line-join": "round", "line-cap": more.paint ? "butt" : "round" },
  });
  const kind = (name) => ({ filter: ["==", ["get", "kind"], name] });
  const dashes = { "line-dasharray": [3, 2.5] };
  const rank = (test, least) => ({ filter: [test, ["get", "rank"], 3], minzoom: least });
  return [
    { id: "water", type: "background", paint: { "background-color": colours.water } },
    // Of a coast's line only the half on the water is seen; the other half, and borders, are under the land.
    stroke("coasts", "countries", colours.coast, wider(1.2, 2.6)),
    { id: "land", type: "fill", source: "countries", paint: { "fill-color": colours.land, "fill-antialias": false } },
    stroke("rivers", "rivers", colours.river, wider(0.5, 2.2), rank("<=", 2)),
    stroke("streams", "rivers", colours.river, wider(0.4, 1.6), rank(">", 4.5)),
    { id: "lakes", type: "fill", source: "lakes", paint: { "fill-color": colours.water, "fill-antialias": false } },
    stroke("areas", "areas", colours.disputed, wider(0.4, 0.9), { minzoom: 4, paint: { "line-dasharray": [1.5, 3] } }),
    stroke("borders", "lines", colours.border, wider(0.6, 1.6), kind("borders")),
    stroke("disputed", "lines", colours.disputed, wider(0.6, 1.6), { ...kind("disputed"), paint: dashes }),
    { id: "towns", type: "symbol", source: "towns",
      layout: {
        "icon-image": ["case", ["==", ["get", "seat"], 3], "capital", "town"], "icon-allow-overlap": true,
        "text-field": ["get", "name"], "text-font": FONT, "text-max-width": 9, "text-padding": 3, "text-optional": true,
        "text-size": ["interpolate", ["linear"], ["zoom"], 4, ["case", ["==", ["get", "seat"], 3], 12, 11], 9, 14],
        "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 0.5, "symbol-sort-key": ["get", "order"] },
      paint: { "text-color": colours.town, "text-halo-color": colours.halo, "text-halo-width": 1.4 } },
    ...[["countries", 0, [">=", ["get", "people"], 500000]], ["islands", 3, ["<", ["get", "people"], 500000]]].map(([id, minzoom, filter]) => ({
      id, type: "symbol", source: "names", minzoom, maxzoom: 7.5, filter,
      layout: {
        "text-field": ["get", "name"], "text-font": FONT, "text-max-width": 7, "text-letter-spacing": 0.08, "text-padding": 5,
        "text-size": ["interpolate", ["linear"], ["zoom"], 1, ["interpolate", ["linear"], ["log10", ["+", ["get", "people"], 10]], 6, 9.5, 8.5, 13],
          6, ["interpolate", ["linear"], ["log10", ["+", ["get", "people"], 10]], 5, 12, 8, 17]],
        "symbol-sort-key": ["-", 0, ["get", "people"]] },
      paint: { "text-color": colours.country, "text-halo-color": colours.halo, "text-halo-width": 1.2 },
    })),
  ];
}

const LATER = ["rivers", "lakes", "areas"]; // drawn when what the map is for has been

function style(data, colours) {
  const source = (features) => ({ type: "geojson", data: collection(features), maxzoom: 8 });
  const { countries, names, lines } = data;
  return {
    version: 8,
    sources: {
      countries: source(countries), names: source(names), lines: source(lines),
      ...Object.fromEntries(LATER.map((name) => [name, source([])])), towns: { type: "geojson", data: collection() },
    },
    layers: layers(colours),
  };
}

/** The picture of a town: a dot, larger for a capital. */
function dot(radius) {
  const size = 16;
  const canvas = make("canvas", { width: size, height: size });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.arc(size / 2, size / 2, radius, 0, 2 * Math.PI);
  pen.fillStyle = palette().dot;
  pen.strokeStyle = palette().halo;
  pen.lineWidth = 2;
  pen.stroke();
  pen.fill();
  return { width: size, height: size, data: new Uint8Array(pen.getImageData(0, 0, size, size).data.buffer) };
}
const DOTS = { town: 3.4, capital: 5 };

function recolour(map) {
  for (const [id, radius] of Object.entries(DOTS)) map.updateImage(id, dot(radius));
  for (const layer of layers(palette())) {
    if (!map.getLayer(layer.id)) continue;
    for (const [name, value] of Object.entries(layer.paint)) if (name.includes("color")) map.setPaintProperty(layer.id, name, value);
  }
}

// ---- the map -----------------------------------------------------------------------------

function sheet(href) {
  const known = document.querySelector(`link[href="${href}"]`);
  if (known?.sheet) return Promise.resolve();
  const link = known || make("link", { rel: "stylesheet", href });
  const loaded = new Promise((done) => ["load", "error"].forEach((name) => link.addEventListener(name, done)));
  if (!known) document.head.prepend(link); // the page's own sheets have the last word
  return loaded;
}

function refuse(element) {
  element.classList.add("nomap");
  element.replaceChildren(make("p", {}, "This browser cannot draw the map (it lacks WebGL 2, or it is switched off). Everything that the map shows stands in the list too."));
  throw new NoMap("no WebGL 2");
}

/**
 * A map in `element`, which has a height of its own; the promise is kept once it can be drawn on.
 * `bounds` is [west, south, east, north]. Throws `NoMap` where the browser cannot; the element then says so.
 */
export async function makeMap(element, { center = [38, 25], zoom = 1.6, bounds = null, interactive = true, label = "Map" } = {}) {
  if (!window.WebGL2RenderingContext) refuse(element);
  const [data] = await Promise.all([basemap(), ...SHEETS.map(sheet)]);
  const start = bounds ? { bounds, fitBoundsOptions: { padding: 40, maxZoom: 8 } } : { center, zoom };
  let map;
  try {
    map = new MapLibre({
      container: element, style: style(data, palette()), ...start, interactive, attributionControl: false, maxZoom: MOST_ZOOM, minZoom: 0.3,
      dragRotate: false, pitchWithRotate: false, touchPitch: false, fadeDuration: 0, validateStyle: false,
      locale: { "Map.Title": label },
    });
  } catch {
    refuse(element);
  }
  element.classList.add("basemap");
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  if (interactive) {
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new ScaleControl({ maxWidth: 90 }), "bottom-left");
  }
  element.append(make("p", { className: "basemap-credit" }, "Natural Earth, GeoNames"));
  performance.mark("map-made");
  await new Promise((done) => map.once("style.load", done));
  performance.mark("map-styled");
  for (const [id, radius] of Object.entries(DOTS)) map.addImage(id, dot(radius), { pixelRatio: 2 });
  map.once("idle", () => LATER.forEach((name) => map.getSource(name).setData(collection(data[name]))));
  onTheme(() => recolour(map));
  nameTowns(map);
  return map;
}

function nameTowns(map) {
  let asked, last = "";
  const ask = async () => {
    const near = map.getZoom() >= TOWN_ZOOM;
    const box = near ? map.getBounds().toArray().flat().map((degrees) => degrees.toFixed(2)) : [];
    if (box.join() === last) return;
    last = box.join();
    asked?.abort();
    asked = new AbortController();
    let towns = [];
    if (near) {
      const [west, south, east, north] = box.map(Number);
      const wide = east - west >= 360;
      const turned = (degrees) => ((((degrees + 180) % 360) + 360) % 360) - 180;
      const asking = [wide ? -180 : turned(west), Math.max(south, -90), wide ? 180 : turned(east), Math.min(north, 90)];
      try {
        ({ towns } = await api(`/api/towns?bbox=${asking.map((degrees) => degrees.toFixed(3)).join()}&limit=90`, { signal: asked.signal }));
      } catch {
        return; // asked anew with the next move
      }
    }
    map.getSource("towns")?.setData(collection(towns.map(({ name, lon, lat, seat }, order) =>
      feature({ type: "Point", coordinates: [lon, lat] }, { name, seat, order: order - 1000 * (seat === 3) }))));
  };
  map.on("moveend", ask);
  ask();
}

/** The rectangle around points [lon, lat], none for none: for `bounds` and `fitBounds`. */
export function around(points) {
  if (!points.length) return null;
  const box = new LngLatBounds(points[0], points[0]);
  points.forEach((point) => box.extend(point));
  return box;
}

// ---- choosing a place --------------------------------------------------------------------

const AREA_KM = 3; // smaller places are drawn as points

/**
 * A small map with the places `candidates` ({name, admin1, country_name, lat, lon, radius_km, level}) as numbered buttons.
 * `chosen` is one of them, or its place in the list; `onPick(candidate, index)` is called when a person chooses.
 * Kept with {map, choose(which), remove()}; `map` is null where the browser draws none: the buttons are then a list.
 */
export async function pickPlace(element, candidates, { chosen = null, onPick = () => {} } = {}) {
  const placed = candidates.map((place, index) => ({ place, index })).filter(({ place }) => Number.isFinite(place.lat) && Number.isFinite(place.lon));
  const indexOf = (which) => (typeof which === "number" ? which : candidates.indexOf(which));
  let current = indexOf(chosen), map = null;
  const buttons = placed.map(({ place, index }) => {
    const button = make("button", { type: "button", className: "pick", title: told(place), "aria-label": `${index + 1}: ${told(place)}` }, String(index + 1));
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      choose(index);
      onPick(candidates[index], index);
    });
    return button;
  });
  function choose(which) {
    current = indexOf(which);
    placed.forEach(({ index }, i) => buttons[i].setAttribute("aria-pressed", String(index === current)));
    map?.getSource("reach")?.setData(reach());
  }
  const reach = () => collection(placed.filter(({ place }) => place.radius_km > AREA_KM).map(({ place, index }) =>
    feature(circle(place.lat, place.lon, place.radius_km), { chosen: index === current })));
  try {
    map = await makeMap(element, { bounds: around(placed.flatMap(({ place }) => corners(place))), label: "Places to choose from" });
  } catch (err) {
    if (!(err instanceof NoMap)) throw err;
    element.append(make("ol", { className: "picks" }, ...placed.map(({ place }, i) => make("li", {}, buttons[i], ` ${told(place)}`))));
  }
  if (map) {
    drawReach(map, reach());
    onTheme(() => map.getLayer("reach-line") && ["reach-fill", "reach-line"].forEach((id) =>
      map.setPaintProperty(id, id === "reach-fill" ? "fill-color" : "line-color", pageColour("accent"))));
    placed.forEach(({ place }, i) => new Marker({ element: buttons[i], offset: [beside(placed, i), 0] }).setLngLat([place.lon, place.lat]).addTo(map));
    // The library calls every marker alike.
    placed.forEach(({ place, index }, i) => buttons[i].setAttribute("aria-label", `${index + 1}: ${told(place)}`));
  }
  choose(current);
  return { map, choose, remove: () => (map ? map.remove() : element.replaceChildren()) };
}

/** Pixels by which a button stands beside those of earlier candidates at the same point: a town and its province. */
const beside = (placed, i) => placed.slice(0, i).filter(({ place }) => Math.hypot(place.lat - placed[i].place.lat, place.lon - placed[i].place.lon) < 0.3).length * 26;

const told = ({ name, admin1, country_name, country, level }) =>
  [name, admin1 === name ? null : admin1, country_name || country].filter(Boolean).join(", ") + (level ? ` (${LEVELS[level] || level})` : "");
const LEVELS = { adm1: "province", adm2: "district", place: "town" };

const corners = ({ lat, lon, radius_km }) => (radius_km > AREA_KM ? circle(lat, lon, radius_km, 8).coordinates[0] : [[lon, lat]]);

function drawReach(map, data) {
  const colour = pageColour("accent");
  const strong = (yes, no) => ["case", ["get", "chosen"], yes, no];
  map.addSource("reach", { type: "geojson", data });
  map.addLayer({ id: "reach-fill", type: "fill", source: "reach", paint: { "fill-color": colour, "fill-opacity": strong(0.16, 0.04) } }, "towns");
  map.addLayer({ id: "reach-line", type: "line", source: "reach", paint: { "line-color": colour, "line-opacity": strong(1, 0.6), "line-width": strong(2, 1.2), "line-dasharray": [3, 2] } }, "towns");
}
