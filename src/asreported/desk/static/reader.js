// The reader: the card of the selected claim beside the text, keys, what is shown in the text, the address in step.

import { api, make, showKeys, toast } from "./desk.js";
import { Article } from "./article.js";

const narrow = window.matchMedia("(max-width: 63.99rem)");
const SVG = "http://www.w3.org/2000/svg";

/** A piece of a page that the desk renders; it comes escaped, and no script in it would run. */
async function fetchPart(address) {
  const response = await fetch(address, { headers: { accept: "text/html" } });
  if (!response.ok) throw new Error(`The desk answered ${response.status}.`);
  const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
  return [...parsed.body.childNodes].map((node) => document.importNode(node, true));
}

class Reader {
  constructor(root) {
    this.root = root;
    this.panel = root.querySelector(".panel");
    this.article = new Article(root.querySelector(".reading"));
    this.mini = root.querySelector(".mini");
    this.others = new Map(); // incident → nodes, as they came
    root.classList.add("live");
    const fit = () => this.panel.classList.toggle("sheet", narrow.matches);
    narrow.addEventListener("change", fit);
    fit();
    this.#listen();
    this.#startToggles();
    if (narrow.matches) root.querySelector(".legend")?.removeAttribute("open");
    this.#show(this.article.current);
    const asked = this.article.current || this.#ofHash();
    if (asked) this.article.select(asked);
    this.#drawMini();
  }

