// The layers that show claims on the map: countries shaded, areas with a dashed outline, and symbols of places.
import { around, circle, collection, feature, makeMap, onTheme, pageColour } from "/static/basemap.js";
import { drawPicture, leading, picture, radiusOfCount, radiusOfPeople } from "/static/symbols.js";

const FONT = ["system-ui", "sans-serif"];
const SYMBOLS = ["border", "line", "sea"]; // precisions with a symbol of their own
const SHADES = [0.1, 0.2, 0.32]; // how strongly a country is tinted, by how many claims know no more than it
const TOUCH = 5; // pixels beside a symbol that count as on it
const SHRUNK = ["interpolate", ["linear"], ["zoom"], 1, 0.55, 5, 1]; // far out places lie close together

export class ClaimMap {
  constructor(map) {
    this.map = map;
    this.shown = null;
    SHADES.forEach((strength, i) => map.addImage(`shade-${i}`, hatching(strength)));
    for (const id of ["areas-at", "symbols-at", "names-at", "chosen-at"]) map.addSource(id, { type: "geojson", data: collection() });
    this.addLayers();
    onTheme(() => this.recolour());
  }

  static async make(element, options) {
    return new ClaimMap(await makeMap(element, { ...options, label: "Map of the claims; the list of places below says the same" }));
  }

