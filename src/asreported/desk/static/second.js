// Second opinion: the same keys as in the queue; what is decided goes beside the first decision, which nobody sees here.
import { api, toast } from "/static/desk.js";
import { Article } from "/static/article.js";

const root = document.querySelector(".second");
const why = document.getElementById("why");

document.addEventListener("click", (event) => {
  const undo = event.target.closest("[data-undo]");
  if (undo) take(() => api(`/api/second/${encodeURIComponent(undo.dataset.undo)}/undo`, { method: "POST", body: { n: Number(undo.dataset.n) } }), location.href);
});

// One request at a time: a key that is pressed twice decides once.
let busy = false;
async function send(request, next) {
  if (busy) return false;
  busy = true;
  try {
    await request();
    location.assign(next);
    return true; // and busy until the next page is there
  } catch (err) {
    busy = false;
    throw err;
  }
}

const take = (request, next) => send(request, next).catch((err) => toast(err.message, "bad"));

if (root) {
  const article = new Article(root.querySelector(".reading"));
  const address = `/api/second/${encodeURIComponent(root.dataset.key)}`;
  const give = (body) => send(() => api(address, { method: "POST", body: { why: why.value, ...body } }), root.dataset.next);
  const press = (name) => root.querySelector(`[data-act="${name}"]`);
  for (const button of root.querySelectorAll("[data-review]")) {
    button.addEventListener("click", () => give({ review: button.dataset.review }).catch((err) => toast(err.message, "bad")));
  }
  press("why").addEventListener("click", () => why.focus());
  press("correct").addEventListener("click", () => correct(article, address, give).catch((err) => toast(err.message, "bad")));
  why.addEventListener("keydown", (event) => { if (event.key === "Escape") press("why").focus(); });
  for (const row of root.querySelectorAll("[data-at]")) {
    const [start, end] = row.dataset.at.split("-").map(Number);
    row.addEventListener("mouseenter", () => article.hint(start, end));
    row.addEventListener("mouseleave", () => article.hint());
    row.querySelector("button.words")?.addEventListener("click", () => article.focusAt(start));
  }
  article.scrollTo(article.current);
}

// The editor of the queue, over the claim as the model read it: what others corrected is not known here.
async function correct(article, address, give) {
  const place = root.querySelector(".editor-place");
  const [{ openEditor }, { claim }] = await Promise.all([import("/static/editor.js"), api(address)]);
  const show = (on) => {
    place.hidden = !on;
    root.classList.toggle("editing", on);
    root.querySelector(".acts").hidden = on;
    if (!on) root.querySelector('[data-act="correct"]').focus({ preventScroll: true });
  };
  openEditor(place, {
    report: root.dataset.key.split(":")[0],
    key: root.dataset.key,
    claim,
    asRead: claim,
    state: { version: 0, review: "unreviewed", corrections: {}, standing: [] },
    article,
    decide: (value, reason) => give({ review: "correct", corrections: value, ...(reason ? { why: reason } : {}) }),
    onOpen: () => show(true),
    onClose: () => show(false),
  });
}

// ---- settling disagreements ----------------------------------------------------------

for (const settling of document.querySelectorAll(".case")) {
  const { case: key, expected } = settling.dataset;
  const why = settling.querySelector(".settle input");
  const settle = (body) =>
    take(() => api(`/api/adjudications/${encodeURIComponent(key)}`, { method: "POST", body: { ...body, why: why.value, expected: Number(expected) } }), location.href);
  for (const button of settling.querySelectorAll("[data-take]")) button.addEventListener("click", () => settle({ take: Number(button.dataset.take) }));
  for (const button of settling.querySelectorAll("[data-settle]")) button.addEventListener("click", () => settle({ review: button.dataset.settle }));
}
