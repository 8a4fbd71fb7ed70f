// Comfort on top of a page that is whole without it: mark the words of the claim that is selected, show its card
// beside the text, step with keys, filter. Nothing here makes elements out of data: only copies, classes and text.
(() => {
  "use strict";
  const STACKED = 3;
  const root = document.documentElement;
  const panel = document.getElementById("panel");
  const shown = document.getElementById("shown");
  const filters = document.querySelector(".filters");
  const cards = [...document.querySelectorAll(".card")];
  const cardOf = new Map(cards.map((card) => [card.id, card]));
  const narrow = window.matchMedia("(max-width: 67.99rem)");

  // The pieces of each report's text, read once: which claims they belong to and where they stand.
  const pieces = new Map();
  for (const report of document.querySelectorAll(".report")) {
    pieces.set(report.id, [...report.querySelectorAll("[data-m]")].map((element) => {
      const start = Number(element.dataset.o);
      const marks = element.dataset.m.split(" ").map((mark) => mark.split(":"));
      return { element, marks, start, end: start + [...element.textContent].length };
    }));
  }
  const claimsAt = (piece, report) =>
    piece.marks.filter(([, part]) => part === "trigger").map(([claim]) => cardOf.get(`${report}c${claim}`));
  let current = null;

  const partNames = {
    actor: "who", target: "whom", place: "where", origin: "from", destination: "to", time: "when",
    figure: "how many", means: "by means of", source: "according to", cue: "cue",
  };

  function dress(piece, report) {
    const { element } = piece;
    const classes = [];
    const own = current && current.dataset.r === report
      ? piece.marks.filter(([claim]) => claim === current.dataset.n).map(([, part]) => part) : [];
    const open = claimsAt(piece, report).filter((card) => card && !card.hidden);
    const families = [...new Set(open.map((card) => card.dataset.family))];
    if (element.matches("a")) {
      classes.push("t", ...(open.length ? [] : ["off"]));
      const first = element.id !== "";
      element.dataset.g = first ? families.map((family) =>
        open.find((card) => card.dataset.family === family).querySelector(".glyph").textContent).join("") : "";
      if (own.includes("trigger")) classes.push("selected");
    }
    const roles = own.filter((part) => part !== "trigger");
    const lines = [...(element.matches("a") ? families : []), ...roles];
    lines.slice(0, STACKED).forEach((name, n) => classes.push(`u${n + 1}-${name}`));
    if (roles.length) classes.push("sel");
    element.className = classes.join(" ");
    return roles;
  }

  function mark(report) {
    let before = { end: -1, roles: [] };
    for (const piece of pieces.get(report) || []) {
      const roles = dress(piece, report);
      const going = before.end === piece.start ? before.roles : [];
      const names = roles.filter((part) => !going.includes(part)).map((part) => partNames[part] || "");
      piece.element.dataset.l = names.filter(Boolean).join(", ");
      before = { end: piece.end, roles };
    }
  }

  function triggerOf(card) {
    return document.getElementById(card.querySelector(".number").getAttribute("href").slice(1));
  }

  function hint() {
    const line = document.createElement("p");
    line.className = "hint";
    line.textContent = "Select a marked word to see what is claimed, and by whom.";
    panel.replaceChildren(line);
  }

  function button(text, label, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  }

  function select(card, focus = true) {
    const before = current;
    if (before) before.classList.remove("current");
    current = card;
    card.classList.add("current");
    if (before && before.dataset.r !== card.dataset.r) mark(before.dataset.r);
    mark(card.dataset.r);
    const copy = card.cloneNode(true);
    copy.removeAttribute("id");
    const list = document.createElement("ol");
    list.className = "cards";
    list.append(copy);
    const bar = document.createElement("div");
    bar.className = "bar";
    const place = document.createElement("span");
    const visible = cards.filter((one) => !one.hidden);
    place.textContent = `${visible.indexOf(card) + 1} of ${visible.length}`;
    bar.append(place, button("‹", "previous claim (k)", () => step(-1)), button("›", "next claim (j)", () => step(1)),
      button("✕", "close (Esc)", close));
    panel.replaceChildren(bar, list);
    panel.scrollTop = 0;
    root.classList.add("open");
    const trigger = triggerOf(card);
    if (trigger) {
      if (focus) trigger.focus({ preventScroll: true });
      const box = trigger.getBoundingClientRect();
      const room = window.innerHeight * (narrow.matches ? 0.5 : 0.9);
      if (box.top < 40 || box.bottom > room) trigger.scrollIntoView({ block: narrow.matches ? "start" : "center" });
    }
  }

  function close(focus = true) {
    if (!current) return;
    const card = current;
    current = null;
    card.classList.remove("current");
    mark(card.dataset.r);
    hint();
    root.classList.remove("open");
    const trigger = triggerOf(card);
    if (trigger && focus) trigger.focus({ preventScroll: true });
  }

  function step(by) {
    const visible = cards.filter((card) => !card.hidden);
    if (!visible.length) return;
    const at = visible.indexOf(current);
    select(visible[at < 0 ? (by > 0 ? 0 : visible.length - 1) : (at + by + visible.length) % visible.length]);
  }

  // A word that names several claims shows the next of them at each click; a second click on one goes to its card.
  function choose(element) {
    const report = element.closest(".report").id;
    const piece = pieces.get(report).find((one) => one.element === element);
    const open = claimsAt(piece, report).filter((card) => card && !card.hidden);
    if (!open.length) return;
    const next = open[(open.indexOf(current) + 1) % open.length];
    if (next === current) panel.querySelector(".card").focus();
    else select(next);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link) return;
    event.preventDefault(); // also because a frame without an address of its own would load its parent's
    if (link.matches(".t")) return choose(link);
    const card = link.matches(".number") && cardOf.get(`${link.closest(".card").dataset.r}c${link.textContent}`);
    if (card) return select(card);
    const goal = document.getElementById(link.getAttribute("href").slice(1));
    if (goal) goal.scrollIntoView();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });

  // A value points at its own words while the pointer rests on it.
  document.addEventListener("mouseover", (event) => {
    for (const element of document.querySelectorAll(".hit")) element.classList.remove("hit");
    const row = event.target.closest("[data-at]");
    if (!row) return;
    const [start, end] = row.dataset.at.split("-").map(Number);
    for (const piece of pieces.get(row.closest(".card").dataset.r)) {
      if (piece.start < end && piece.end > start) piece.element.classList.add("hit");
    }
  });

  function filter() {
    const ticked = (name) => new Set([...filters.querySelectorAll(`[name=${name}]:checked`)].map((box) => box.value));
    const [kind, status, src] = ["kind", "status", "src"].map(ticked);
    let count = 0;
    for (const card of cards) {
      const asked = card.dataset.src.split(" ").some((source) => src.has(source));
      card.hidden = !((!kind.size || kind.has(card.dataset.kind)) && (!status.size || status.has(card.dataset.status))
        && (!src.size || asked));
      if (!card.hidden) count += 1;
    }
    shown.textContent = `${count} of ${cards.length} claims shown`;
    if (current && current.hidden) close(false); // who ticks boxes stays at the boxes
    for (const report of pieces.keys()) mark(report);
  }

  root.classList.add("js");
  panel.hidden = !cards.length;
  hint();
  for (const keys of document.querySelectorAll(".keys")) keys.hidden = !cards.length;
  if (filters) {
    filters.hidden = false;
    filters.open = !narrow.matches;
    filters.addEventListener("change", filter);
    document.getElementById("reset").addEventListener("click", () => {
      for (const box of filters.querySelectorAll("input")) box.checked = false;
      filter();
    });
    filter();
  }
  const asked = cardOf.get(location.hash.slice(1));
  if (asked) select(asked);
})();
