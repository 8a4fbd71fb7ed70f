// The queue: one claim after the other, decided on by keys alone. What comes next is fetched ahead, so that a decision
// shows it at once. The address says which claim is shown and under which filter.

import { api, make, showKeys, toast } from "./desk.js";
import { Article } from "./article.js";
import { Decider, fetchPart } from "./deciding.js";

const SESSION = "asreported.queue";

class Queue {
  constructor(work) {
    this.work = work;
    this.filter = work.dataset.filter;
    this.text = work.querySelector("#text");
    this.card = work.querySelector("#card");
    this.none = work.querySelector("#none");
    this.left = document.getElementById("left");
    this.line = []; // keys of the claims that come next, the one that is due first
    this.items = new Map(); // key → promise of the fetched item
    this.item = null;
    this.article = null;
    this.decider = new Decider(work.querySelector("#acts"), {
      article: () => this.article,
      log: work.querySelector("#log"),
      editor: work.querySelector("#editor"),
      extra: [
        { name: "skip", key: "s", label: "Skip", press: () => this.skip() },
        { name: "missed", key: "m", label: "Missed", told: "add a claim that was missed", press: () => this.missed() },
        { name: "open", key: "o", label: "Reader", told: "open in the reader", href: true },
        { name: "next", key: "j", label: "Next", told: "look at the next claim of the report", press: () => this.step(1) },
        { name: "previous", key: "k", label: "Previous", told: "look at the previous claim of the report", press: () => this.step(-1) },
      ],
    });
    this.decider.set(null);
    this.#listen();
  }

  #listen() {
    const { work } = this;
    work.addEventListener("claim-changed", (event) => this.#decided(event.detail));
    work.addEventListener("claim-undone", (event) => this.#undone(event.detail));
    work.addEventListener("claim-again", (event) => this.show(event.detail.key, { anew: true }));
    work.addEventListener("claim-editing", (event) => {
      this.card.hidden = event.detail.on;
      if (event.detail.on) this.card.parentElement.scrollTop = 0;
      work.classList.toggle("editing", event.detail.on);
    });
    this.text.addEventListener("claim-select", (event) => {
      const id = event.detail.id;
      if (id !== null && id !== this.item?.id) this.show(`${this.article.key}:${id}`);
    });
    this.card.addEventListener("click", (event) => {
      const words = event.target.closest(".rows .words");
      if (words) this.article.focusAt(Number(words.closest("[data-at]").dataset.at.split("-")[0]));
    });
    for (const [name, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
      this.card.addEventListener(name, (event) => {
        const row = event.target.closest(".rows [data-at]");
        if (row) this.article?.hint(...(on ? row.dataset.at.split("-").map(Number) : []));
      });
    }
    window.addEventListener("popstate", () => {
      const key = new URL(location.href).searchParams.get("claim");
      if (key && key !== this.item?.key) this.show(key);
    });
  }

  async start() {
    const asked = new URL(location.href).searchParams.get("claim");
    const shown = asked ? this.show(asked) : null;
    await this.take({ fresh: true });
    if (!shown) await this.next();
    else if (!(await shown)) await this.next();
  }

  // ---- which comes next --------------------------------------------------------------

  /** Asks the desk for the next claims, telling it what became of the last ones. */
  async take(told = {}) {
    const body = { filter: this.filter, session: session(), count: 3, ...told };
    try {
      const answer = await api("/api/queue/next", { method: "POST", body });
      this.line = answer.items.map((item) => item.key);
      for (const key of this.line.slice(0, 2)) this.#fetch(key);
      const number = answer.left.toLocaleString("en");
      this.left.textContent = `${answer.more ? `at least ${number}` : number} left`;
      if (answer.again && this.line.length) toast("These were skipped before.");
      if (answer.shared && this.line.length) toast("Somebody else is looking at what is left.");
      for (const note of answer.notes) this.left.append(make("span", { className: "faint" }, ` ${note}`));
      return true;
    } catch (err) {
      toast(err.message, "bad");
      return false;
    }
  }

  next() {
    if (this.line.length) return this.show(this.line[0]);
    this.item = null;
    this.#none();
    return Promise.resolve(false);
  }

  #fetch(key, anew = false) {
    if (anew || !this.items.has(key)) {
      const fetched = fetchPart(`/queue/item?claim=${encodeURIComponent(key)}`).then((nodes) => nodes.find((node) => node.nodeType === Node.ELEMENT_NODE));
      fetched.catch(() => this.items.delete(key));
      this.items.set(key, fetched);
      while (this.items.size > 12) this.items.delete(this.items.keys().next().value);
    }
    return this.items.get(key);
  }

  // ---- showing -----------------------------------------------------------------------

  /** Shows a claim in its text; resolves to whether it is there. */
  async show(key, { anew = false } = {}) {
    let made;
    try {
      made = await this.#fetch(key, anew);
    } catch (err) {
      toast(err.message, "bad");
      return false;
    }
    this.items.delete(key); // its nodes are moved into the page
    const { id, report, version } = made.dataset;
    const held = this.work.contains(document.activeElement) && (this.text.contains(document.activeElement) || this.card.contains(document.activeElement));
    this.none.hidden = true;
    this.work.classList.remove("over");
    const plain = JSON.parse(made.querySelector(".card").dataset.claim);
    if (this.item?.report === report && this.article) {
      this.text.querySelector(".about").replaceWith(made.querySelector(".about"));
      this.item = { key, id, report };
      this.article.update(plain);
      this.article.select(id);
    } else {
      this.item = { key, id, report };
      this.text.replaceChildren(...made.querySelector(".reads").childNodes);
      this.text.scrollTop = 0;
      this.article = new Article(this.text.querySelector(".reading"));
      this.article.select(id, { quiet: true });
    }
    this.card.replaceChildren(made.querySelector(".cards"));
    this.card.querySelector(".card").classList.add("current");
    this.card.scrollTop = this.card.parentElement.scrollTop = 0;
    showKeys(this.card);
    this.#corrections(key);
    this.decider.set({ key, id, version: Number(version) });
    this.decider.button("open").href = `/reports/${report}?claim=${encodeURIComponent(id)}`;
    const address = new URL(location.href);
    address.search = this.filter;
    address.searchParams.set("claim", key);
    history.replaceState(history.state, "", address);
    this.work.setAttribute("aria-busy", "false");
    if (held || document.activeElement === document.body) this.work.focus({ preventScroll: true });
    return true;
  }

  async #corrections(key) {
    const tag = this.card.querySelector(".state .tag.corrected");
    if (!tag) return;
    const nodes = await fetchPart(`/claims/${encodeURIComponent(key)}/corrections`).catch(() => []);
    if (this.item?.key === key) this.card.querySelector(".state")?.after(...nodes);
  }

