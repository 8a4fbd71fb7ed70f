// Search: the place of the keyboard stays where it was when results are swapped, and small menus close by themselves.

let held = "";
document.addEventListener("htmx:before:swap", () => { held = document.activeElement?.id || ""; });
document.addEventListener("htmx:after:swap", () => {
  const element = held && document.getElementById(held);
  if (element) element.focus({ preventScroll: true });
  else document.getElementById("main").focus({ preventScroll: true });
});

const drops = () => document.querySelectorAll("details.drop[open]");
document.addEventListener("click", (event) => {
  for (const drop of drops()) if (!drop.contains(event.target)) drop.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const drop of drops()) {
    drop.open = false;
    drop.querySelector("summary").focus();
  }
});

// On a narrow screen the counts stand below what was found, and are folded.
if (window.matchMedia("(max-width: 63.99rem)").matches) {
  const fold = () => { for (const facet of document.querySelectorAll(".search .facet")) facet.open = false; };
  fold();
  document.addEventListener("htmx:after:swap", fold);
}
