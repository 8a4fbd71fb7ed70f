// The page of the map: claims as columns, gathered by place and by day; the map, the timeline, the side and the list of
// places all show those of the days that are chosen, which stand in the address.
import { api, make, showKeys, toast } from "/static/desk.js";
import { basemap } from "/static/basemap.js";
import { classesOf } from "/static/symbols.js";
import { legend } from "/static/maplegend.js";
import { keyOf, named, noPlace, number, placeRow, precisionOf, range, span } from "/static/maplist.js";
import { edge, Timeline, told } from "/static/timeline.js";

const root = document.querySelector("[data-map]");
const part = (name, within = document) => within.querySelector(`[data-${name}]`);
const words = JSON.parse(root.dataset.words);
const address = new URLSearchParams(location.search);
const LISTED = 50, AT_ONCE = 25, OPEN = 4_000_000;

const state = {
  since: edge(root.dataset.since, false), until: edge(root.dataset.until, true),
  colour: address.get("colour") || "family", size: address.get("size") || "claims", at: address.get("at"), listed: LISTED,
};
let data, groups, groupOf, view = null, timeline, loaded = null, current = null;

// ---- the claims --------------------------------------------------------------------------

const query = (since, until) => {
  const params = new URLSearchParams(root.dataset.filter);
  if (since !== null) params.set("since", told(since));
  if (until !== null) params.set("until", told(until));
  return params.toString();
};

async function load() {
  loaded = [state.since, state.until];
  data = await api(`/api/map?${query(...loaded)}`);
  gather();
}

/** The places at which claims stand, as they are drawn: one for each point and shape, one for each country. */
function gather() {
  const known = new Map();
  groupOf = data.places.map((place) => {
    const key = keyOf(place);
    if (!known.has(key)) known.set(key, { ...place, key, places: [] });
    known.get(key).places.push(place);
    return known.get(key);
  });
  for (const group of known.values()) Object.assign(group, named(group));
  known.set("nowhere", { key: "nowhere", shape: "none", precision: "", name: "No place told", lat: null, lon: null, places: [] });
  groups = [...known.values()];
}

const isShown = (i) => {
  const { day_from, day_to, day } = data.claims;
  if (state.since === null && state.until === null) return true;
  const first = day_from[i] ?? day[i], last = day_to[i] ?? day[i];
  return first !== null && (state.until === null || first <= state.until) && (state.since === null || last >= state.since);
};

/** Counts anew what is told at each place within the chosen days. */
function count() {
  const classes = classesOf(state.colour, data, words);
  const { claims, people } = data;
  const actual = data.statuses.indexOf("actual");
  for (const group of groups) Object.assign(group, { claims: 0, counts: classes.list.map(() => 0), actual: 0, numbers: [], first: null, last: null, people: { low: null, high: null, open: false, counted: 0 } });
  for (let i = 0; i < claims.id.length; i++) {
    if (!isShown(i)) continue;
    const group = claims.place[i] < 0 ? groups[groups.length - 1] : groupOf[claims.place[i]];
    group.claims += 1;
    group.counts[classes.of(i)] += 1;
    if (claims.status[i] === actual) group.actual += 1;
    group.numbers.push(i);
    const day = claims.day[i];
    if (day !== null && (group.first === null || day < group.first)) group.first = day;
    if (day !== null && (group.last === null || day > group.last)) group.last = day;
    if (people[i]) add(group.people, people[i]);
  }
  return { classes, size: state.size };
}

/** The highest lower and the highest upper bound; figures of different claims are never added up. */
function add(so_far, [low, high]) {
  so_far.counted += 1;
  if (low !== null) so_far.low = Math.max(so_far.low ?? 0, low);
  if (high !== null) so_far.high = Math.max(so_far.high ?? 0, high);
  else so_far.open = true;
}

// ---- showing -----------------------------------------------------------------------------

function show() {
  const by = count();
  const shown = groups.filter((group) => group.claims);
  tell(shown);
  list(shown, by);
  choose(state.at);
  current = [shown, by];
  if (document.body.dataset.mapReady) part("legend").replaceChildren(...legend(by, shown));
  timeline.choose(state.since, state.until);
  tellDays();
  if (view) {
    view.show(shown, by);
    view.mark(shown.find((group) => group.key === state.at));
  }
}