  #none() {
    this.decider.set(null);
    this.text.replaceChildren();
    this.card.replaceChildren();
    this.work.classList.add("over");
    this.work.setAttribute("aria-busy", "false");
    const others = new URLSearchParams(this.filter);
    others.set("review", "unsure");
    this.none.replaceChildren(
      make("p", {}, "Nothing is left to decide on under this filter."),
      make("p", {}, make("a", { href: "/queue?order=imported" }, "All unreviewed claims"), " · ", make("a", { href: `/queue?${others}` }, "Those marked unsure"), " · ", make("a", { href: "/import" }, "Import reports")));
    this.none.hidden = false;
    const address = new URL(location.href);
    address.search = this.filter;
    history.replaceState(history.state, "", address);
    this.work.focus({ preventScroll: true });
    toast("Nothing is left to decide on under this filter.");
  }

  // ---- what was done -----------------------------------------------------------------

  async #decided({ key, action }) {
    if (action === "comment") {
      await this.show(key, { anew: true });
      return;
    }
    this.items.delete(key);
    this.line = this.line.filter((one) => one !== key);
    await this.#goOn({ decided: [key] });
  }

  async skip() {
    if (!this.item) return;
    const { key } = this.item;
    this.line = this.line.filter((one) => one !== key);
    toast("Skipped; it comes again at the end.");
    await this.#goOn({ skipped: [key] });
  }

  // The next claim is shown from what was fetched ahead while the desk is asked what comes then.
  async #goOn(told) {
    const ready = this.line.length ? this.show(this.line[0]) : null;
    const taken = this.take(told);
    await ready;
    await taken;
    if (!ready) await this.next();
  }

  async #undone({ key }) {
    this.items.clear();
    await this.take({ back: [key] });
    await this.show(key, { anew: true });
  }

  step(by) {
    if (this.article) this.article.step(by);
  }

  async missed() {
    if (!this.article) return;
    const { openMissed } = await import("./editor.js");
    const quiet = (on) => {
      this.decider.bar.hidden = on;
      this.decider.editor.hidden = !on;
      this.card.hidden = on;
      if (on) this.card.parentElement.scrollTop = 0;
      this.work.classList.toggle("editing", on);
    };
    openMissed(this.decider.editor, {
      report: this.article.key,
      article: this.article,
      onOpen: () => quiet(true),
      onClose: () => {
        quiet(false);
        this.decider.button("missed").focus({ preventScroll: true });
      },
      onSaved: (answer) => {
        toast(`Added: ${answer.kept.claim.kind}, “${answer.kept.claim.trigger.text}”.`);
        this.items.clear();
        this.item = null; // so that the text is drawn anew with it
        this.show(answer.kept.key, { anew: true });
      },
    });
  }
}

function session() {
  let own = sessionStorage.getItem(SESSION);
  if (!own) {
    own = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    sessionStorage.setItem(SESSION, own);
  }
  return own;
}

const work = document.getElementById("work");
if (work) {
  const queue = new Queue(work);
  work.queue = queue;
  document.querySelector(".filtering > summary").addEventListener("click", () => {
    setTimeout(() => document.querySelector(".filtering[open] select")?.focus());
  });
  queue.start();
}
