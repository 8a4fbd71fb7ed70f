// The small map of a place: its point and radius on the embedded map.

import { circle, collection, feature, makeMap, onTheme, pageColour } from "/static/basemap.js";

const ZOOMS = { country: 4, adm1: 6, adm2: 8 };
const element = document.querySelector("[data-place]");

async function show() {
  const lat = Number(element.dataset.lat), lon = Number(element.dataset.lon), km = Number(element.dataset.km) || 1;
  const map = await makeMap(element, { center: [lon, lat], zoom: ZOOMS[element.dataset.level] ?? 6.5, interactive: false });
  const area = ZOOMS[element.dataset.level] ? [] : [feature(circle(lat, lon, Math.max(km, 1)))];
  map.addSource("place", { type: "geojson", data: collection([...area, feature({ type: "Point", coordinates: [lon, lat] })]) });
  map.addLayer({ id: "place-area", type: "fill", source: "place", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-opacity": 0.18 } });
  map.addLayer({ id: "place-point", type: "circle", source: "place", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 5, "circle-stroke-width": 2 } });
  const colour = () => {
    map.setPaintProperty("place-area", "fill-color", pageColour("accent"));
    map.setPaintProperty("place-point", "circle-color", pageColour("accent"));
    map.setPaintProperty("place-point", "circle-stroke-color", pageColour("ground"));
  };
  onTheme(colour);
  colour();
}

if (element) show().catch((err) => element.replaceChildren(err.message || "The map cannot be shown."));