function tell(shown) {
  const sum = (test) => shown.filter(test).reduce((total, group) => total + group.claims, 0);
  const total = sum(() => true), nowhere = sum((group) => group.key === "nowhere");
  const pointless = sum((group) => group.shape === "none") - nowhere, countries = sum((group) => group.shape === "country");
  const left = [
    nowhere && `${nowhere.toLocaleString("en")} ${nowhere === 1 ? "has" : "have"} no place`, pointless && `${pointless.toLocaleString("en")} only a name without a point`,
    countries && `${countries.toLocaleString("en")} ${countries === 1 ? "is" : "are"} known only to a country (shaded)`,
  ].filter(Boolean);
  const more = data.more ? ` There are more: these are the newest ${number(data.total, "claim")}${state.since !== null || state.until !== null ? " of these days" : ""}. Choose days, or narrow the filter, to see others.` : "";
  part("shown").textContent = `The map shows ${(total - nowhere - pointless).toLocaleString("en")} of ${number(total, "claim")}${left.length ? `; ${left.join(", ")}` : ""}.${more}`;
  document.body.dataset.mapCount = String(total);
}

function tellDays() {
  document.getElementById("t-since").value = state.since === null ? "" : told(state.since);
  document.getElementById("t-until").value = state.until === null ? "" : told(state.until);
  part("unit").textContent = timeline.describe();
  const undated = data.claims.day_to.filter((day, i) => isShown(i) && (day === null || day === OPEN)).length;
  part("undated").textContent = `Each claim stands at the last day that it tells of. ${undated ? `${number(undated, "claim")} ${undated === 1 ? "has" : "have"} no day, or no last one, and ${undated === 1 ? "stands" : "stand"} at the day of publication.` : ""}`;
}

// ---- the list of places ------------------------------------------------------------------

function list(shown, { classes }) {
  const sorted = [...shown].sort((a, b) => b.claims - a.claims || (a.name < b.name ? -1 : 1));
  const rows = sorted.slice(0, state.listed).map((group) => placeRow(group, classes, group.key === state.at));
  part("places").replaceChildren(...(rows.length ? rows : [noPlace(state.since !== null || state.until !== null)]));
  const more = part("more");
  more.hidden = sorted.length <= state.listed;
  more.textContent = `Show all ${number(sorted.length, "place")}`;
}

// ---- the place that is chosen ------------------------------------------------------------