  #ofHash() {
    const hash = decodeURIComponent(location.hash);
    return hash.startsWith("#c-") && this.article.claims.has(hash.slice(3)) ? hash.slice(3) : null;
  }

  #listen() {
    const { root, article } = this;
    article.root.addEventListener("claim-select", (event) => this.#selected(event.detail.id));
    // Whoever changed a claim (a decision, a correction) tells so on an element of the reader.
    root.addEventListener("claim-changed", (event) => this.refresh(event.detail.id));
    root.addEventListener("click", (event) => {
      const step = event.target.closest("[data-step]");
      if (step) article.step(Number(step.dataset.step));
      if (event.target.closest("[data-close]")) article.select(null);
      const go = event.target.closest("[data-go]");
      if (go && article.claims.has(go.dataset.go)) {
        event.preventDefault();
        article.select(go.dataset.go, { focus: true });
      }
      const words = event.target.closest(".rows .words");
      if (words) article.focusAt(this.#at(words)[0]);
    });
    for (const [name, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
      this.panel.addEventListener(name, (event) => {
        const row = event.target.closest(".rows [data-at]");
        if (row) article.hint(...(on ? this.#at(row) : []));
      });
    }
    // On paper nothing can be unfolded.
    const about = root.querySelector(".about");
    let wasOpen = about.open;
    window.addEventListener("beforeprint", () => { wasOpen = about.open; about.open = true; });
    window.addEventListener("afterprint", () => { about.open = wasOpen; });
    window.addEventListener("hashchange", () => {
      const id = this.#ofHash();
      if (id) article.select(id);
    });
    let pending;
    window.addEventListener("resize", () => {
      clearTimeout(pending);
      pending = setTimeout(() => this.#drawMini(), 150);
    });
    window.addEventListener("scroll", () => this.#moveMini(), { passive: true });
  }

  #at(element) {
    return element.closest("[data-at]").dataset.at.split("-").map(Number);
  }

  // ---- the card ----------------------------------------------------------------------

  cardOf(id) {
    return [...this.panel.querySelectorAll(".card")].find((card) => card.dataset.id === id) || null;
  }

  #selected(id) {
    if (id !== null && !this.cardOf(id)) this.refresh(id);
    else this.#show(id);
    const address = new URL(location.href);
    if (id === null) address.searchParams.delete("claim");
    else address.searchParams.set("claim", id);
    address.hash = "";
    history.replaceState(history.state, "", address);
    if (id !== null) {
      this.root.querySelector("[data-go]")?.closest(".banner").remove();
      this.#remember(id);
      this.#loadOthers(id);
    }
    this.#drawMini();
  }

  #show(id) {
    for (const card of this.panel.querySelectorAll(".card")) card.classList.toggle("current", card.dataset.id === id);
    this.panel.classList.toggle("open", id !== null);
    this.root.classList.toggle("open", id !== null);
    const close = this.panel.querySelector("[data-close]");
    if (!close) return;
    close.hidden = id === null;
    this.panel.querySelector(".hint").hidden = id !== null;
    const shown = this.article.visible;
    const at = shown.findIndex((claim) => claim.id === id);
    const total = `${shown.length} claim${shown.length === 1 ? "" : "s"}`;
    this.panel.querySelector(".where").textContent = at < 0 ? total : `${at + 1} of ${total}`;
    this.panel.scrollTop = 0;
  }

  #remember(id) {
    clearTimeout(this.remembering);
    this.remembering = setTimeout(() => {
      // Nothing is lost where it fails: it is a convenience.
      api(`/reports/${this.article.key}/place`, { method: "POST", body: { claim: id } }).catch(() => {});
    }, 700);
  }

  /** The card of a claim as it is now, and its words in the text. */
  async refresh(id) {
    try {
      const nodes = await fetchPart(`/reports/${this.article.key}/card?claim=${encodeURIComponent(id)}`);
      const card = nodes.find((node) => node.nodeType === Node.ELEMENT_NODE);
      const before = this.cardOf(id);
      const plain = JSON.parse(card.dataset.claim);
      const isNew = !this.article.claims.has(id);
      this.article.update(plain);
      const held = before?.contains(document.activeElement);
      if (before) before.replaceWith(card);
      else this.panel.querySelector(".cards").append(card);
      showKeys(card);
      this.#startToggles();
      if (this.article.current === id || isNew) this.article.select(id, { scroll: isNew });
      if (held) card.focus({ preventScroll: true });
    } catch (err) {
      toast(err.message, "bad");
    }
  }

  // ---- other accounts ----------------------------------------------------------------

  #loadOthers(id) {
    clearTimeout(this.loading);
    this.loading = setTimeout(async () => {
      const box = this.cardOf(id)?.querySelector(".others");
      if (!box || box.childElementCount) return;
      const nodes = await fetchPart(`/reports/${this.article.key}/others?claim=${encodeURIComponent(id)}`).catch(() => [
        make("p", { className: "faint" }, "What others tell of it could not be fetched."),
      ]);
      box.replaceChildren(...nodes);
    }, 150);
  }

  // ---- what is shown in the text -----------------------------------------------------

  #startToggles() {
    const legend = this.root.querySelector(".legend");
    if (!legend) return;
    for (const set of legend.querySelectorAll("fieldset")) set.disabled = false;
    const hide = new URLSearchParams(location.search).getAll("hide");
    for (const box of legend.querySelectorAll("input[data-of]")) {
      box.checked = !hide.includes(`${box.dataset.of}:${box.value}`);
    }
    if (!this.toggling) {
      legend.addEventListener("change", () => this.#filter(true));
      this.toggling = true;
    }
    this.#filter(false);
  }

  #filter(changed) {
    const off = [...this.root.querySelectorAll(".legend input[data-of]")].filter((box) => !box.checked);
    const without = (of) => new Set(off.filter((box) => box.dataset.of === of).map((box) => box.value));
    const [kinds, statuses, reviews, sources] = ["kind", "status", "review", "source"].map(without);
    this.article.filter((claim) => !kinds.has(claim.kind) && !statuses.has(claim.status) && !reviews.has(claim.review)
      && claim.sources.some((source) => !sources.has(source)));
    const shown = this.article.visible.length;
    const all = this.article.claims.size;
    const claims = `${all} claim${all === 1 ? "" : "s"}`;
    this.root.querySelector(".shown-count").textContent = shown === all ? claims : `${shown} of ${claims}`;
    if (changed) {
      const address = new URL(location.href);
      address.searchParams.delete("hide");
      for (const box of off) address.searchParams.append("hide", `${box.dataset.of}:${box.value}`);
      history.replaceState(history.state, "", address);
      if (this.article.current && this.article.hidden.has(this.article.current)) this.article.select(null);
    }
    this.#show(this.article.current);
    this.#drawMini();
  }

  // ---- the strip beside the text -----------------------------------------------------

  #drawMini() {
    const text = this.article.text.getBoundingClientRect();
    if (!text.height || !this.mini.checkVisibility()) return;
    const drawing = document.createElementNS(SVG, "svg");
    drawing.setAttribute("viewBox", "0 0 12 1000");
    drawing.setAttribute("preserveAspectRatio", "none");
    this.window = rectangle("window", 0, 0, 12, 0);
    drawing.append(this.window);
    const triggers = this.article.triggers();
    for (const claim of this.article.visible) {
      const trigger = triggers.get(claim.id);
      if (!trigger) continue;
      const y = ((trigger.getBoundingClientRect().top - text.top) / text.height) * 1000;
      const chosen = claim.id === this.article.current;
      const mark = rectangle(`u1-${claim.family}${chosen ? " chosen" : ""}`, chosen ? 0 : 3, y, chosen ? 12 : 6, 5);
      mark.addEventListener("click", () => this.article.select(claim.id));
      drawing.append(mark);
    }
    this.mini.replaceChildren(drawing);
    this.#moveMini();
  }

  #moveMini() {
    if (!this.window) return;
    const text = this.article.text.getBoundingClientRect();
    const top = Math.min(Math.max(0, -text.top), text.height);
    const bottom = Math.min(Math.max(0, window.innerHeight - text.top), text.height);
    this.window.setAttribute("y", String((top / text.height) * 1000));
    this.window.setAttribute("height", String(((bottom - top) / text.height) * 1000));
  }
}

function rectangle(name, x, y, width, height) {
  const made = document.createElementNS(SVG, "rect");
  made.setAttribute("class", name);
  for (const [key, value] of Object.entries({ x, y, width, height })) made.setAttribute(key, String(value));
  return made;
}

const root = document.querySelector(".reader[data-key]");
if (root) {
  const reader = new Reader(root);
  root.reader = reader; // for what else is on the page: the decisions' buttons need the article
}