  addLayers() {
    const { map } = this;
    const none = ["in", ["get", "iso2"], ["literal", []]];
    // Few kinds of layers with colours of their own: each is a program more that the graphics card has to be given.
    map.addLayer({ id: "shade", type: "fill", source: "countries", filter: none, paint: { "fill-pattern": "shade-1", "fill-antialias": false } }, "rivers");
    map.addLayer({ id: "area-fill", type: "fill", source: "areas-at", paint: { "fill-color": pageColour("ink"), "fill-opacity": 0.05, "fill-antialias": false } }, "towns");
    map.addLayer({ id: "area-line", type: "line", source: "areas-at", paint: { "line-color": pageColour("faint"), "line-width": 1.5, "line-dasharray": [3, 2.2], "line-opacity": 0.85 } }, "towns");
    // Under the symbols, which are placed first and so keep their room: a number that finds none beside them is left out.
    map.addLayer({ id: "numbers", type: "symbol", source: "names-at",
      layout: {
        "text-field": ["get", "text"], "text-font": FONT, "text-size": 12, "text-max-width": 12, "text-padding": 1, "text-justify": "auto",
        "text-variable-anchor-offset": ["get", "anchors"], "symbol-sort-key": ["-", 0, ["get", "claims"]] },
      paint: { "text-color": pageColour("ink"), "text-halo-color": pageColour("ground"), "text-halo-width": 1.6 } });
    map.addLayer({ id: "chosen-area", type: "line", source: "chosen-at", paint: { "line-color": pageColour("accent"), "line-width": 3 } });
    map.addLayer({ id: "rings", type: "symbol", source: "symbols-at", filter: ["has", "ring"],
      layout: { "icon-image": ["get", "ring"], "icon-size": SHRUNK, "icon-allow-overlap": true, "icon-ignore-placement": true, "symbol-sort-key": ["-", 0, ["get", "size"]] } });
    map.addLayer({ id: "symbols", type: "symbol", source: "symbols-at",
      layout: {
        "icon-image": ["get", "icon"], "icon-size": SHRUNK, "icon-allow-overlap": true, "icon-padding": 0, "symbol-sort-key": ["-", 0, ["get", "size"]],
      } });
    map.addLayer({ id: "chosen-ring", type: "circle", source: "chosen-at", filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": ["+", ["get", "size"], 3], "circle-opacity": 0, "circle-stroke-width": 3, "circle-stroke-color": pageColour("accent") } });
  }

  addPicture(id) {
    if (!id || this.map.hasImage(id)) return;
    const { image, options } = drawPicture(id);
    this.map.addImage(id, image, options);
  }

  /** Draws `groups`, places with what is told at them. `by` says how: {classes, size: "claims" or "people"}. */
  show(groups, by) {
    this.shown = [groups, by];
    const most = Math.max(1, ...groups.filter((group) => group.shape === "point").map((group) => group.claims));
    const areas = [], symbols = [], names = [];
    for (const group of groups) {
      if (group.shape === "country" || group.lat === null) continue;
      const lead = leading(group.counts, by.classes.list);
      const point = { type: "Point", coordinates: [group.lon, group.lat] };
      const symbol = this.symbolOf(group, lead, by, most);
      if (group.shape !== "point") areas.push(feature(circle(group.lat, group.lon, group.radius_km), { key: group.key, km: group.radius_km }));
      for (const name of symbol ? [symbol.icon, symbol.ring] : []) this.addPicture(name);
      if (symbol) symbols.push(feature(point, { key: group.key, ...symbol }));
      names.push(feature(point, { key: group.key, claims: group.claims, ...this.nameOf(group, lead, by, symbol) }));
      group.drawn = symbol?.size ?? 10;
    }
    this.map.getSource("areas-at").setData(collection(areas.sort((a, b) => b.properties.km - a.properties.km)));
    this.map.getSource("symbols-at").setData(collection(symbols));
    this.shade(groups.filter((group) => group.shape === "country"), names);
    this.map.getSource("names-at").setData(collection(names));
  }

  symbolOf(group, lead, by, most) {
    if (group.shape === "area") return null; // no pin where the report names none
    const form = SYMBOLS.includes(group.precision) ? group.precision : group.actual ? "solid" : "hollow";
    const people = by.size === "people";
    if (!people) {
      const size = radiusOfCount(group.claims, most);
      return { icon: picture(form, lead.colour, size, lead.glyph), size };
    }
    if (!group.people.counted) return { icon: picture("ring", lead.colour, 4), size: 4 };
    const { low, high, open } = group.people;
    const size = radiusOfPeople(low ?? 0), outer = Math.max(radiusOfPeople(high ?? low ?? 0), size + 2);
    return { icon: picture(low === null ? "ring" : form, lead.colour, size, lead.glyph), size: outer, ring: picture(open ? "open" : "ring", lead.colour, outer + 1) };
  }

  nameOf(group, lead, by, symbol) {
    const number = by.size === "people" ? peopleTold(group.people) : group.claims > 1 ? group.claims.toLocaleString("en") : "";
    if (!symbol) return { text: `${group.name}\n${lead.glyph} ${number || 1}`, anchors: ["center", [0, 0], "bottom", [0, -1.8], "top", [0, 1.8], "left", [2, 0], "right", [-2, 0]] };
    const off = (symbol.size + 3) / 12;
    return { text: number, anchors: ["left", [off, 0], "right", [-off, 0], "top", [0, off], "bottom", [0, -off]] };
  }

  shade(groups, names) {
    const { map } = this;
    const known = groups.filter((group) => group.country);
    const most = Math.max(1, ...known.map((group) => group.claims));
    const strength = (number) => Math.round((Math.log(number + 1) / Math.log(most + 1)) * (SHADES.length - 1));
    map.setPaintProperty("shade", "fill-pattern", known.length
      ? ["match", ["get", "iso2"], ...known.flatMap((group) => [group.country, `shade-${strength(group.claims)}`]), "shade-0"] : "shade-0");
    map.setFilter("shade", ["in", ["get", "iso2"], ["literal", known.map((group) => group.country)]]);
    for (const group of known) {
      if (group.lat === null) continue;
      names.push(feature({ type: "Point", coordinates: [group.lon, group.lat] },
        { key: group.key, claims: group.claims, text: `▨ ${group.claims.toLocaleString("en")}`, anchors: ["top", [0, 0.8], "bottom", [0, -0.8], "left", [1, 0]] }));
    }
  }

  recolour() {
    const { map } = this;
    for (const id of map.listImages()) if (id.includes("|")) map.updateImage(id, drawPicture(id).image);
    SHADES.forEach((strength, i) => map.updateImage(`shade-${i}`, hatching(strength)));
    map.setPaintProperty("area-fill", "fill-color", pageColour("ink"));
    map.setPaintProperty("area-line", "line-color", pageColour("faint"));
    for (const [id, name] of [["chosen-area", "line-color"], ["chosen-ring", "circle-stroke-color"]]) map.setPaintProperty(id, name, pageColour("accent"));
    map.setPaintProperty("numbers", "text-color", pageColour("ink"));
    map.setPaintProperty("numbers", "text-halo-color", pageColour("ground"));
    if (this.shown) this.show(...this.shown);
  }

  /** Calls `act` with the key of the place that is pressed, null where there is none; nearer and smaller ones first. */
  onPress(act) {
    const layers = ["symbols", "rings", "numbers", "area-line", "area-fill", "shade"];
    this.map.on("click", ({ point }) => {
      const box = [[point.x - TOUCH, point.y - TOUCH], [point.x + TOUCH, point.y + TOUCH]];
      const found = this.map.queryRenderedFeatures(box, { layers });
      act(this.nearest(found, point));
    });
    this.map.on("mousemove", ({ point }) => {
      this.map.getCanvas().style.cursor = this.map.queryRenderedFeatures(point, { layers }).length ? "pointer" : "";
    });
  }

  nearest(found, point) {
    const off = ({ geometry }) => {
      const at = this.map.project(geometry.coordinates);
      return Math.hypot(at.x - point.x, at.y - point.y);
    };
    const symbols = found.filter(({ layer }) => ["symbols", "rings", "numbers"].includes(layer.id)).sort((a, b) => off(a) - off(b));
    if (symbols.length) return symbols[0].properties.key;
    const areas = found.filter(({ layer }) => layer.id.startsWith("area")).sort((a, b) => a.properties.km - b.properties.km);
    if (areas.length) return areas[0].properties.key;
    return found.length ? `country:${found[0].properties.iso2}` : null;
  }

  /** Marks the place that is chosen, and brings it into view where it is not. */
  mark(group) {
    const features = [];
    if (group && group.lat !== null) {
      if (group.radius_km && group.shape !== "point") features.push(feature(circle(group.lat, group.lon, group.radius_km)));
      if (group.shape === "point" || SYMBOLS.includes(group.precision)) features.push(feature({ type: "Point", coordinates: [group.lon, group.lat] }, { size: group.drawn ?? 10 }));
      if (!this.map.getBounds().contains([group.lon, group.lat])) this.map.easeTo({ center: [group.lon, group.lat] });
    }
    this.map.getSource("chosen-at").setData(collection(features));
  }
}

/** The rectangle that holds nearly all claims of `groups`: a few far off would leave the rest a speck. */
export function frame(groups) {
  const shown = groups.filter((group) => group.lat !== null && group.shape !== "none");
  if (!shown.length) return null;
  const total = shown.reduce((sum, group) => sum + group.claims, 0);
  const between = (value) => {
    const sorted = [...shown].sort((a, b) => a[value] - b[value]);
    let seen = 0;
    const kept = sorted.filter((group) => {
      const middle = seen + group.claims / 2;
      seen += group.claims;
      return shown.length < 12 || (middle >= total * 0.03 && middle <= total * 0.97);
    });
    const some = kept.length ? kept : sorted;
    return [some[0][value], some[some.length - 1][value]];
  };
  const [south, north] = between("lat"), [west, east] = between("lon");
  return around([[west, south], [east, north]]);
}

/** The highest lower and the highest upper bound that is told, in words: "12 to 30", "at least 40". */
export function peopleTold({ low, high, open, counted }) {
  if (!counted) return "";
  const told = (number) => number.toLocaleString("en");
  if (open) return low === null ? "more than none" : `${told(low)}+`;
  if (low === null || low === high) return told(high);
  return `${told(low)}–${told(high)}`;
}

function hatching(strength) {
  const size = 16, canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.fillStyle = pen.strokeStyle = pageColour("accent");
  pen.globalAlpha = strength * 0.8;
  pen.fillRect(0, 0, size, size);
  pen.globalAlpha = strength + 0.2;
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
  }
  pen.stroke();
  return { width: size, height: size, data: new Uint8Array(pen.getImageData(0, 0, size, size).data.buffer) };
}