function choose(key, { focus = false } = {}) {
  const group = groups.find((one) => one.key === key && one.claims);
  state.at = group ? key : null;
  for (const button of document.querySelectorAll("[data-at]")) {
    if (button.dataset.at === state.at) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  part("close").hidden = !group;
  const title = part("chosen-title");
  title.replaceChildren(group ? make("bdi", {}, group.name) : "Choose a place");
  if (group) describe(group);
  else part("chosen").replaceChildren(make("p", { className: "faint" }, "A click on the map, or a name in the list of places below it, shows what is told there."));
  view?.mark(group);
  if (focus && group) {
    document.querySelector(".legend").open = false; // so that what is told there comes into view
    title.focus();
  }
  showKeys(part("close").parentElement);
}

let described = null;
function describe(group) {
  const mark = `${group.key} ${group.numbers.length} ${group.numbers[0]} ${state.since} ${state.until}`;
  if (mark === described?.mark && described.box.isConnected) return;
  const box = make("div", {});
  const where = [group.admin1 === group.name ? null : group.admin1, group.shape === "country" ? null : group.country_name].filter(Boolean).join(", ");
  const precision = group.key === "nowhere" ? "These claims tell no place." : `Known as: ${precisionOf(group)}${group.radius_km && group.shape !== "point" ? `, within ${Math.round(group.radius_km)} km` : ""}.`;
  box.append(make("p", { className: "faint" }, where ? make("bdi", {}, where) : null, where ? ". " : "", precision));
  if (group.inside?.length) box.append(make("p", { className: "faint small" }, group.shape === "point" ? "Also called: " : "Named in the reports, but not known more exactly: ", ...group.inside.slice(0, 8).flatMap((name, i) => [i ? ", " : "", make("bdi", {}, name)]), group.inside.length > 8 ? ` and ${group.inside.length - 8} more.` : "."));
  if (group.key !== "nowhere") {
    const id = group.shape === "country" ? group.country_name : group.id ?? group.name;
    box.append(make("p", {}, make("a", { href: `/places/${encodeURIComponent(id)}` }, "All about this place")));
  }
  const figures = range(group.people);
  box.append(make("p", {}, make("b", {}, number(group.claims, "claim")), `, ${span(group)}${figures ? `; most people told in one claim: ${figures}` : ""}`));
  const tellings = make("ol", { className: "tellings" });
  const further = make("button", { type: "button" });
  box.append(tellings, further);
  part("chosen").replaceChildren(box);
  described = { mark, box };
  let from = 0;
  const next = async () => {
    const some = group.numbers.slice(from, from + AT_ONCE);
    further.disabled = true;
    further.textContent = "…";
    const asked = new URLSearchParams(some.map((i) => ["claim", `${data.reports[data.claims.report[i]]}:${data.claims.id[i]}`]));
    const before = tellings.childElementCount;
    try {
      // Markup of the desk's own template, in which every value is escaped; the policy lets no script in it run.
      const answered = await fetch(`/map/claims?${asked}`);
      if (!answered.ok) throw new Error();
      const page = new DOMParser().parseFromString(await answered.text(), "text/html");
      tellings.append(...page.body.children);
      from += some.length;
    } catch {
      toast("The claims of this place could not be had. Is the desk still running?", "bad");
    }
    further.disabled = false;
    further.hidden = from >= group.numbers.length;
    further.textContent = `Show ${Math.min(AT_ONCE, group.numbers.length - from)} more of ${group.numbers.length.toLocaleString("en")}`;
    if (before) tellings.children[before]?.querySelector("a")?.focus();
  };
  further.addEventListener("click", next);
  next();
}

// ---- days --------------------------------------------------------------------------------

let waiting = null;
async function chooseDays(since, until, { done = true } = {}) {
  if (since !== null && until !== null && since > until) [since, until] = [until, since];
  [state.since, state.until] = [since, until];
  const held = (loaded[0] === null || (since !== null && since >= loaded[0])) && (loaded[1] === null || (until !== null && until <= loaded[1]));
  if (done) remember();
  if (held && !data.more) {
    show();
    return;
  }
  timeline.choose(since, until);
  if (!done) return;
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    try {
      await load();
      show();
    } catch (err) {
      toast(err.message, "bad");
    }
  }, 120);
}

/** What is chosen, in the address and in every link that leads on with the filter. */
function remember() {
  const params = new URLSearchParams(root.dataset.filter);
  const chosen = { since: state.since === null ? null : told(state.since), until: state.until === null ? null : told(state.until) };
  const views = { colour: state.colour === "family" ? null : state.colour, size: state.size === "claims" ? null : state.size, at: state.at };
  for (const [name, value] of Object.entries({ ...chosen, ...views })) if (value !== null) params.set(name, value);
  const at = view ? `#${view.map.getZoom().toFixed(2)}/${view.map.getCenter().lat.toFixed(3)}/${view.map.getCenter().lng.toFixed(3)}` : location.hash;
  history.replaceState(history.state, "", `${location.pathname}${params.size ? `?${params}` : ""}${at}`);
  for (const link of document.querySelectorAll("main a[data-days], .chips a")) {
    const url = new URL(link.href);
    for (const [name, value] of Object.entries(chosen)) value === null ? url.searchParams.delete(name) : url.searchParams.set(name, value);
    link.href = `${url.pathname}${url.search}`;
  }
  const form = document.querySelector("form.filter");
  for (const [name, value] of Object.entries(chosen)) {
    form.querySelector(`input[name=${name}]`)?.remove();
    if (value !== null) form.append(make("input", { type: "hidden", name, value }));
  }
}

let playing = null;
function play() {
  const button = part("play");
  const stop = () => {
    clearInterval(playing);
    playing = null;
    button.setAttribute("aria-pressed", "false");
    part("play-told").textContent = "Play";
    remember();
  };
  if (playing) return stop();
  let since = state.since, until = state.until;
  if (since === null || until === null) {
    since = timeline.first;
    until = timeline.unit.next(timeline.first) - 1;
  }
  const long = until - since + 1;
  button.setAttribute("aria-pressed", "true");
  part("play-told").textContent = "Stop";
  playing = setInterval(() => {
    if (since >= timeline.end) return stop();
    chooseDays(since, Math.min(since + long - 1, timeline.end - 1), { done: data.more });
    since += long;
  }, 700);
}

