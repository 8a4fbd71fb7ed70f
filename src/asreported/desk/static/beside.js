// Two reports beside each other: a claim that is selected in one shows those of the other that tell of its incident.

import { Article } from "./article.js";

const root = document.querySelector(".beside");
const pairs = JSON.parse(root.dataset.pairs);
const marks = JSON.parse(root.dataset.marks);
const sides = {};
for (const side of ["here", "there"]) {
  const article = new Article(root.querySelector(`[data-side="${side}"] .reading`));
  article.differences(marks[side]);
  article.root.addEventListener("claim-select", (event) => follow(side, event.detail.id));
  sides[side] = article;
}

/** Brings the other side to what it tells of the same; `claim` in the address is the one on the left. */
function follow(side, id) {
  const other = side === "here" ? "there" : "here";
  const found = (id && pairs[side][id]) || [];
  const kind = id && sides[side].claims.get(id).kind;
  sides[other].point(found.slice(1).filter((one) => sides[other].claims.get(one).kind === kind));
  sides[side].point([]);
  sides[other].select(found[0] ?? null, { quiet: true });
  root.querySelector(".note-line").hidden = !id || found.length > 0;
  const incident = id && sides[side].claims.get(id).incident;
  for (const box of root.querySelectorAll(".shared")) {
    box.classList.toggle("current", box.dataset.incident === incident);
    const list = box.parentElement;
    if (box.dataset.incident === incident && list.scrollHeight > list.clientHeight) {
      list.scrollTop += box.getBoundingClientRect().top - list.getBoundingClientRect().top;
    }
  }
  const address = new URL(location.href);
  const left = sides.here.current;
  if (left === null) address.searchParams.delete("claim");
  else address.searchParams.set("claim", left);
  history.replaceState(history.state, "", address);
}

/** The claims on the left that the right tells of too, or all where it tells of none. */
function step(by) {
  const article = sides.here;
  const all = article.visible.map((claim) => claim.id);
  const both = all.filter((id) => pairs.here[id]);
  const ids = both.length ? both : all;
  if (!ids.length) return;
  const at = ids.indexOf(article.current);
  article.select(ids[at < 0 ? (by > 0 ? 0 : ids.length - 1) : (at + by + ids.length) % ids.length]);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step]");
  if (button) step(Number(button.dataset.step));
  const link = event.target.closest(".compared a.to");
  if (!link || event.ctrlKey || event.metaKey) return;
  const article = Object.values(sides).find((one) => one.key === link.dataset.report);
  if (!article?.claims.has(link.dataset.claim)) return;
  event.preventDefault();
  article.select(link.dataset.claim);
});

if (sides.here.current) sides.here.select(sides.here.current);