function step(direction) {
  if (!timeline.days.length) return;
  const since = state.since ?? timeline.first, until = state.until ?? timeline.end - 1;
  const long = until - since + 1;
  if (state.since === null && state.until === null) chooseDays(timeline.first, timeline.unit.next(timeline.first) - 1);
  else chooseDays(since + direction * long, until + direction * long);
}

function listen() {
  for (const name of ["colour", "size"]) {
    const select = part(name);
    select.value = state[name];
    if (select.selectedIndex < 0) select.value = state[name] = select.options[0].value;
    select.addEventListener("change", () => {
      state[name] = select.value;
      remember();
      show();
    });
  }
  const form = part("days-form");
  const written = () => {
    const [since, until] = ["since", "until"].map((name) => form.elements[name]);
    const days = [edge(since.value.trim(), false), edge(until.value.trim(), true)];
    const wrong = [since, until].find((field, i) => field.value.trim() && days[i] === null);
    if (wrong) toast(`“${wrong.value}” is no day: 2017-04-28, 2017-04 or 2017`, "bad");
    else chooseDays(...days);
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", written);
  for (const button of form.querySelectorAll("[data-step]")) button.addEventListener("click", () => step(Number(button.dataset.step)));
  part("all").addEventListener("click", () => chooseDays(null, null));
  part("play").addEventListener("click", play);
  part("close").addEventListener("click", () => {
    choose(null);
    remember();
  });
  part("more").addEventListener("click", () => {
    state.listed = Infinity;
    show();
  });
  part("places").addEventListener("click", (event) => {
    const button = event.target.closest("[data-at]");
    if (!button) return;
    choose(button.dataset.at, { focus: true });
    remember();
  });
}

// ---- start -------------------------------------------------------------------------------

/** Days of the claims at hand; of the whole filter where these are not all. */
function ownDays() {
  const days = new Map();
  const actual = data.statuses.indexOf("actual");
  data.claims.day.forEach((day, i) => {
    if (day === null) return;
    const counted = days.get(day) || days.set(day, [day, 0, 0]).get(day);
    counted[1] += 1;
    if (data.claims.status[i] === actual) counted[2] += 1;
  });
  return [...days.values()].sort((a, b) => a[0] - b[0]);
}

const viewed = () => {
  const [zoom, lat, lon] = location.hash.slice(1).split("/").map(Number);
  return [zoom, lat, lon].every(Number.isFinite) && Math.abs(lat) <= 90 ? { zoom, center: [lon, lat] } : null;
};

async function start() {
  const drawing = import("/static/maplayers.js"); // beside the request for the claims
  basemap().catch(() => {}); // makeMap tells what is wrong with it
  timeline = new Timeline(part("bars"), { onChange: chooseDays });
  listen();
  try {
    await load();
  } catch (err) {
    part("shown").textContent = err.message;
    return;
  }
  performance.mark("claims-here");
  timeline.show(ownDays());
  show();
  const whole = !data.more && loaded[0] === null && loaded[1] === null;
  try {
    const { ClaimMap, frame } = await drawing;
    performance.mark("modules-here");
    const box = frame(current[0]);
    view = await ClaimMap.make(part("canvas"), viewed() || (box ? { bounds: box.toArray().flat() } : {}));
    part("canvas").view = view; // for whoever looks into the page by its console, and for its tests
    view.onPress((key) => {
      choose(key);
      remember();
    });
    const drawn = new Promise((done) => view.map.once("idle", done));
    view.show(...current);
    choose(state.at);
    view.map.on("moveend", remember);
    performance.mark("map-shown");
    await drawn;
  } catch (err) {
    if (err.name !== "Error" || !document.querySelector(".nomap")) throw err;
  }
  performance.mark("map-ready");
  document.body.dataset.mapReady = "1";
  part("legend").replaceChildren(...legend(current[1], current[0]));
  if (!whole) {
    const all = await api(`/api/timeline?${root.dataset.filter}`).catch(() => null);
    if (all?.days.length) timeline.show(all.days);
    tellDays();
  }
  document.body.dataset.timelineReady = "1";
}

start();
